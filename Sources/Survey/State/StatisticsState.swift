import Activations
import Insights

/// The statistics of the list of heads over many sentences, and which pattern each head has in how many of them.
struct StatisticsState: Sendable, Equatable {
  private let shape: SurveyShape
  /// One a statistic, as in `HeadStatistic.all`.
  private var blocks: [NumberBlock]
  /// The shares on word classes, over the sentences that have words of the class.
  private var shares: [String: NumberBlock] = [:]
  /// In how many sentences each head has a pattern: [kind][head].
  private var patterns: [HeadPattern.Kind: [Int]] = [:]
  /// Σ offsetShare over the sentences with this offset, in multiples of 2⁻³⁰: [offset][head].
  private var offsets: [Int: [Int128]] = [:]
  /// Offsets beyond are those of no pattern.
  private static let mostOffset = 32
  /// Kinds of patterns, of which there is one for each offset in the longest text.
  private static let mostKinds = 1 << 15
  private let isWhole: Bool

  /// Nothing yet.
  ///
  /// - Parameter isWhole: whether quantiles, sentences and patterns are kept; for groups, only means are.
  init(shape: SurveyShape, isWhole: Bool) {
    self.shape = shape
    self.isWhole = isWhole
    blocks = HeadStatistic.all.map { NumberBlock($0.unit, heads: shape.count, isWhole: isWhole) }
  }

  /// How many sentences were added.
  var count: Int { blocks.first?.count ?? 0 }

  /// The sentences that are kept.
  var sentences: [SurveyedSentence] { (blocks + shares.values).flatMap(\.sentences) }

  /// Adds a sentence.
  ///
  /// - Parameter shares: the share of each head's attention on each word class that the sentence has.
  mutating func add(_ numbers: SentenceNumbers, shares: [(String, [Int64])], of sentence: SurveyedSentence) {
    for (place, values) in numbers.values.enumerated() { blocks[place].add(values, of: sentence) }
    for (wordClass, values) in shares {
      self.shares[wordClass, default: NumberBlock(.share, heads: shape.count, isWhole: isWhole)]
        .add(values, of: sentence)
    }
    guard isWhole else { return }
    for (head, kind) in numbers.kinds.enumerated() {
      patterns[kind, default: [Int](repeating: 0, count: shape.count)][head] += 1
    }
    guard let shares = HeadStatistic.all.firstIndex(where: { $0.name == "offsetShare" }) else { return }
    for (head, offset) in numbers.offsets.enumerated() where abs(offset) <= Self.mostOffset {
      offsets[offset, default: [Int128](repeating: 0, count: shape.count)][head] += Int128(numbers.values[shares][head])
    }
  }

  /// Adds what another part holds of the same kind.
  mutating func merge(_ other: StatisticsState) {
    for place in blocks.indices { blocks[place].merge(other.blocks[place]) }
    for (wordClass, block) in other.shares {
      shares[wordClass, default: NumberBlock(.share, heads: shape.count, isWhole: isWhole)].merge(block)
    }
    for (kind, counts) in other.patterns {
      for (head, count) in counts.enumerated() where count > 0 {
        patterns[kind, default: [Int](repeating: 0, count: shape.count)][head] += count
      }
    }
    for (offset, sums) in other.offsets {
      for (head, sum) in sums.enumerated() {
        offsets[offset, default: [Int128](repeating: 0, count: shape.count)][head] &+= sum
      }
    }
  }

  /// The figures of all numbers, in order.
  var figures: [(SurveyNumber, [SurveyFigure])] {
    zip(HeadStatistic.all, blocks).map { (SurveyNumber(.statistic($0)), $1.figures) }
      + shares.sorted { $0.key < $1.key }.map { (SurveyNumber(.share(wordClass: $0.key)), $0.value.figures) }
  }

  /// The pattern of each head over the sentences.
  var surveyPatterns: [SurveyPattern] {
    let means = Dictionary(uniqueKeysWithValues: zip(HeadStatistic.all.map(\.name), blocks.map(\.figures)))
    return (0..<shape.count).map { head in
      let statistics = corpusStatistics(head) { means[$0]?[head].mean ?? 0 }
      let counts = patterns.map { SurveyPattern.Count(name: $0.key.name, sentences: $0.value[head]) }
        .filter { $0.sentences > 0 }
      return SurveyPattern(
        name: HeadPattern.kind(of: statistics).name,
        counts: counts.sorted { ($1.sentences, $0.name) < ($0.sentences, $1.name) })
    }
  }

