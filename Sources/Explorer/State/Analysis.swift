import Activations
import Insights

/// Numbers about results that take too long to be worked out while drawing. Each view names the ones that it shows.
public enum Analysis: Sendable, Hashable {
  /// What looks odd.
  case diagnosis
  /// The statistics of every head.
  case statistics
  /// How much every head differs between the sentence on the screen and another one of the batch.
  case variability
  /// The heads that are like one, nearest first.
  case neighbours(of: HeadIndex)
  /// q · k of every pair of a head.
  case scores(HeadIndex)
  /// What every head of a layer adds to one query through the output projection.
  case shares(layer: Int, query: Int)
  /// A head of the picture put aside beside one of the picture on the screen.
  case headComparison(a: HeadIndex, b: HeadIndex)
  /// All heads of both.
  case comparison
  /// ‖f(x)‖ of all heads.
  case valueNorms
  /// What of the input has arrived after the layers up to one.
  case rollout(layer: Int, HeadPooling)
  /// The attention of a layer, its heads made into one.
  case pooled(layer: Int, HeadPooling)
  /// ‖Σ αf(x)‖ of a layer.
  case layerNorms(layer: Int)
  /// How similar all tokens are in a hidden state.
  case similarities(hiddenState: Int)
  /// What becomes of the token at a position.
  case wordHistory(Int)
  /// The token at a position, and the same word in another sentence of the batch.
  case sameWord(Int)

  /// The results that it is worked out of.
  public var slots: [Slot] {
    switch self {
    case .diagnosis, .statistics, .neighbours, .scores, .shares, .similarities, .wordHistory, .valueNorms, .rollout,
      .pooled,
      .layerNorms:
      [.shown]
    case .variability, .sameWord: [.shown, .other]
    case .headComparison, .comparison: [.shown, .reference]
    }
  }

  /// Works it out; nil where `isCancelled` said yes on the way, or where a result is missing.
  public func run(_ results: [Slot: Computation], isCancelled: @Sendable () -> Bool = { false }) -> Findings? {
    guard let encoding = results[.shown]?.encoding else { return nil }
    switch self {
    case .diagnosis: return Diagnosis(encoding, isCancelled: isCancelled).map { .diagnosis($0) }
    case .statistics:
      return HeadStatistics.table(of: encoding, isCancelled: isCancelled).map { .statistics(HeadTable($0)) }
    case .variability:
      guard let other = results[.other]?.encoding else { return nil }
      return attentionVariability(of: [encoding, other]).map { .variability($0) }
    case .headComparison, .comparison: return compare(results[.reference]?.encoding, encoding, isCancelled)
    case .similarities, .wordHistory, .sameWord: return words(encoding, results[.other]?.encoding, isCancelled)
    case .valueNorms, .rollout, .pooled, .layerNorms: return flow(encoding.trace, isCancelled)
    case .neighbours(let head):
      guard encoding.trace.layers.indices.contains(head.layer), head.head < encoding.trace.heads else { return nil }
      return HeadDistances(encoding, isCancelled: isCancelled).flatMap { distances in
        distances.neighbours(of: head, isCancelled: isCancelled).map {
          .neighbours(Neighbours($0, queries: distances.queries))
        }
      }
    case .scores(let head): return .scores(of: head, in: encoding.trace)
    case .shares(let layer, let query): return .shares(layer: layer, query: query, in: encoding.trace)
    }
  }
}

/// What came of an analysis.
public enum Findings: Sendable, Equatable {
  case diagnosis(Diagnosis)
  case statistics(HeadTable)
  /// [layer][head]
  case variability([[Double]])
  case neighbours(Neighbours)
  case scores(NumberMatrix)
  case shares(HeadShares)
  /// Why nothing can be found, in words.
  case unavailable(String)
  case headComparison(HeadComparison)
  /// [layer][head]
  case comparison([[EncodingComparison.HeadDifference]])
  case valueNorms(ValueNorms)
  case flow(FlowMap)
  case similarities(SimilarityMap)
  case wordHistory(WordHistory)
  case sameWord(SameWord)
  /// Two pictures that cannot be compared: why.
  case incomparable(String)
}

/// The other heads, nearest first, and over how many queries their distances are summed.
public struct Neighbours: Sendable, Equatable {
  public let heads: [HeadDistances.Neighbour]
  public let queries: Int

  public init(_ heads: [HeadDistances.Neighbour], queries: Int) {
    self.heads = heads
    self.queries = queries
  }
}

/// Findings, and the numbers of the results that they were worked out of.
public struct Finding: Sendable, Equatable {
  public var sources: [Int]
  public var findings: Findings

  public init(sources: [Int], findings: Findings) {
    self.sources = sources
    self.findings = findings
  }
}

extension State {
  /// The numbers of the results that an analysis would now be worked out of; nil while one of them is missing.
  func sources(of analysis: Analysis) -> [Int]? {
    let ids = analysis.slots.compactMap { results[$0]?.id }
    return ids.count == analysis.slots.count ? ids : nil
  }

  /// What an analysis has found in the results on the screen; nil while it is being worked out.
  public func findings(_ analysis: Analysis) -> Findings? {
    guard let finding = findings[analysis], finding.sources == sources(of: analysis) else { return nil }
    return finding.findings
  }

  /// What the picture needs.
  private var neededAnalyses: [Analysis] { (exploration.view.feature.analyses(self) + diagnosisAnalyses).uniqued }

  /// Whether an analysis is being worked out, or will be with the next result.
  func awaits(_ analysis: Analysis) -> Bool {
    failure == nil && findings(analysis) == nil && neededAnalyses.contains(analysis)
  }

  mutating func requestAnalyses() -> [Effect] {
    let needed = neededAnalyses
    findings = findings.filter { needed.contains($0.key) }
    askedAnalyses = askedAnalyses.filter { needed.contains($0.key) }
    return needed.compactMap { analysis in
      guard let sources = sources(of: analysis), askedAnalyses[analysis] != sources else { return nil }
      askedAnalyses[analysis] = sources
      var inputs: [Slot: Computation] = [:]
      for slot in analysis.slots { inputs[slot] = results[slot] }
      return .analyze(analysis, inputs, sources: sources)
    }
  }
}
