/// What is known of a loaded encoder, for screens, exports and session headers.
public struct EncoderDescription: Sendable, Equatable {
  /// What people call it: the folder's name, or ORG/NAME. Untrusted text.
  public var name: String
  /// Hugging Face's `model_type`.
  public var family: String
  /// How many layers there are.
  public var layers: Int
  /// How many heads a layer has.
  public var heads: Int
  /// How many numbers a hidden state has at each position.
  public var hiddenSize: Int
  /// How many numbers a query, key or value of one head has: hiddenSize / heads in most families.
  public var headSize: Int
  /// How many heads of keys and values a layer has; fewer than `heads` where neighbouring heads share them.
  public var keyValueHeads: Int
  /// The feed-forward size.
  public var intermediateSize: Int
  /// How many tokens there are embeddings for.
  public var vocabularySize: Int
  /// The longest input, special tokens included.
  public var maximumPositions: Int
  /// How many tokens sentence-transformers uses of an input, special tokens included, as the model's folder says; nil where it
  /// says nothing. Nothing is cut there here.
  public var sentenceLength: Int?
  /// 1 where the family has no token types.
  public var tokenTypes: Int
  /// Whether the checkpoint predicts tokens: has a masked-LM head.
  public var hasMaskedLMHead: Bool
  /// What should be known about how the masked-LM head is put together, one line each: a bias that is missing, say.
  public var predictionNotes: [String]
  /// What the checkpoint was trained for, in words; nil for an encoder alone, and where nothing is said.
  public var task: String?
  /// What should be known about the weights, one line each: heads that were pruned, say.
  public var notes: [String]
  /// The model that it changes, if it is an adapter merged into that.
  public var base: AdaptedModel?
  /// How many parameters the encoder uses.
  public var parameters: Int
  /// How the weights are stored: `F32`, `F16`, `BF16`.
  public var storedType: String
  /// Tensors of the checkpoint that are not part of the encoder (a pooler, a masked-LM head).
  public var ignoredTensors: [String]
  /// What is wrong with weights that were loaded nevertheless, one line a tensor: it holds NaN, say.
  public var damagedTensors: [String]
  /// What is known where attention was computed elsewhere and comes from a file; nil for a model, which computes it here.
  public var recorded: RecordedAttention?
  /// Where the weights lie.
  public var files: [String]
  /// Bytes of the weight files.
  public var fileBytes: Int

  /// A description; see the properties.
  public init(
    name: String, family: String, layers: Int, heads: Int, hiddenSize: Int, headSize: Int, keyValueHeads: Int? = nil,
    intermediateSize: Int, vocabularySize: Int, maximumPositions: Int, tokenTypes: Int, parameters: Int,
    storedType: String,
    ignoredTensors: [String], damagedTensors: [String] = [], files: [String], fileBytes: Int,
    hasMaskedLMHead: Bool = false, predictionNotes: [String] = [], task: String? = nil,
    notes: [String] = [], recorded: RecordedAttention? = nil
  ) {
    self.name = name
    self.family = family
    self.layers = layers
    self.heads = heads
    self.hiddenSize = hiddenSize
    self.headSize = headSize
    self.keyValueHeads = keyValueHeads ?? heads
    self.intermediateSize = intermediateSize
    self.vocabularySize = vocabularySize
    self.maximumPositions = maximumPositions
    self.tokenTypes = tokenTypes
    self.hasMaskedLMHead = hasMaskedLMHead
    self.predictionNotes = predictionNotes
    self.task = task
    self.notes = notes
    self.recorded = recorded
    self.parameters = parameters
    self.storedType = storedType
    self.ignoredTensors = ignoredTensors
    self.damagedTensors = damagedTensors
    self.files = files
    self.fileBytes = fileBytes
  }
}

/// A model that an adapter changes.
public struct AdaptedModel: Sendable, Equatable {
  /// What `--model` takes.
  public var reference: String
  /// What people call it. Untrusted text.
  public var name: String

  /// A model by its reference and its name.
  public init(reference: String, name: String) {
    self.reference = reference
    self.name = name
  }
}

extension EncoderDescription {
  /// How many bytes the probabilities of all heads take, [layer, head, query, key]; as a number that may be larger than any memory.
  public func probabilityBytes(positions: Int) -> Double {
    Double(layers * heads) * Double(positions) * Double(positions) * 4
  }

  /// How many bytes all else takes that is kept of an input: queries, keys, values, context and hidden states.
  public func vectorBytes(positions: Int) -> Double {
    Double(layers * (4 * heads * headSize + hiddenSize) + hiddenSize) * Double(positions) * 4
  }
}
