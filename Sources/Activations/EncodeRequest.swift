/// What is asked of a model: one or several texts that make a batch, how they are padded, and what is masked.
///
/// The explorer, the export and the check of a replay all ask through this value, so all of them compute the same.
public struct EncodeRequest: Sendable, Equatable {
  /// The sentences of the batch. Without any, the empty text is meant: special tokens only.
  public var texts: [String]
  /// A second text that is put after each of them.
  public var pair: String?
  /// Fill up with PAD to this many positions; nil: to the longest sentence of the batch. A number that the longest
  /// sentence already reaches changes nothing.
  public var padTo: Int?
  public var padSide: PadSide
  public var maskMode: MaskMode
  /// Which of `texts` is computed, from 0.
  public var sentence: Int

  public init(
    texts: [String], pair: String? = nil, padTo: Int? = nil, padSide: PadSide = .right, maskMode: MaskMode = .keys,
    sentence: Int = 0
  ) {
    self.texts = texts
    self.pair = pair
    self.padTo = padTo
    self.padSide = padSide
    self.maskMode = maskMode
    self.sentence = sentence
  }
}

/// A request, and everything that was computed for its sentence.
public struct Encoding: Sendable {
  public let request: EncodeRequest
  /// The sentence's tokens, PAD included.
  public let input: TokenizedInput
  /// The mask that was asked for. A layer's own mask, in its trace, can be stricter where the family adds a window.
  public let mask: AttentionMask
  public let trace: AttentionTrace

  public init(request: EncodeRequest, input: TokenizedInput, mask: AttentionMask, trace: AttentionTrace) {
    self.request = request
    self.input = input
    self.mask = mask
    self.trace = trace
  }
}
