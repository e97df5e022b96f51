import Insights
import Support

/// What is kept of one number of all heads, over sentences: whole numbers only, so that any split of the sentences gives the same.
struct NumberBlock: Sendable, Equatable {
  /// How many sentences have this number.
  private(set) var count = 0
  /// How many sentences each replicate of the bootstrap draws.
  private var drawn = [Int](repeating: 0, count: BootstrapWeights.replicates)
  /// Σ x and Σ x² of each head.
  private var sums: [Int128]
  private var squares: [Int128]
  /// Σ w x: [replicate][head].
  private var replicates: WideSums
  /// [head][bin]; empty where only the mean is of interest.
  private var histogram: [Int]
  /// One a head; empty where only the mean is of interest.
  private(set) var witnesses: [Witnesses]
  private let bins: Bins
  private let heads: Int

  /// Nothing yet.
  ///
  /// - Parameter isWhole: whether quantiles and sentences are kept.
  init(_ unit: HeadStatistic.Unit, heads: Int, isWhole: Bool) {
    bins = Bins(unit)
    self.heads = heads
    sums = [Int128](repeating: 0, count: heads)
    squares = sums
    replicates = WideSums(count: heads * BootstrapWeights.replicates)
    histogram = isWhole ? [Int](repeating: 0, count: heads * bins.count) : []
    witnesses = isWhole ? [Witnesses](repeating: Witnesses(), count: heads) : []
  }

  /// The sentences that are kept.
  var sentences: [SurveyedSentence] { witnesses.flatMap(\.sentences) }

  /// Adds the number of every head in a sentence, in multiples of 2⁻³⁰.
  mutating func add(_ values: [Int64], of sentence: SurveyedSentence) {
    count += 1
    drawn.withUnsafeMutableBufferPointer { drawn in
      for (replicate, weight) in sentence.weights.enumerated() { drawn[replicate] &+= Int(weight) }
    }
    replicates.add(values, weights: sentence.weights)
    for (head, value) in values.enumerated() {
      sums[head] &+= Int128(value)
      squares[head] &+= Int128(value) &* Int128(value)
    }
    guard !histogram.isEmpty else { return }
    let hash = sentence.hash
    for (head, value) in values.enumerated() {
      histogram[head * bins.count + bins.index(of: value)] += 1
      let number = Double(value) / FixedPoint.unit
      witnesses[head].add(Witness(sentence, value: number), value: number, hash: hash)
    }
  }

  /// Adds what another part holds of the same number.
  mutating func merge(_ other: NumberBlock) {
    count += other.count
    for replicate in drawn.indices { drawn[replicate] += other.drawn[replicate] }
    for head in 0..<heads {
      sums[head] &+= other.sums[head]
      squares[head] &+= other.squares[head]
    }
    replicates.merge(other.replicates)
    for place in histogram.indices { histogram[place] += other.histogram[place] }
    for head in witnesses.indices { witnesses[head].merge(other.witnesses[head], isOfPairs: false) }
  }

  /// The figure of every head.
  var figures: [SurveyFigure] {
    let replicates = replicates.values
    return (0..<heads).map { head in
      var figure = SurveyFigure()
      guard count > 0 else { return figure }
      figure.count = count
      figure.mean = FixedPoint.value(sums[head]) / Double(count)
      let means = drawn.indices.compactMap { replicate in
        drawn[replicate] > 0 ? FixedPoint.value(replicates[replicate * heads + head]) / Double(drawn[replicate]) : nil
      }
      figure.interval = middle95(of: means) ?? figure.mean...figure.mean
      figure.deviation = deviation(of: head)
      guard !histogram.isEmpty else { return figure }
      let counts = histogram[head * bins.count..<(head + 1) * bins.count]
      figure.quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map { bins.quantile($0, of: counts) }
      figure.witnesses = witnesses[head]
      return figure
    }
  }

  /// The sample standard deviation (n − 1): 0 for a single sentence.
  private func deviation(of head: Int) -> Double {
    guard count > 1 else { return 0 }
    // Around a whole number near the mean, so that nothing cancels; the rest is less than 1.
    let centre = sums[head] / Int128(count)
    let around = squares[head] &- 2 &* centre &* sums[head] &+ Int128(count) &* centre &* centre
    let rest = Double(sums[head] &- centre &* Int128(count)) / Double(count)
    let variance = (Double(around) - Double(count) * rest * rest) / Double(count - 1)
    return max(variance, 0).squareRoot() / FixedPoint.unit
  }
}

/// The 2.5th and the 97.5th percentile, interpolated between neighbours; nil where there are no values.
func middle95(of values: [Double]) -> ClosedRange<Double>? {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return nil }
  func percentile(_ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = min(Int(saturating: place) ?? 0, sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
  let (low, high) = (percentile(0.025), percentile(0.975))
  return low...max(low, high)
}

// MARK: - Writing and reading

extension NumberBlock {
  /// Writes it down, sentences by their numbers.
  func write(to writer: inout StateWriter, sentences: SentenceTable) {
    writer.write(count)
    for number in drawn { writer.write(number) }
    for number in sums + squares + replicates.values { writer.write(number) }
    for head in witnesses.indices {
      writer.write(sparse: histogram[head * bins.count..<(head + 1) * bins.count])
      witnesses[head].write(to: &writer, sentences: sentences)
    }
  }

  /// How many bytes of a file every head takes at least: a sum, squares and the replicates.
  static var leastBytes: Int { 2 + BootstrapWeights.replicates }

  /// Reads what `write` wrote of a number with this unit.
  init(
    _ unit: HeadStatistic.Unit, heads: Int, isWhole: Bool, from reader: inout StateReader, sentences: [SurveyedSentence]
  ) throws(SurveyError) {
    self.init(unit, heads: heads, isWhole: isWhole)
    count = try reader.readTally()
    for replicate in drawn.indices { drawn[replicate] = try reader.readTally() }
    for head in 0..<heads { sums[head] = try reader.readSum() }
    for head in 0..<heads { squares[head] = try reader.readSum() }
    var values: [Int128] = []
    for _ in 0..<heads * BootstrapWeights.replicates { values.append(try reader.readSum()) }
    replicates = WideSums(values)
    for head in witnesses.indices {
      let counts = try reader.readSparse(count: bins.count)
      guard counts.allSatisfy({ (0...StateReader.mostSentences).contains($0) }) else { throw StateReader.damage }
      histogram.replaceSubrange(head * bins.count..<(head + 1) * bins.count, with: counts)
      witnesses[head] = try Witnesses(from: &reader, sentences: sentences)
    }
  }
}

extension StateReader {
  /// More sentences than this are in no survey: sums of them cannot overflow.
  static let mostSentences = 1 << 40

  /// A number of things in a corpus.
  mutating func readTally() throws(SurveyError) -> Int { try read(in: 0..<Self.mostSentences) }

  /// A sum over a corpus.
  mutating func readSum() throws(SurveyError) -> Int128 {
    let sum = try readWide()
    guard (-(1 << 118)...(1 << 118)).contains(sum) else { throw Self.damage }
    return sum
  }
}
