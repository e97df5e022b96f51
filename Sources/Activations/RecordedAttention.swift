/// What a file knows of attention that was computed elsewhere, beside the probabilities.
public struct RecordedAttention: Sendable, Equatable {
  /// The sentences that it is of, and how they were padded and masked: nothing else can be asked for.
  public var request: EncodeRequest
  /// Queries, keys, values, and the scores that follow from them.
  public var hasVectors: Bool
  /// The hidden states before and after every layer.
  public var hasHiddenStates: Bool
  /// Which pairs the attention mask blocked. Where that is not known, nothing counts as blocked.
  public var hasMask: Bool
  /// Whether queries and keys are tokens of different sentences: cross-attention.
  public var isCross: Bool
  /// Whether there are more probabilities than are held, so that they are read a head at a time.
  public var isReadInParts: Bool

  /// Nothing but probabilities, unless it is said here.
  public init(
    of request: EncodeRequest = EncodeRequest(texts: []), hasVectors: Bool = false, hasHiddenStates: Bool = false,
    hasMask: Bool = false, isCross: Bool = false,
    isReadInParts: Bool = false
  ) {
    self.request = request
    self.hasVectors = hasVectors
    self.hasHiddenStates = hasHiddenStates
    self.hasMask = hasMask
    self.isCross = isCross
    self.isReadInParts = isReadInParts
  }
}
