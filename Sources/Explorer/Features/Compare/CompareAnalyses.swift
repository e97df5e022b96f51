import Activations
import Insights

/// A head of the picture put aside beside one of the picture on the screen.
package struct HeadComparisonTask: AnalysisTask {
  package var needs: Needs { [] }
  let a: HeadIndex
  let b: HeadIndex
  /// Of a file, both heads are read for it as a whole.
  private static let mostTokensOfFiles = 2048

  package var slots: [Slot] { [.shown, .pictureA] }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> HeadComparison? {
    guard let pictureA = results.pictureA, pictureA.trace.holds(a), results.shown.trace.holds(b) else { return nil }
    for encoding in [pictureA, results.shown]
    where encoding.trace.keys > HeadComparisonTask.mostTokensOfFiles && !encoding.trace.computesRows {
      if let obstacle = encoding.obstacle(to: .allProbabilities) { throw AnalysisFailure(obstacle) }
    }
    do throws(ComparisonError) {
      let comparison = try HeadComparison(pictureA, a, results.shown, b, isCancelled: isCancelled)
      return isCancelled() ? nil : comparison
    } catch {
      throw AnalysisFailure(error.description)
    }
  }
}

/// All heads of both pictures, [layer][head].
package struct ComparisonTask: AnalysisTask {
  package var slots: [Slot] { [.shown, .pictureA] }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[EncodingComparison.HeadDifference]]? {
    guard let pictureA = results.pictureA else { return nil }
    do throws(ComparisonError) {
      let heads = try EncodingComparison(pictureA, results.shown, isCancelled: isCancelled).heads
      return isCancelled() ? nil : heads
    } catch {
      throw AnalysisFailure(error.description)
    }
  }
}

/// All heads of a layer of both pictures, where one of them is a text so long that rows are computed again for it: layer by layer, so that
/// those that have been compared can be seen.
package struct LayerComparisonTask: AnalysisTask {
  let layer: Int

  package var slots: [Slot] { [.shown, .pictureA] }
  package var needs: Needs { [] }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [EncodingComparison.HeadDifference]? {
    guard let pictureA = results.pictureA else { return nil }
    for encoding in [pictureA, results.shown] where !encoding.trace.computesRows {
      if let obstacle = encoding.obstacle(to: .allProbabilities) { throw AnalysisFailure(obstacle) }
    }
    do throws(ComparisonError) {
      return try EncodingComparison.layer(layer, of: pictureA, results.shown, isCancelled: isCancelled)
    } catch {
      throw AnalysisFailure(error.description)
    }
  }
}

extension Analysis {
  static func headComparison(a: HeadIndex, b: HeadIndex) -> Analysis { Analysis(HeadComparisonTask(a: a, b: b)) }
  static let comparison = Analysis(ComparisonTask())
}

extension AttentionTrace {
  /// Whether there is such a head.
  func holds(_ index: HeadIndex) -> Bool {
    layers.indices.contains(index.layer) && (0..<heads).contains(index.head)
  }
}
