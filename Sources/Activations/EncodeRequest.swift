/// What is asked of a model: one or several texts that make a batch, how they are padded, and what is masked.
///
/// The explorer, the export and the check of a replay all ask through this value, so all of them compute the same.
public struct EncodeRequest: Sendable, Equatable {
  /// The sentences of the batch. If there are none, the batch is one empty text: special tokens only.
  public var texts: [String]
  /// A second text that is put after each of them.
  public var pair: String?
  /// Fill up with PAD to this many positions; nil: to the longest sentence of the batch. A number that the longest
  /// sentence already reaches changes nothing.
  public var padTo: Int?
  /// On which side PAD is put.
  public var padSide: PadSide
  /// What the attention mask blocks.
  public var maskMode: MaskMode
  /// Which of `texts` is computed, from 0.
  public var sentence: Int
  /// What was changed by hand in this sentence's mask, in order.
  public var maskEdits: [MaskEdit]
  /// The places of tokens of this sentence that are replaced by the tokenizer's mask token, `[MASK]`: how many of the
  /// sentence's tokens come before them, special tokens included and PAD not.
  public var replacedTokens: [Int]
  /// The heads that are switched off. Where a head is named twice, the last counts.
  public var ablations: [Ablation]

  /// A request; see the properties.
  public init(
    texts: [String], pair: String? = nil, padTo: Int? = nil, padSide: PadSide = .right, maskMode: MaskMode = .keys,
    sentence: Int = 0, maskEdits: [MaskEdit] = [], replacedTokens: [Int] = [], ablations: [Ablation] = []
  ) {
    self.texts = texts
    self.pair = pair
    self.padTo = padTo
    self.padSide = padSide
    self.maskMode = maskMode
    self.sentence = sentence
    self.maskEdits = maskEdits
    self.replacedTokens = replacedTokens
    self.ablations = ablations
  }

  /// The request as a model can compute it: with no more positions than it has, and its own heads only.
  public func fitted(to model: EncoderDescription) -> EncodeRequest {
    var request = self
    request.padTo = padTo.map { min($0, model.maximumPositions) }
    request.ablations = ablations.filter { $0.head.layer < model.layers && $0.head.head < model.heads }
    return request
  }

  /// What the request would be without its last kind of change by hand: without mask edits and heads switched off, or,
  /// where there are none, with the tokens that `[MASK]` stands for. Nil where nothing was changed by hand.
  public var withoutInterventions: EncodeRequest? {
    var request = self
    if maskEdits.isEmpty, ablations.isEmpty {
      guard !replacedTokens.isEmpty else { return nil }
      request.replacedTokens = []
    }
    request.maskEdits = []
    request.ablations = []
    return request
  }

  /// The same request for another sentence of the batch. What names tokens of this one is left out: mask edits and
  /// replaced tokens.
  public func forSentence(_ other: Int) -> EncodeRequest {
    guard other != sentence else { return self }
    var request = self
    request.sentence = other
    request.maskEdits = []
    request.replacedTokens = []
    return request
  }
}

/// A request, and everything that was computed for its sentence.
public struct Encoding: Sendable {
  /// What was asked for.
  public let request: EncodeRequest
  /// The sentence's tokens, PAD included: those that are attended to, and, but for attention from one sentence to another, those that
  /// attend.
  public let input: TokenizedInput
  /// The tokens that attend: `input`, unless attention goes from one sentence to another (cross-attention).
  public let queryInput: TokenizedInput
  /// Whether attention goes from one sentence to another: cross-attention, whose queries and keys are different tokens.
  public let isCross: Bool
  /// The mask that was asked for, edits included. A layer's own mask, in its trace, can be stricter where the family adds a
  /// window.
  public let mask: AttentionMask
  /// The mask as the mode gives it, before anything was changed by hand.
  public let modeMask: AttentionMask
  /// How many pairs of query and key are other than the mode makes them.
  public let pairsEditedByHand: Int
  /// What the encoder computed.
  public let trace: AttentionTrace
  /// What the masked-LM head expects for every `[MASK]` of the input, in order; nil where the model has no such head.
  public let predictions: [MaskPrediction]?

  /// `mask` is the request's, edits included.
  public init(
    request: EncodeRequest, input: TokenizedInput, mask: AttentionMask, trace: AttentionTrace,
    predictions: [MaskPrediction]? = nil
  ) {
    self.init(
      request: request, input: input, mask: mask,
      modeMask: request.maskEdits.isEmpty
        ? mask : AttentionMask(request.maskMode, attentionMask: input.attentionMask), trace: trace,
      predictions: predictions)
  }

  /// The same from parts that are there already, the mask of the mode among them.
  ///
  /// - Parameter queryInput: the tokens that attend, where they are others than `input`.
  public init(
    request: EncodeRequest, input: TokenizedInput, queryInput: TokenizedInput? = nil, mask: AttentionMask,
    modeMask: AttentionMask, trace: AttentionTrace, predictions: [MaskPrediction]?
  ) {
    self.request = request
    self.input = input
    self.queryInput = queryInput ?? input
    isCross = queryInput != nil
    self.mask = mask
    self.modeMask = modeMask
    pairsEditedByHand = request.maskEdits.isEmpty ? 0 : zip(mask.allowed, modeMask.allowed).count { $0 != $1 }
    self.trace = trace
    self.predictions = predictions
  }

  /// Whether the mask of this pair is other than its mode makes it.
  public func isEditedByHand(query: Int, key: Int) -> Bool { mask[query, key] != modeMask[query, key] }
}
