import Support

/// What tells the sentences of a survey from each other, so that none is counted twice.
///
/// Identities that end in a number, as lines of a file do, are kept as runs of numbers, which takes next to nothing; of others the
/// 64-bit FNV-1a hash is kept.
struct Identities: Sendable, Equatable {
  /// Runs of numbers, in order and apart from each other, for each beginning of an identity.
  private var runs: [[UInt8]: [ClosedRange<Int>]] = [:]
  private var hashes: Set<UInt64> = []

  /// Adds an identity; false where it is there already.
  mutating func insert(_ identity: String) -> Bool {
    guard let (beginning, number) = Self.numbered(identity) else {
      return hashes.insert(FNV1a(identity.utf8).value).inserted
    }
    return Self.insert(number, into: &runs[beginning, default: []])
  }

  /// Adds those of another part.
  ///
  /// - Returns: one that both have, as far as it is known what it was called; then nothing was added.
  mutating func merge(_ other: Identities) -> Shared? {
    var merged = runs
    for (beginning, theirs) in other.runs {
      let all = ((runs[beginning] ?? []) + theirs).sorted { $0.lowerBound < $1.lowerBound }
      var joined: [ClosedRange<Int>] = []
      for run in all {
        guard let last = joined.last else {
          joined.append(run)
          continue
        }
        if run.lowerBound <= last.upperBound {
          return .named("\(String(decoding: beginning, as: UTF8.self))\(run.lowerBound)")
        }
        if run.lowerBound == last.upperBound + 1 {
          joined[joined.count - 1] = last.lowerBound...run.upperBound
        } else {
          joined.append(run)
        }
      }
      merged[beginning] = joined
    }
    if !hashes.isDisjoint(with: other.hashes) { return .unnamed }
    runs = merged
    hashes.formUnion(other.hashes)
    return nil
  }

  /// A sentence that two parts have.
  enum Shared: Equatable {
    case named(String)
    case unnamed
  }

  private static func insert(_ number: Int, into runs: inout [ClosedRange<Int>]) -> Bool {
    // The first run that does not end before the number; corpora are read in order, so it is mostly the last.
    var place = runs.count
    if let last = runs.last, last.upperBound >= number {
      var (low, high) = (0, runs.count)
      while low < high {
        let middle = (low + high) / 2
        if runs[middle].upperBound < number { low = middle + 1 } else { high = middle }
      }
      place = low
      if runs[place].contains(number) { return false }
    }
    let follows = place > 0 && runs[place - 1].upperBound == number - 1
    let precedes = place < runs.count && runs[place].lowerBound == number + 1
    switch (follows, precedes) {
    case (true, true):
      runs[place - 1] = runs[place - 1].lowerBound...runs[place].upperBound
      runs.remove(at: place)
    case (true, false): runs[place - 1] = runs[place - 1].lowerBound...number
    case (false, true): runs[place] = number...runs[place].upperBound
    case (false, false): runs.insert(number...number, at: place)
    }
    return true
  }

  /// A beginning and the number that follows it, written as numbers are.
  private static func numbered(_ identity: String) -> ([UInt8], Int)? {
    let utf8 = identity.utf8
    let digits = utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    guard (1...15).contains(digits) else { return nil }
    let start = utf8.index(utf8.endIndex, offsetBy: -digits)
    guard digits == 1 || utf8[start] != UInt8(ascii: "0"), let number = Int(identity[start...]) else { return nil }
    return (Array(utf8[..<start]), number)
  }
}

// MARK: - Writing and reading

extension Identities {
  /// Writes them down, in order.
  func write(to writer: inout StateWriter) {
    writer.write(runs.count)
    for (beginning, runs) in runs.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      writer.write(String(decoding: beginning, as: UTF8.self))
      writer.write(runs.count)
      var last = 0
      for run in runs {
        writer.write(run.lowerBound - last)
        writer.write(run.count - 1)
        last = run.upperBound
      }
    }
    writer.write(hashes.count)
    for hash in hashes.sorted() { writer.write(bits: hash) }
  }

  /// Reads what `write` wrote.
  init(from reader: inout StateReader) throws(SurveyError) {
    for _ in 0..<(try reader.readCount()) {
      let beginning = Array(try reader.readText().utf8)
      var list: [ClosedRange<Int>] = []
      var last = 0
      for _ in 0..<(try reader.readCount()) {
        let start = last + (try reader.read(in: (list.isEmpty ? 0 : 2)..<(1 << 50)))
        let end = start + (try reader.read(in: 0..<(1 << 50)))
        guard end < 1 << 50 else { throw StateReader.damage }
        list.append(start...end)
        last = end
      }
      guard !list.isEmpty, runs.updateValue(list, forKey: beginning) == nil else { throw StateReader.damage }
    }
    for _ in 0..<(try reader.readCount()) { hashes.insert(try reader.readBits()) }
  }
}
