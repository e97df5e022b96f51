import Activations
import Insights

/// The statistics of every head.
package struct StatisticsTask: AnalysisTask {
  package init() {}

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> HeadTable? {
    HeadStatistics.table(of: results.shown, isCancelled: isCancelled).map { HeadTable($0) }
  }
}

/// How much every head differs between the sentence on the screen and another one of the batch, [layer][head].
package struct VariabilityTask: AnalysisTask {
  package init() {}

  package var slots: [Slot] { [.shown, .other] }
  package var needs: Needs { [] }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[Double]]? {
    // Of a file that is read in parts, every head would be read for a few of its rows.
    for encoding in [results.shown, results.other].compactMap(\.self) where !encoding.trace.computesRows {
      if let obstacle = encoding.obstacle(to: .allProbabilities) { throw AnalysisFailure(obstacle) }
    }
    return results.other.flatMap { attentionVariability(of: [results.shown, $0]) }
  }
}

/// The heads that are like one, nearest first.
package struct NeighboursTask: AnalysisTask {
  let head: HeadIndex

  package init(of head: HeadIndex) { self.head = head }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Neighbours? {
    guard results.shown.trace.holds(head), let distances = HeadDistances(results.shown, isCancelled: isCancelled) else {
      return nil
    }
    return distances.neighbours(of: head, isCancelled: isCancelled).map { Neighbours($0, queries: distances.queries) }
  }
}

/// The other heads, nearest first, and over how many queries their distances are summed.
public struct Neighbours: Sendable, Equatable {
  /// All other heads of the model, nearest first.
  public let heads: [HeadDistances.Neighbour]
  /// How many queries each distance is summed over; a distance divided by it is a mean, in nats.
  public let queries: Int

  /// Neighbours in their order, nearest first, and how many queries their distances are summed over.
  public init(_ heads: [HeadDistances.Neighbour], queries: Int) {
    self.heads = heads
    self.queries = queries
  }
}

extension Analysis {
  static let statistics = Analysis(StatisticsTask())
  static let variability = Analysis(VariabilityTask())
  static func neighbours(of head: HeadIndex) -> Analysis { Analysis(NeighboursTask(of: head)) }
}