  /// What the rules for patterns are tried on: the means over the sentences. The offset is the one with the largest part in the
  /// mean of `offsetShare`; its share is that part.
  private func corpusStatistics(_ head: Int, _ mean: (String) -> Double) -> HeadStatistics {
    var statistics = HeadStatistics()
    statistics.queries = count
    (statistics.entropy, statistics.entropyCeiling) = (mean("relativeEntropy"), 1)
    statistics.shares.previous = mean("previous")
    statistics.shares.next = mean("next")
    statistics.shares.itself = mean("self")
    statistics.shares.first = mean("first")
    statistics.shares.separators = mean("separators")
    statistics.shares.padding = mean("padding")
    statistics.shares.punctuation = mean("punctuation")
    (statistics.shares.ownText, statistics.shares.ownTextIfEven) = (mean("ownText"), 1)
    statistics.topKeyShare = mean("topKeyShare")
    statistics.topKey = 0
    let parts = offsets.map { (offset: $0.key, sum: $0.value[head]) }
    if let best = parts.max(by: { ($0.sum, -abs($0.offset), $0.offset) < ($1.sum, -abs($1.offset), $1.offset) }) {
      statistics.offset = best.offset
      statistics.offsetShare = count > 0 ? FixedPoint.value(best.sum) / Double(count) : 0
    }
    return statistics
  }
}

// MARK: - Writing and reading

extension StatisticsState {
  func write(to writer: inout StateWriter, sentences: SentenceTable) {
    for block in blocks { block.write(to: &writer, sentences: sentences) }
    writer.write(shares.count)
    for (wordClass, block) in shares.sorted(by: { $0.key < $1.key }) {
      writer.write(wordClass)
      block.write(to: &writer, sentences: sentences)
    }
    writer.write(patterns.count)
    for (kind, counts) in patterns.sorted(by: { $0.key.name < $1.key.name }) {
      writer.write(kind.name)
      writer.write(sparse: counts)
    }
    writer.write(offsets.count)
    for (offset, sums) in offsets.sorted(by: { $0.key < $1.key }) {
      writer.write(offset)
      for sum in sums { writer.write(sum) }
    }
  }

  /// How many bytes of a file every head takes at least.
  static var leastBytes: Int { HeadStatistic.all.count * NumberBlock.leastBytes }

  init(
    shape: SurveyShape, isWhole: Bool, from reader: inout StateReader, sentences: [SurveyedSentence]
  ) throws(SurveyError) {
    self.init(shape: shape, isWhole: isWhole)
    for (place, statistic) in HeadStatistic.all.enumerated() {
      blocks[place] = try NumberBlock(
        statistic.unit, heads: shape.count, isWhole: isWhole, from: &reader, sentences: sentences)
    }
    for _ in 0..<(try reader.readCount()) {
      let wordClass = try reader.readText()
      shares[wordClass] = try NumberBlock(
        .share, heads: shape.count, isWhole: isWhole, from: &reader, sentences: sentences)
    }
    for _ in 0..<(try reader.read(in: 0..<Self.mostKinds)) {
      guard let kind = HeadPattern.Kind(named: try reader.readText()) else { throw StateReader.damage }
      let counts = try reader.readSparse(count: shape.count)
      guard counts.allSatisfy({ (0...StateReader.mostSentences).contains($0) }) else { throw StateReader.damage }
      patterns[kind] = counts
    }
    for _ in 0..<(try reader.readCount()) {
      let offset = try reader.read(in: -Self.mostOffset..<Self.mostOffset + 1)
      var sums: [Int128] = []
      for _ in 0..<shape.count { sums.append(try reader.readSum()) }
      offsets[offset] = sums
    }
  }
}

extension HeadPattern.Kind {
  /// The kind of a name; nil where there is none.
  fileprivate init?(named name: String) {
    let simple: [HeadPattern.Kind] = [
      .previous, .next, .itself, .first, .separator, .punctuation, .padding, .broad, .block, .heterogeneous, .key(0),
      .none,
    ]
    if let kind = simple.first(where: { $0.name == name }) {
      self = kind
    } else if name.hasPrefix("offset "), let offset = Int(name.dropFirst("offset ".count)) {
      self = .offset(offset)
    } else {
      return nil
    }
  }
}
