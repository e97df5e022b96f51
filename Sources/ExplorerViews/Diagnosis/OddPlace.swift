import Activations
import Explorer
import Insights

/// The place of a NaN or an infinity, and where to look for its cause, in words.
struct OddPlace {
  let odd: OddNumber
  let names: TokenNames
  let countFrom: Int

  var kind: String { odd.value.isNaN ? "NaN" : "infinity" }

  /// The layer in which it is seen: the one that reads the embeddings, for these.
  var layer: Int {
    switch odd.place {
    case .hiddenState(let index): max(index - 1, 0)
    case .queries(let index), .keys(let index), .values(let index), .attentionProbabilities(let index),
      .contextLayer(let index):
      index
    }
  }

  /// The layer whose steps begin with it or hold it: what a layer puts out is read by the next one.
  var visibleInLayer: Int {
    if case .hiddenState(let index) = odd.place { index } else { layer }
  }

  /// The head, where the tensor has heads.
  var head: Int { odd.index.count == 3 ? odd.index[0] : 0 }
  /// The token, a query where there are queries and keys.
  var position: Int { odd.index.count > 1 ? odd.index[odd.index.count - 2] : 0 }

  private var token: String { names[position] }
  private var layerWords: String { "layer \(layer + countFrom)" }
  private var headWords: String { odd.index.count == 3 ? " head \(head + countFrom)" : "" }

  var place: String {
    switch odd.place {
    case .hiddenState(0): "the embedding of \(token)"
    case .hiddenState: "the output of \(layerWords) for \(token)"
    case .queries: "the queries of \(layerWords)\(headWords), \(token)"
    case .keys: "the keys of \(layerWords)\(headWords), \(token)"
    case .values: "the values of \(layerWords)\(headWords), \(token)"
    case .attentionProbabilities: "the probabilities of \(layerWords)\(headWords), query \(token)"
    case .contextLayer: "the context of \(layerWords)\(headWords), \(token)"
    }
  }

  var cause: String {
    switch odd.place {
    case .hiddenState(0): "look at the embeddings' weights in the checkpoint"
    case .hiddenState: "look at its output projection, feed-forward and norms"
    case .queries: "look at W_Q and b_Q of this layer"
    case .keys: "look at W_K and b_K of this layer"
    case .values: "look at W_V and b_V of this layer"
    case .attentionProbabilities: "its scores are too large for a softmax, or its row has no key"
    case .contextLayer: "its values are too large to be added up"
    }
  }

  /// The stage of a head's computation in which it is first seen.
  var stage: StepStage {
    switch odd.place {
    case .hiddenState, .queries, .keys, .values: .vectors
    case .attentionProbabilities: .softmax
    case .contextLayer: .context
    }
  }
}
