import Activations
import Insights

/// Numbers in rows and columns.
public struct NumberMatrix: Sendable, Equatable {
  /// How many rows there are.
  public let rows: Int
  /// How many numbers a row has.
  public let columns: Int
  /// Row-major.
  public let values: [Float]

  package subscript(row: Int, column: Int) -> Float { values[row * columns + column] }
}

/// q · k of every pair of a head, and how far the scores reach.
package struct HeadScores: Sendable, Equatable {
  /// The largest magnitudes of finite numbers; 0 where there are none.
  package struct Magnitudes: Sendable, Equatable {
    /// Of q · k.
    package var score: Float = 0
    /// Of the scaled scores.
    package var scaled: Float = 0
    /// Of those that the mask lets through.
    package var masked: Float = 0

    /// 0 each.
    package init() {}

    /// Those of cells of several pairs.
    package init(_ cells: ScoreCells) {
      (score, scaled, masked) = (cells.largestScore, cells.largestScaled, cells.largestMasked)
    }
  }

  /// q · k, [query, key].
  package let scores: NumberMatrix
  package let largest: Magnitudes
}

/// q · k of every pair of a head.
package struct ScoresTask: AnalysisTask {
  package var needs: Needs { .vectors }
  let head: HeadIndex

  package init(of head: HeadIndex) { self.head = head }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> HeadScores? {
    let trace = results.shown.trace
    guard trace.holds(head) else { return nil }
    let layer = trace.layers[head.layer]
    let (queries, keys) = (layer.queries[slice: head.head], layer.keys[slice: head.head])
    let positions = queries.shape[0]
    let keyRows = (0..<positions).map { keys.row($0) }
    var values: [Float] = []
    values.reserveCapacity(positions * positions)
    var largest = HeadScores.Magnitudes()
    func grow(_ top: inout Float, _ value: Float) { if value.isFinite { top = max(top, abs(value)) } }
    for query in 0..<positions {
      let row = queries.row(query)
      let bias = layer.scoreBias?[slice: head.head].row(query)
      for (place, key) in keyRows.enumerated() {
        var sum: Float = 0
        for place in row.indices { sum += row[place] * key[place] }
        values.append(sum)
        let scaled = sum * layer.scale + (bias?[place] ?? 0)
        grow(&largest.score, sum)
        grow(&largest.scaled, scaled)
        if layer.mask[query, place] { grow(&largest.masked, scaled) }
      }
    }
    return HeadScores(scores: NumberMatrix(rows: positions, columns: positions, values: values), largest: largest)
  }
}

/// The same of a text so long that not every pair can be shown, in cells of several.
package struct ScoreCellsTask: AnalysisTask {
  package var needs: Needs { .vectors }
  let head: HeadIndex

  package init(of head: HeadIndex) { self.head = head }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> ScoreCells? {
    let trace = results.shown.trace
    guard trace.holds(head) else { return nil }
    return ScoreCells(trace.layers[head.layer], head: head.head, isCancelled: isCancelled)
  }
}

extension State {
  /// More tokens than that are not looked at pair by pair with every key that is pressed.
  private static let mostTokensOfScores = 512

  /// Whether scores of all queries are shown in cells of several.
  package var showsScoreCells: Bool { showsRows || positions > State.mostTokensOfScores }
}

/// What every head of a layer adds to one query through the output projection.
package struct SharesTask: AnalysisTask {
  package var needs: Needs { .vectors }
  let layer: Int
  let query: Int

  package init(layer: Int, query: Int) {
    self.layer = layer
    self.query = query
  }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> HeadShares? {
    guard results.shown.trace.layers.indices.contains(layer) else { return nil }
    let layer = results.shown.trace.layers[layer]
    guard let projection = layer.outputProjection else {
      throw AnalysisFailure("the output projection of this model is not at hand")
    }
    let (weight, bias): (Tensor, Tensor?)
    do { (weight, bias) = (try projection.weight(), try projection.bias()) } catch {
      throw AnalysisFailure("the output projection cannot be read: \(error)")
    }
    guard let shares = HeadShares(context: layer.contextLayer, weight: weight, bias: bias, query: query) else {
      throw AnalysisFailure("the output projection does not fit the heads of this layer")
    }
    return shares
  }
}

extension Analysis {
  static func scores(_ head: HeadIndex) -> Analysis { Analysis(ScoresTask(of: head)) }
  package static func shares(layer: Int, query: Int) -> Analysis { Analysis(SharesTask(layer: layer, query: query)) }
}
