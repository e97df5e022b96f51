/// A number, and what it is in each replicate of the bootstrap: whole numbers, which are summed without error.
struct ReplicatedCount: Sendable, Equatable {
  /// How many numbers there are.
  static let size = BootstrapWeights.replicates + 1

  /// The number, then the replicates.
  private(set) var values = [Int](repeating: 0, count: size)

  var total: Int { values[0] }
  var replicates: ArraySlice<Int> { values.dropFirst() }

  mutating func add(_ count: Int, _ weights: [Int]) {
    values.withUnsafeMutableBufferPointer { Self.add(count, weights, $0) }
  }

  mutating func merge(_ other: ReplicatedCount) {
    for place in values.indices { values[place] &+= other.values[place] }
  }

  /// Adds a number to `size` numbers.
  static func add(_ count: Int, _ weights: [Int], _ values: UnsafeMutableBufferPointer<Int>) {
    weights.withUnsafeBufferPointer { weights in
      precondition(values.count == weights.count + 1, "a weight for each replicate")
      values[0] &+= count
      for place in weights.indices { values[place + 1] &+= count &* weights[place] }
    }
  }
}

extension ReplicatedCount {
  func write(to writer: inout StateWriter) { writer.write(sparse: values) }

  init(from reader: inout StateReader) throws(SurveyError) { values = try reader.readSparse(count: Self.size) }
}

/// Of every head, a number and its replicates.
struct ReplicatedCounts: Sendable, Equatable {
  /// [head · ReplicatedCount.size + replicate]
  private var values: [Int]

  /// Of so many heads.
  init(heads: Int) { values = [Int](repeating: 0, count: heads * ReplicatedCount.size) }

  func total(of head: Int) -> Int { values[head * ReplicatedCount.size] }

  func replicates(of head: Int) -> ArraySlice<Int> {
    values[(head * ReplicatedCount.size + 1)..<((head + 1) * ReplicatedCount.size)]
  }

  mutating func add(_ count: Int, to head: Int, _ weights: [Int]) {
    let size = ReplicatedCount.size
    values.withUnsafeMutableBufferPointer {
      ReplicatedCount.add(count, weights, UnsafeMutableBufferPointer(rebasing: $0[(head * size)..<((head + 1) * size)]))
    }
  }

  mutating func merge(_ other: ReplicatedCounts) {
    for place in values.indices { values[place] &+= other.values[place] }
  }

  func write(to writer: inout StateWriter) { writer.write(sparse: values) }

  init(heads: Int, from reader: inout StateReader) throws(SurveyError) {
    values = try reader.readSparse(count: heads * ReplicatedCount.size)
  }
}

/// How often the heads of an encoder point right in one relation, and what says how much that is.
struct RelationCounts: Sendable, Equatable {
  /// Offsets further away than this, in words, are counted together, and are no baseline.
  static let furthest = 50
  /// Between two offsets and the bins of all that are further away.
  static let bins = 2 * furthest + 3

  /// What is counted in one direction.
  struct Side: Sendable, Equatable {
    /// How often each head points to the right word.
    var hits: ReplicatedCounts
    /// The same with the names of the relations shuffled within each sentence.
    var control: [Int]
    var witnesses: [Witnesses]

    init(heads: Int) {
      hits = ReplicatedCounts(heads: heads)
      control = [Int](repeating: 0, count: heads)
      witnesses = [Witnesses](repeating: Witnesses(), count: heads)
    }
  }

  /// How many pairs there are.
  var pairs = ReplicatedCount()
  /// For how many pairs the right word, or one of them, is at each offset; nil where there is none.
  private(set) var offsets = [ReplicatedCount?](repeating: nil, count: bins)
  /// In the order of `SurveyDirection.allCases`.
  var sides: [Side]

  /// None yet, of so many heads.
  init(heads: Int) { sides = SurveyDirection.allCases.map { _ in Side(heads: heads) } }

  /// The bin of an offset.
  static func bin(of offset: Int) -> Int { min(max(offset, -furthest - 1), furthest + 1) + furthest + 1 }

  /// Counts pairs whose right word, or one of whose right words, is in this bin.
  mutating func add(_ count: Int, bin: Int, _ weights: [Int]) {
    if offsets[bin] == nil { offsets[bin] = ReplicatedCount() }
    offsets[bin]?.add(count, weights)
  }

  mutating func merge(_ other: RelationCounts) {
    pairs.merge(other.pairs)
    for bin in offsets.indices {
      guard let count = other.offsets[bin] else { continue }
      if offsets[bin] == nil { offsets[bin] = count } else { offsets[bin]?.merge(count) }
    }
    for side in sides.indices {
      sides[side].hits.merge(other.sides[side].hits)
      for head in sides[side].control.indices {
        sides[side].control[head] &+= other.sides[side].control[head]
        sides[side].witnesses[head].merge(other.sides[side].witnesses[head], isOfPairs: true)
      }
    }
  }

  /// The offset at which the right word is most often, and how often; of equally frequent ones the shortest, and the one backwards.
  var best: (offset: Int, count: ReplicatedCount) {
    var best = (offset: 0, count: ReplicatedCount())
    for distance in 1...Self.furthest {
      for offset in [-distance, distance] {
        if let count = offsets[Self.bin(of: offset)], count.total > best.count.total { best = (offset, count) }
      }
    }
    return best
  }
}

extension RelationCounts {
  func write(to writer: inout StateWriter, sentences: SentenceTable) {
    pairs.write(to: &writer)
    writer.write(offsets.count { $0 != nil })
    for (bin, count) in offsets.enumerated() {
      guard let count else { continue }
      writer.write(bin)
      count.write(to: &writer)
    }
    for side in sides {
      side.hits.write(to: &writer)
      writer.write(sparse: side.control)
      for witnesses in side.witnesses { witnesses.write(to: &writer, sentences: sentences) }
    }
  }

  init(heads: Int, from reader: inout StateReader, sentences: [SurveyedSentence]) throws(SurveyError) {
    self.init(heads: heads)
    pairs = try ReplicatedCount(from: &reader)
    for _ in 0..<(try reader.read(in: 0..<(Self.bins + 1))) {
      offsets[try reader.read(in: offsets.indices)] = try ReplicatedCount(from: &reader)
    }
    for side in sides.indices {
      sides[side].hits = try ReplicatedCounts(heads: heads, from: &reader)
      sides[side].control = try reader.readSparse(count: heads)
      for head in 0..<heads { sides[side].witnesses[head] = try Witnesses(from: &reader, sentences: sentences) }
    }
  }
}
