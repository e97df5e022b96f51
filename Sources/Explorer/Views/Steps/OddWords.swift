import Activations
import Insights

/// Where a NaN or an infinity on the screen comes from, in words: its cause is where it is first seen, and everything after
/// that only passes it on.
struct OddWords {
  let steps: HeadSteps
  let trace: AttentionTrace

  /// From long to short; empty where every number of the query's row and context is finite.
  var wordings: [String] {
    // Only where there is something odd in sight is the whole trace searched.
    guard (steps.probabilities + steps.context + steps.queryVector).contains(where: { !$0.isFinite }),
      let odd = OddNumber.first(in: trace)
    else { return [] }
    let kind = odd.value.isNaN ? "NaN" : "infinity"
    let (place, cause) = describe(odd)
    return [
      "\(kind)! It is first seen in \(place): \(cause). All that comes after only passes it on.",
      "\(kind)! First seen in \(place): \(cause).", "\(kind), first seen in \(place)",
    ]
  }

  private func describe(_ odd: OddNumber) -> (place: String, cause: String) {
    func layer(_ index: Int) -> String { "layer \(index + steps.countFrom)" }
    let token = odd.index.count > 1 ? steps.names[odd.index[odd.index.count - 2]] : ""
    let head = odd.index.count == 3 ? " head \(odd.index[0] + steps.countFrom)" : ""
    switch odd.place {
    case .hiddenState(0):
      return ("the embedding of \(token)", "look at the embeddings' weights in the checkpoint")
    case .hiddenState(let index):
      return ("the output of \(layer(index - 1)) for \(token)", "look at its output projection, feed-forward and norms")
    case .queries(let index):
      return ("the queries of \(layer(index))\(head), \(token)", "look at W_Q and b_Q of this layer")
    case .keys(let index): return ("the keys of \(layer(index))\(head), \(token)", "look at W_K and b_K of this layer")
    case .values(let index):
      return ("the values of \(layer(index))\(head), \(token)", "look at W_V and b_V of this layer")
    case .attentionProbabilities(let index):
      return (
        "the probabilities of \(layer(index))\(head), query \(token)",
        "its scores are too large for a softmax, or its row has no key"
      )
    case .contextLayer(let index):
      return ("the context of \(layer(index))\(head), \(token)", "its values are too large to be added up")
    }
  }
}
