/// A sentence while it is added to a survey: what it is called, its text, and what is left to chance about it.
///
/// One object, shared by everything that keeps it.
public final class SurveyedSentence: Sendable {
  /// What tells it from all others.
  public let identity: String
  /// Its text.
  public let text: String
  /// Its hash.
  public let hash: SentenceHash
  /// How often each replicate of the bootstrap draws it.
  public let weights: [UInt8]

  /// A sentence of a survey with this seed.
  public init(identity: String, text: String, seed: Int) {
    self.identity = identity
    self.text = text
    hash = SentenceHash(seed: seed, identity: identity)
    weights = BootstrapWeights.weights(of: hash)
  }
}

/// A place in a sentence that speaks for or against a number.
public struct Witness: Sendable, Equatable {
  /// The sentence.
  public let sentence: SurveyedSentence
  /// What the head's number is in this sentence; for a relation, the attention between the word that points and the one that the head
  /// points to.
  public let value: Double
  /// The pair of a relation; nil where the number is one of the whole sentence.
  public let pair: WitnessPair?

  /// A sentence, its number, and the pair that it is about.
  public init(_ sentence: SurveyedSentence, value: Double, pair: WitnessPair? = nil) {
    self.sentence = sentence
    self.value = value
    self.pair = pair
  }

  /// Whether they say the same of the same sentence.
  public static func == (a: Witness, b: Witness) -> Bool {
    a.sentence.identity == b.sentence.identity && a.sentence.text == b.sentence.text && a.value == b.value
      && a.pair == b.pair
  }
}

/// The two words that a relation is between, and where the head pointed, in code points of the text.
public struct WitnessPair: Sendable, Equatable {
  /// The word that points.
  public let from: Range<Int>
  /// The word that it should point to.
  public let to: Range<Int>
  /// The word that it did point to.
  public let predicted: Range<Int>

  /// Ranges in code points of the text.
  public init(from: Range<Int>, to: Range<Int>, predicted: Range<Int>) {
    self.from = from
    self.to = to
    self.predicted = predicted
  }
}
