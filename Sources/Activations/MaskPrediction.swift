/// What a masked-LM head expects in the place of one `[MASK]`.
public struct MaskPrediction: Sendable, Equatable {
  /// A token of the vocabulary, and how probable it is.
  public struct Candidate: Sendable, Equatable {
    /// Its id in the vocabulary.
    public var id: Int32
    /// The vocabulary's entry. Untrusted text.
    public var token: String
    /// From 0 to 1: the softmax over the whole vocabulary.
    public var probability: Double
    /// How many tokens are more probable.
    public var rank: Int

    /// A token, its probability from 0 to 1, and how many are more probable.
    public init(id: Int32, token: String, probability: Double, rank: Int) {
      self.id = id
      self.token = token
      self.probability = probability
      self.rank = rank
    }
  }

  /// Where `[MASK]` stands in the input.
  public var position: Int
  /// The most probable tokens, the most probable first; of equally probable ones the smaller id.
  public var candidates: [Candidate]
  /// The token that `[MASK]` was put in place of by hand.
  public var original: Candidate?

  /// The predictions for the `[MASK]` at a position.
  public init(position: Int, candidates: [Candidate], original: Candidate? = nil) {
    self.position = position
    self.candidates = candidates
    self.original = original
  }

  /// How many candidates are kept.
  public static let most = 10
}
