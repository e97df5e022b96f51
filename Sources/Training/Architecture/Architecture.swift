import Encoders
import KernelParameters

/// What a network is made of, as its configuration says: the sizes and names that the backward pass needs of every family.
package struct Architecture: Sendable {
  /// What a parameter of the encoder is called in a checkpoint with a head: `bert.`, `roberta.`, `model.` ...
  package var basePrefix: String
  /// How the names of its classes start: `Bert`, `XLMRoberta` ...
  package var classPrefix: String
  package var hidden: Int
  package var heads: Int
  package var intermediate: Int
  package var vocabulary: Int
  /// The most tokens of a sentence.
  package var positions: Int
  package var embeddings: EmbeddingsPlan
  /// The parameters of layers; those that are applied more than once stand here once.
  package var layers: [LayerPlan]
  /// Which of `layers` is applied, one after the other.
  package var order: [Int]
  package var activation: ActivationFunction
  package var epsilon: Float
  /// What QKᵀ is multiplied by.
  package var scoreScale: Double
  package var scoreBias: ScoreBiasPlan = .none
  /// DeBERTa's convolution after the first layer.
  package var convolution: ConvolutionPlan?
  /// ModernBERT's last norm.
  package var finalNorm: NormPlan?
  package var classification: ClassificationPlan
  package var maskedLM: MaskedLMPlan?
  /// Whether dropout follows the attention's output, and the feed-forward's: DistilBERT's and ALBERT's implementations differ.
  package var dropsAttentionOutput = true
  package var dropsFeedForward = true
  /// The standard deviation of new parameters.
  package var initializerRange: Double

  package var headSize: Int { hidden / heads }
}

/// A layer normalization: the name of its parameters.
package struct NormPlan: Sendable {
  var name: String
  var hasBias = true
}

/// A dense layer: the names of those whose outputs stand beside each other, and the sizes.
package struct DensePlan: Sendable {
  var names: [String]
  var inputs: Int
  /// Of each.
  var outputs: Int
  var hasBias = true

  init(_ names: String..., inputs: Int, outputs: Int, hasBias: Bool = true) {
    self.names = names
    self.inputs = inputs
    self.outputs = outputs
    self.hasBias = hasBias
  }

  /// Of all.
  var allOutputs: Int { outputs * names.count }
}

/// What becomes the input of the first layer.
package struct EmbeddingsPlan: Sendable {
  var words: String
  var size: Int
  /// The table of positions; nil where there are none.
  var positions: (name: String, rows: Int)?
  /// Where positions start: after the id of PAD, which has its own; nil where they are counted from 0.
  var positionsAfterPad: Int?
  var tokenTypes: (name: String, rows: Int)?
  var norm: NormPlan
  var projection: DensePlan?
  /// DeBERTa projects before the norm, others after it.
  var projectsFirst = false
}

/// The parameters of a layer.
package struct LayerPlan: Sendable {
  var queryKeyValue: DensePlan
  var attentionOutput: DensePlan
  /// Before the attention where the network normalizes first (nil: not at all), after it where not.
  var attentionNorm: NormPlan?
  var intermediate: DensePlan
  var output: DensePlan
  var outputNorm: NormPlan
  /// ModernBERT: norms stand before attention and feed-forward, queries and keys are turned, the feed-forward is gated.
  var rotary: RotaryPlan?
}

/// Rotary positions of a layer.
package struct RotaryPlan: Sendable {
  var base: Float
  /// How far away a key may be; nil: any distance.
  var window: Int?
}

/// What is added to scaled scores.
package enum ScoreBiasPlan: Sendable {
  case none
  /// MPNet: a number for each bucket of distances and each head, [bucket, head].
  case buckets(name: String, rows: Int)
  /// DeBERTa v2: contents compared with relative positions.
  case disentangled(DisentangledPlan)
}

/// DeBERTa's comparison with relative positions.
package struct DisentangledPlan: Sendable {
  var embeddings: String
  var span: Int
  var buckets: Int
  var largestPosition: Int
  var norm: NormPlan?
  var comparesKeys: Bool
  var comparesQueries: Bool
  /// Whether relative positions are projected as contents are; else `pos_key_proj` and `pos_query_proj` of each layer do it.
  var isShared: Bool
}

/// DeBERTa's `ConvLayer`.
package struct ConvolutionPlan: Sendable {
  var weight: String
  var bias: String
  var norm: NormPlan
  var kernel: Int
  var groups: Int
  var activation: ActivationFunction
}

/// `...ForSequenceClassification`: which vector of a sentence is looked at, what is done with it, and the classifier.
package struct ClassificationPlan: Sendable {
  enum Pooling: Sendable {
    /// The first token's vector.
    case first
    /// The mean of all vectors.
    case mean
  }
  var pooling: Pooling
  /// A dense layer with an activation function; its names are complete.
  var dense: DensePlan
  var activation: ActivationFunction
  /// Whether Hugging Face counts it to the base model: BERT's and ALBERT's pooler.
  var denseIsInBase: Bool
  var norm: NormPlan?
  /// RoBERTa's heads drop some of the vector before the dense layer, too.
  var dropsInput: Bool
  /// Named from the root of the checkpoint.
  var classifier: String
}

/// `...ForMaskedLM`: a dense layer, a norm, and the product with the embeddings of the vocabulary.
package struct MaskedLMPlan: Sendable {
  var dense: DensePlan
  var activation: ActivationFunction
  var norm: NormPlan
  /// A matrix that is not the embeddings; nil where the two are tied.
  var decoder: String?
  var bias: String
  /// What matrix and bias are called where a checkpoint has its own, although the configuration ties them.
  var storedDecoder: String?
  var storedBias: String?

  /// Tied parameters are what they are tied to, unless the checkpoint holds others: see `MaskedLMHead`.
  mutating func adapt(to store: ParameterStore, words: String) {
    if let name = storedBias, store[name] != nil { bias = name }
    guard decoder == nil, let name = storedDecoder, let matrix = store[name] else { return }
    let suffix = words.drop { $0 != "." }
    let embeddings =
      store[words] ?? store.names.first { $0.hasSuffix(suffix) || $0 == suffix.dropFirst() }.flatMap { store[$0] }
    if let embeddings, embeddings.shape == matrix.shape, embeddings.values() != matrix.values() { decoder = name }
  }
}
