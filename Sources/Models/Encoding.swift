import Activations

extension Model {
  /// The tokens of every sentence of a request, filled with PAD to one length: that of the longest, or `padTo` where
  /// that is more. A text longer than the encoder's maximum is cut, and its input says how many tokens were dropped.
  public func tokenize(_ request: EncodeRequest) throws(ModelError) -> [TokenizedInput] {
    let maximum = description.maximumPositions
    if let padTo = request.padTo, padTo > maximum {
      throw .padTooLong(name: location.name, asked: padTo, maximum: maximum)
    }
    let texts = request.texts.isEmpty ? [""] : request.texts
    let inputs = texts.map { tokenizer.encode($0, pair: request.pair, maximumLength: maximum) }
    let length = inputs.reduce(request.padTo ?? 0) { max($0, $1.count) }
    guard inputs.contains(where: { $0.count < length }) else { return inputs }
    guard let pad = tokenizer.padToken else { throw .noPadToken(name: location.name) }
    return inputs.map { $0.padded(to: length, side: request.padSide, with: pad) }
  }

  /// Computes the one sentence that the request names.
  ///
  /// - Throws: `ModelError`, `EncoderError`; `CancellationError` where `isCancelled` said true on the way.
  public func encode(
    _ request: EncodeRequest, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Encoding {
    let inputs = try tokenize(request)
    guard inputs.indices.contains(request.sentence) else {
      throw ModelError.noSuchSentence(request.sentence, count: inputs.count)
    }
    return try encode(inputs[request.sentence], sentence: request.sentence, of: request, isCancelled: isCancelled)
  }

  /// Computes one of the inputs that `tokenize` has given for a request.
  ///
  /// - Throws: `EncoderError`; `CancellationError` where `isCancelled` said true on the way.
  public func encode(
    _ input: TokenizedInput, sentence: Int, of request: EncodeRequest, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Encoding {
    var request = request
    request.sentence = sentence
    let mask = AttentionMask(request.maskMode, attentionMask: input.attentionMask)
    let trace = try encoder.run(input, mask: mask, isCancelled: isCancelled)
    return Encoding(request: request, input: input, mask: mask, trace: trace)
  }
}
