import Activations
import Insights

/// How much one query gives to one key in a head, and which place that key has among all keys of the query.
package struct PairShare: Sendable, Equatable {
  /// 0 where the mask blocks the pair.
  package let probability: Float
  /// From 1 for the largest probability; nil where the mask blocks the pair, and for NaN.
  package let rank: Int?
}

/// What one pair is to every head, [layer][head]: which heads let this query attend to that key.
package struct PairTask: AnalysisTask {
  package var needs: Needs { [] }
  let query: Int
  let key: Int

  package init(query: Int, key: Int) {
    self.query = query
    self.key = key
  }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[PairShare]]? {
    let trace = results.shown.trace
    guard (0..<trace.queries).contains(query), (0..<trace.keys).contains(key) else { return nil }
    // Of a file that is read a head at a time, all of it would be read for a single row of each.
    if !trace.computesRows, let obstacle = results.shown.obstacle(to: .allProbabilities) {
      throw AnalysisFailure(obstacle)
    }
    var shares: [[PairShare]] = []
    for layer in trace.layers {
      if isCancelled() { return nil }
      let isBlocked = !layer.mask[query, key]
      shares.append(
        (0..<layer.heads).map { head in
          guard !isBlocked else { return PairShare(probability: 0, rank: nil) }
          let row = layer.probabilities(head: head, queries: query..<query + 1).row(0)
          return PairShare(probability: row[key], rank: row[key].isNaN ? nil : rank(of: key, in: row))
        })
    }
    return shares
  }
}

extension State {
  /// What the marked pair is to every head, [layer][head]; nil while it is worked out, and where no view shows it.
  package var pairShares: [[PairShare]]? { found(PairTask(query: query, key: key)) }

  /// What the numbers of the marked pair need.
  var pairAnalyses: [Analysis] { positions > 0 ? [Analysis(PairTask(query: query, key: key))] : [] }

  /// Whether the order or the choice of heads on the screen waits for the numbers of the marked pair.
  var awaitsPair: Bool {
    let usesPair = HeadColumn.ofPair.contains(exploration.heads.column) || HeadFilter(headFilter).usesPair
    return usesPair && awaitsPairShares
  }

  /// The same of the numbers in the grid.
  var awaitsPairInGrid: Bool {
    exploration.heads.isGridSorted && exploration.heads.gridColumn?.isOfPair == true && awaitsPairShares
  }

  private var awaitsPairShares: Bool {
    pairShares == nil && awaits(Analysis(PairTask(query: query, key: key)))
  }
}
