import Activations
import Encoders

extension Model {
  /// The tokens of every sentence of a request, filled with PAD to one length: that of the longest, or `padTo` where
  /// that is more. A text longer than the encoder's maximum is cut, and its input says how many tokens were dropped. In
  /// the sentence that the request names, the tokens that it says are replaced by `[MASK]`.
  public func tokenize(_ request: EncodeRequest) throws(ModelError) -> [TokenizedInput] {
    let maximum = description.maximumPositions
    if let padTo = request.padTo, padTo > maximum {
      throw .padTooLong(name: location.name, asked: padTo, maximum: maximum)
    }
    let texts = request.texts.isEmpty ? [""] : request.texts
    var inputs = texts.map { tokenizer.encode($0, pair: request.pair, maximumLength: maximum) }
    if !request.replacedTokens.isEmpty, inputs.indices.contains(request.sentence) {
      inputs[request.sentence] = try masked(inputs[request.sentence], places: request.replacedTokens)
    }
    let length = inputs.reduce(request.padTo ?? 0) { max($0, $1.count) }
    if inputs.contains(where: { $0.count < length }) {
      guard let pad = tokenizer.padToken else { throw .noPadToken(name: location.name) }
      inputs = inputs.map { $0.padded(to: length, side: request.padSide, with: pad) }
    }
    for (index, text) in texts.enumerated() {
      try check(inputs[index], of: [text] + (request.pair.map { [$0] } ?? []))
    }
    for (index, text) in texts.enumerated() { inputs[index].spell(as: [text] + (request.pair.map { [$0] } ?? [])) }
    return inputs
  }

  /// The tokens of one text, without PAD, as many as the encoder takes.
  public func tokenizeAlone(_ text: String) throws(ModelError) -> TokenizedInput {
    let input = tokenizer.encode(text, maximumLength: description.maximumPositions)
    try check(input, of: [text])
    return input
  }

  /// Refuses a token that the encoder has no embedding for, or that the vocabulary does not have.
  private func check(_ input: TokenizedInput, of texts: [String]) throws(ModelError) {
    let embeddings = description.vocabularySize
    guard let place = input.inputIDs.firstIndex(where: { $0 < 0 || $0 >= embeddings }) else { return }
    let id = Int(input.inputIDs[place])
    guard id < 0 else {
      throw .noEmbedding(name: location.name, token: input.tokens[place], id: id, encoder: embeddings)
    }
    let sequence = input.sequenceIDs[place] ?? 0
    let scalars = texts.indices.contains(sequence) ? Array(texts[sequence].unicodeScalars) : []
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[input.offsets[place].clamped(to: 0..<scalars.count)])
    throw .noToken(name: location.name, text: String(text))
  }

  /// A sentence, not yet padded, with `[MASK]` in some places.
  private func masked(_ input: TokenizedInput, places: [Int]) throws(ModelError) -> TokenizedInput {
    guard let mask = tokenizer.maskToken else { throw .noMaskToken(name: location.name) }
    var result = input
    for place in Set(places).sorted() {
      guard input.inputIDs.indices.contains(place) else { throw .noTokenToReplace(place, count: input.count) }
      guard !input.specialTokensMask[place] else { throw .specialTokenToReplace(place, token: input.tokens[place]) }
      let original = SpecialToken(id: input.inputIDs[place], content: input.tokens[place])
      result.replacedTokens.append(ReplacedToken(place: place, original: original))
      result.inputIDs[place] = mask.id
      result.tokens[place] = mask.content
    }
    return result
  }

  /// Computes the one sentence that the request names.
  ///
  /// - Throws: `ModelError`, `EncoderError`; `CancellationError` where `isCancelled` said true on the way.
  public func encode(
    _ request: EncodeRequest, storage: ProbabilityStorage = ProbabilityStorage(),
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Encoding {
    let inputs = try tokenize(request)
    guard inputs.indices.contains(request.sentence) else {
      throw ModelError.noSuchSentence(request.sentence, count: inputs.count)
    }
    return try encode(
      inputs[request.sentence], sentence: request.sentence, of: request, storage: storage, isCancelled: isCancelled)
  }

  /// Computes one of the inputs that `tokenize` has given for a request. What the request changes by hand in the mask of
  /// its own sentence is left out for another one.
  ///
  /// - Throws: `ModelError`, `EncoderError`; `CancellationError` where `isCancelled` said true on the way.
  public func encode(
    _ input: TokenizedInput, sentence: Int, of request: EncodeRequest,
    storage: ProbabilityStorage = ProbabilityStorage(), isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Encoding {
    let request = request.forSentence(sentence)
    try check(request.maskEdits)
    let mask = request.mask(of: input)
    let trace = try encoder.run(
      input, mask: mask, ablations: request.ablations, storage: storage, isCancelled: isCancelled)
    return try encoding(input, mask, of: request, trace)
  }

  /// Computes all inputs that `tokenize` has given for a request, on several threads at a time, and calls `body` for each
  /// of them as soon as it is there, in any order.
  ///
  /// - Throws: as `encode`, and what `body` throws.
  public func encodeEach(
    _ inputs: [TokenizedInput], of request: EncodeRequest, isCancelled: @escaping @Sendable () -> Bool = { false },
    _ body: @Sendable (Encoding) throws -> Void
  ) throws {
    try check(request.maskEdits)
    let requests = inputs.indices.map { request.forSentence($0) }
    try encoder.runEach(
      inputs, mask: { requests[$0].mask(of: inputs[$0]) }, ablations: request.ablations, isCancelled: isCancelled,
      body: { try body(try encoding(inputs[$0], $1, of: requests[$0], $2)) })
  }

  private func encoding(
    _ input: TokenizedInput, _ mask: AttentionMask, of request: EncodeRequest, _ trace: AttentionTrace
  ) throws -> Encoding {
    Encoding(
      request: request, input: input, mask: mask, trace: trace, predictions: try predictions(input, trace))
  }

  private func check(_ edits: [MaskEdit]) throws(ModelError) {
    let maximum = description.maximumPositions
    for edit in edits {
      for place in edit.places where place < 0 || place >= maximum {
        throw .noPlaceToEdit(place, maximum: maximum)
      }
      if case .band(let width) = edit, width < 0 { throw .negativeBand(width) }
    }
  }
}

extension EncodeRequest {
  /// The mask of the sentence that the request names, with what was changed in it by hand.
  fileprivate func mask(of input: TokenizedInput) -> AttentionMask {
    AttentionMask(maskMode, edits: maskEdits, for: input)
  }
}
