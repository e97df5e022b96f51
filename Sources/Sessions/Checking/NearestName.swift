/// Finds the known name that is most similar to a misspelled one.
enum NearestName {
  /// The nearest of `names`, if it is near enough to be a slip: at most a third of the letters differ.
  static func of(_ name: String, in names: some Sequence<String>) -> String? {
    var best: (name: String, distance: Int)?
    for candidate in names {
      let distance = distance(name, candidate)
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, best.name.count / 3) else { return nil }
    return best.name
  }

  /// How many letters have to be put in, taken out, replaced or exchanged with their neighbour to come from one text to
  /// the other (Damerau 1964, each place touched once); capital letters are taken for small ones.
  static func distance(_ a: String, _ b: String) -> Int {
    // Names that are much longer are no misspellings, and would only cost time.
    let a = Array(a.lowercased().prefix(64))
    let b = Array(b.lowercased().prefix(64))
    /// The distances of the beginnings of `a` that end before, and at, the letter before the present one.
    var (older, old) = ([Int](), Array(0...b.count))
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(old[j] + (a[i] == b[j] ? 0 : 1), old[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
        row.append(best)
      }
      (older, old) = (old, row)
    }
    return old[b.count]
  }
}
