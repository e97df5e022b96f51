import Activations
import Explorer
import Insights

/// What the ends of the colours stand for in a step: legends and pictures take it from here.
struct StepScales {
  let steps: HeadSteps

  private var head: Int { steps.index.head }

  /// One scale for queries and keys, so that their strips can be compared.
  var offers: Float { steps.reach.offers }
  /// Values.
  var answers: Float { steps.reach.values.max() ?? 0 }
  /// The hidden state of the query.
  var hidden: Float { steps.hiddenState.largestMagnitude }
  /// Weighted values, and their sum.
  var contexts: Float {
    // The largest of a key's weighted numbers is its largest number, weighted.
    let weighted = zip(steps.probabilities, steps.reach.values).map { abs($0 * $1) }.filter(\.isFinite)
    return max(weighted.max() ?? 0, steps.context.largestMagnitude)
  }

  /// What the colours of a step stand for; nil where there are none yet.
  func legend(_ state: State) -> Legend? {
    let signs = Signs(glyphs: .ascii)
    func reach(_ top: Float) -> String { signs.plusMinus + Words.difference(top) }
    let isWhole = state.steps.showsAllQueries
    switch state.steps.stage {
    case .vectors:
      let values = "v \(reach(answers))"
      return Legend(
        around: offers, scopes: (isWhole ? [] : ["q, k; \(values); x \(reach(hidden))"]) + ["q, k; \(values)", "q, k"])
    case .scores: return isWhole ? ofScores(state, "scores", \.score) : Legend(around: offers, scopes: ["q, k"])
    case .scale: return isWhole ? ofScores(state, "scaled", \.scaled) : share
    case .mask: return isWhole ? ofScores(state, "masked", \.masked) : ofRow
    case .softmax: return isWhole ? probabilities : share
    case .weigh:
      return isWhole ? probabilities : Legend(around: answers, scopes: ["value, p \(signs.times) value", "value"])
    case .context:
      return isWhole ? probabilities : Legend(around: contexts, scopes: ["p \(signs.times) value, context", "context"])
    case .output: return ofShares(state)
    }
  }

  private var share: Legend { Legend(low: "0", high: "1", scope: "share") }

  /// Of all queries.
  var largestProbability: Float { steps.overview?.largest ?? steps.probabilitiesOfAll.largest() }

  private var probabilities: Legend {
    Legend(.probability, top: largestProbability, heads: "this head")
  }

  /// The bars of the masked scores of a query: from the lowest to the highest.
  private var ofRow: Legend? {
    let visible = zip(steps.softmax.scaledScores, steps.softmax.isVisible).filter(\.1).map(\.0).filter(\.isFinite)
    guard let low = visible.min(), let high = visible.max() else { return nil }
    return Legend(low: Words.fixed(low, 2), high: Words.fixed(high, 2), scope: "masked", isDiverging: true)
  }

  /// All scores of the head.
  private func ofScores(
    _ state: State, _ name: String, _ largest: KeyPath<HeadScores.Magnitudes, Float>
  ) -> Legend? {
    if state.showsScoreCells {
      return state.found(ScoreCellsTask(of: steps.index)).flatMap {
        Legend(around: HeadScores.Magnitudes($0)[keyPath: largest], scopes: [name])
      }
    }
    return state.found(ScoresTask(of: steps.index)).flatMap {
      Legend(around: $0.largest[keyPath: largest], scopes: [name])
    }
  }

  private func ofShares(_ state: State) -> Legend? {
    if state.steps.showsAllQueries {
      return Legend(around: steps.reach.contexts, scopes: ["context"])
    }
    guard let shares = state.found(SharesTask(layer: steps.index.layer, query: steps.query)) else { return nil }
    let top = shares.outputs.map(\.largestMagnitude).max() ?? 0
    let own = shares.outputs.indices.contains(head) ? shares.outputs[head].largestMagnitude : 0
    func reach(_ top: Float) -> String { Signs(glyphs: .ascii).plusMinus + Words.difference(top) }
    return Legend(
      around: top,
      scopes: [
        "shares of heads; context \(reach(steps.context.largestMagnitude)), share \(reach(own)), all \(reach(shares.sum.largestMagnitude))",
        "shares of heads",
      ])
  }
}
