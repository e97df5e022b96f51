import Activations
import Compute
import KernelParameters

/// What an encoder is made of, for the many families whose layers consist of the same parts: which of them, in what order, and what
/// their parameters are called. `Layered` builds it and runs it.
struct Blueprint {
  var sizes: Sizes
  /// The tensor that tells the prefix of all names; every checkpoint of the family has it.
  var anchor: String
  /// Prefixes that are preferred to any other.
  var prefixes: [String]
  var norm = NormKind.layerNorm()
  var epsilon: Float
  /// What feed-forward layers apply.
  var activation: ActivationFunction
  var embeddings: EmbeddingParts
  var layers: [LayerParts]
  /// A last norm, whose output counts as the last hidden state.
  var finalNorm: String?
  /// Rotations of queries and keys, which layers name by their index.
  var rotations: [Rotation] = []
  /// What the head that predicts tokens is called, where there can be one.
  var maskedLM: MaskedLMHead.Names?
  /// What that head applies, where it is not what the feed-forward does.
  var maskedLMActivation: ActivationFunction?
}

/// How rows are normalized.
enum NormKind {
  case layerNorm(hasBias: Bool = true)
  /// Root mean square, without a bias.
  case rms
  /// The same, with weights that are stored less 1, as Gemma's.
  case rmsAroundOne
}

/// A dense layer of a checkpoint.
struct Linear {
  var name: String
  var hasBias = true
  /// Whether it is stored as [inputs, outputs], as GPT-2's `Conv1D` is.
  var isTransposed = false

  init(_ name: String, hasBias: Bool = true, isTransposed: Bool = false) {
    self.name = name
    self.hasBias = hasBias
    self.isTransposed = isTransposed
  }
}

/// A table of embeddings whose rows are looked up.
struct TableParts {
  var name: String
  var rows: Int
}

/// What becomes the input of the first layer.
struct EmbeddingParts {
  enum Positions {
    case none
    case learned(TableParts, from: Start)
    /// Numbers that are computed, [position, columns].
    case computed(@Sendable (_ position: Int) -> [Float], from: Start)
  }

  /// How positions are counted.
  enum Start {
    /// All of them, PAD included, from a number on.
    case first(Int)
    /// What is not PAD, from the pad id + 1 on; PAD has the pad id.
    case afterPad(Int)
  }

  /// What the word embeddings are called; the first that there is counts, others may be tied to it.
  var words: [String]
  /// Tensors with the same numbers outside of the encoder, by their full names, for checkpoints that keep only one of them.
  var wordsElsewhere: [String] = []
  var columns: Int
  /// What words are multiplied by.
  var scale: Float = 1
  var positions = Positions.none
  var tokenTypes: TableParts?
  /// Tables whose first row is added so many times at every position: boxes and tasks that a text alone does not have.
  var constants: [(table: TableParts, times: Int)] = []
  var norm: String?
  /// To the hidden size, after the norm.
  var projection: Linear?
  /// ESM's token dropout: this token has no embedding, and all others are scaled by how many of it there are.
  var maskTokenID: Int?
  /// Whether what no query may attend to is set to zero, if it is PAD.
  var clearsPad = false
}

/// A layer: attention, added to its input, and a feed-forward, added to that; with norms where they have a name.
struct LayerParts {
  var projections: Projections
  var output: Linear
  /// Norms of the queries and of the keys.
  var headNorms: HeadNorms?
  var norms: Norms
  var feedForward: FeedForwardParts
  /// Which rotation turns queries and keys.
  var rotation: Int?
  var rotatesValues = false
  var block = OwnBlock()
  /// What QKᵀ is multiplied by.
  var scale: Float
  /// Whether queries are scaled instead, before they are rotated, as ESM does it.
  var scalesQueries = false
  var bias: BiasParts?

  enum Projections {
    case separate(query: Linear, key: Linear, value: Linear)
    /// Queries, then keys, then values.
    case fused(Linear)

    /// Three with one beginning of their names: `encoder.layers.0.self_attn` with `q_proj`, `k_proj`, `v_proj`.
    static func separate(
      in attention: String, _ query: String, _ key: String, _ value: String, hasBias: Bool = true
    ) -> Projections {
      func linear(_ name: String) -> Linear { Linear("\(attention).\(name)", hasBias: hasBias) }
      return .separate(query: linear(query), key: linear(key), value: linear(value))
    }
  }

  struct HeadNorms {
    var query: String
    var key: String
    /// Whether one norm spans all heads; else each head is normalized by itself.
    var spansHeads = false
    var kind: NormKind
  }

  struct Norms {
    /// Of the layer's input, for the attention alone.
    var input: String?
    /// Of the attention's output, before it is added to the input; or after that, and the input is added once more.
    var attentionOutput: String?
    var attentionOutputAddsInput = false
    /// Of the sum of input and attention.
    var afterAttention: String?
    /// Of that sum, for the feed-forward alone.
    var feedForwardInput: String?
    /// Of the feed-forward's output, before it is added.
    var feedForwardOutput: String?
    /// Of the layer's output.
    var output: String?
  }
}

/// What is added to scaled scores.
enum BiasParts {
  /// A learned number of each head for each bucket of distances, [bucket, head].
  case buckets(table: String, DistanceBuckets)
  /// The distance, times a slope of the head.
  case slopes
}

/// The second half of a layer; the blueprint's activation is applied to the first product, or to the gate.
enum FeedForwardParts {
  case plain(Linear, Linear)
  case gated(gate: Linear, up: Linear, down: Linear)
  /// Gate and the other part in one matrix.
  case fused(Linear, gateIsFirst: Bool, down: Linear)
}

/// A family that a blueprint describes.
protocol LayeredFamily {
  /// What an encoder with this configuration is made of. The names of its parameters tell layouts apart.
  static func blueprint(_ configuration: Configuration, _ parameters: Parameters) throws -> Blueprint
}

extension Parameters {
  /// Whether a parameter's name ends like this.
  func hasName(endingIn suffix: String) -> Bool { source.names.contains { $0.hasSuffix(suffix) } }
}
