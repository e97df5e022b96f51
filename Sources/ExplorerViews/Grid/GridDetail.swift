import Activations
import Explorer
import Insights

/// What the grid says in words: what the marked head does.
struct GridDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return []
    }
    if head.encoding.trace.isReadInParts { return wordingsOfOverview(head) }
    // As in the statistics of heads: PAD and queries without a key do not count.
    let queries = head.queryInput.realPositions.filter { head.layer.mask.visibleKeys(query: $0) > 0 }
    guard !queries.isEmpty else { return ["\(state.name(of: state.head)): no query may see a key"] }
    let noted = noted(of: head, among: queries)
    let mean =
      noted?.statistics.entropy
      ?? queries.map { entropy(of: head.probabilities.row($0)) }.reduce(0, +) / Double(queries.count)
    guard
      let strongest: (query: Int, key: Int, value: Float) =
        noted.flatMap({ noted in noted.strongest.map { ($0.query, $0.key, noted.largest) } })
        ?? head.strongest(queries)
    else { return ["entropy \(Words.fixed(mean, 2))"] }
    let signs = Signs(appearance)
    let pair = "\(queryName(strongest.query, head)) \(signs.arrow) \(name(strongest.key, head))"
    let probability = Words.fixed(Double(strongest.value), 2)
    let which = head.filter.isActive ? "strongest shown" : "strongest"
    if state.isUntouched, let pattern = state.pattern(of: state.head) {
      let place = "\(state.name(of: state.head)), \"\(pattern.name)\""
      return [
        "Marked is \(place): \(pattern.plainWords), \(pair) \(probability).",
        "\(place): \(pattern.plainWords), \(pair)", "\(place): \(pattern.plainWords)", place,
      ]
    }
    let words = "mean entropy \(Words.fixed(mean, 2)) nats, \(which) \(pair) \(probability)"
    let shared = state.sharedHeads(head.layer)
    let all = shared.isEmpty ? [] : ["\(state.nameWithPattern(of: state.head)): \(words)\(shared)"]
    return all + [
      "\(state.nameWithPattern(of: state.head)): \(words)", "\(state.name(of: state.head)): \(words)",
      "entropy \(Words.fixed(mean, 2)), \(pair) \(probability)",
    ]
  }

  /// What was taken of a head of a long text while it was computed, where that is of what the picture shows: then its pairs need not be
  /// gone through with every key.
  private func noted(of head: HeadPicture, among queries: [Int]) -> HeadOverview? {
    guard head.quantity == .probability, !head.filter.isActive, queries.count == head.queryInput.count else {
      return nil
    }
    return head.computation.overviews?[head.index.layer][head.index.head]
  }

  /// Where probabilities are read in parts: what was noted of the head as its layer was read.
  private func wordingsOfOverview(_ head: HeadPicture) -> [String] {
    guard let overview = state.overview(of: state.head) else {
      let read = state.layersRead.map { ": \($0) of \(Words.count(state.model.layers, "layer")) read" } ?? ""
      return ["\(state.name(of: state.head)): reading\(Signs(appearance).ellipsis)\(read)", "reading\(read)"]
    }
    let entropy = "mean entropy \(Words.fixed(overview.statistics.entropy, 2)) nats"
    let place = state.nameWithPattern(of: state.head)
    let isFiltered = head.filter.isActive
    guard let pair = isFiltered ? state.hiddenOverview(of: state.head)?.strongest : overview.strongest else {
      return ["\(place): \(entropy)"]
    }
    let probability = isFiltered ? head.probabilities[pair.query, pair.key] : overview.largest
    let strongest =
      "\(queryName(pair.query, head)) \(Signs(appearance).arrow) \(name(pair.key, head)) "
      + Words.fixed(Double(probability), 2)
    let which = isFiltered ? "strongest shown" : "strongest"
    return ["\(place): \(entropy), \(which) \(strongest)", "\(entropy), \(strongest)"]
  }

  private func queryName(_ position: Int, _ head: HeadPicture) -> String {
    TokenText.plain(head.queryTokens[position], glyphs: appearance.glyphs)
  }

  private func name(_ position: Int, _ head: HeadPicture) -> String {
    TokenText.plain(head.tokens[position], glyphs: appearance.glyphs)
  }
}

/// What a new exploration says to those who see it for the first time, until the first key.
enum Welcome {
  /// How to read the picture, from long to short.
  static let reading = [
    "Every small picture is one attention head: how much the word of each row looks at the word of each column; bright is much.",
    "Every small picture is a head: how much the word of a row looks at that of a column; bright is much.",
    "Each picture is a head: how much a row's word looks at a column's; bright: much",
    "bright: the row's word looks at the column's",
  ]

  /// What to press, from long to short.
  static func keys(lessons: Int, offersTour: Bool, ofFile: Bool = false) -> [String] {
    guard !ofFile else {
      return [
        "Enter opens the marked head   L H J K go to others   M shows what else the file holds   P shows it to a class   ? lists all keys",
        "Enter opens the marked head   M: what else the file holds   P: for a class   ?: all keys",
        "Enter: open it  M: what else there is  P: for a class  ?: all keys", "Enter: open it  ?: all keys",
      ]
    }
    let count = lessons == 0 ? "sessions" : Words.count(lessons, "lesson")
    if offersTour {
      return [
        "New here? Z begins a tour of two minutes   Enter opens the marked head   i types your own sentence   S shows \(count)   "
          + "? lists all keys",
        "New here? Z: a tour of two minutes   i: your own sentence   S: \(count)   ?: all keys",
        "Z: a tour of two minutes  i: your own sentence  S: \(count)  ?: all keys",
        "Z: a tour  i: type  S: \(count)", "Z: a tour",
      ]
    }
    return [
      "Enter opens the marked head   i types your own sentence   S shows \(count)   P shows it to a class   ? lists all keys",
      "Enter: open the head   i: your own sentence   S: \(count)   P: for a class   ?: all keys",
      "Enter: open it  i: your own sentence  S: \(count)  P: for a class  ?: all keys",
      "Enter: open  i: type  S: \(count)  P: for a class",
      "Enter: open  i: type  S: \(count)", "i: type  S: \(count)",
    ]
  }
}

extension State {
  /// True in the grid of a new exploration until the first action.
  var isUntouched: Bool {
    isFresh && exploration.view == .grid && playback == nil && lesson == nil && exploration.tour.step == nil
  }
}
