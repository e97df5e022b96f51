import Activations
import Insights

/// Numbers about results that take too long to be worked out while drawing. Each view names the ones that it shows.
public enum Analysis: Sendable, Hashable {
  /// The statistics of every head.
  case statistics

  /// The results that it is worked out of.
  public var slots: [Slot] {
    switch self {
    case .statistics: [.shown]
    }
  }

  /// Works it out; nil where `isCancelled` said yes on the way, or where a result is missing.
  public func run(_ results: [Slot: Computation], isCancelled: @Sendable () -> Bool = { false }) -> Findings? {
    switch self {
    case .statistics: results[.shown].map { .statistics(HeadStatistics.table(of: $0.encoding)) }
    }
  }
}

/// What came of an analysis.
public enum Findings: Sendable, Equatable {
  /// [layer][head]
  case statistics([[HeadStatistics]])
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

  mutating func requestAnalyses() -> [Effect] {
    let needed = exploration.view.content.analyses(self)
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
