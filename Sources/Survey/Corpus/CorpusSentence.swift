/// A sentence of a corpus, and what the corpus says of it.
public struct CorpusSentence: Sendable, Equatable {
  /// What tells it from all others: the `id` of the input (`sent_id` of a treebank), else the digest of its file and the number of its
  /// line.
  public var identity: String
  /// Its text.
  public var text: String
  /// The label of a JSON line; nil where there is none.
  public var label: String?
  /// The words of a treebank, in order; empty for other input.
  public var words: [CorpusWord] = []
  /// The relations that heads are tested on.
  public var relations: [WordRelation] = []
  /// The place of the root in `words`; nil where there is no tree.
  public var root: Int?
  /// What was left out of it, and how often.
  public var leftOut: [CorpusProblem.Kind: Int] = [:]

  /// A sentence of which no more is known.
  public init(identity: String, text: String, label: String? = nil) {
    self.identity = identity
    self.text = text
    self.label = label
  }
}

/// A word of a treebank.
public struct CorpusWord: Sendable, Equatable {
  /// Where it is in the text, in code points.
  public var range: Range<Int>
  /// Its word class, as in `NOUN`; nil where the treebank does not say.
  public var wordClass: String?

  /// A word at a place.
  public init(_ range: Range<Int>, wordClass: String? = nil) {
    self.range = range
    self.wordClass = wordClass
  }
}

/// A relation between two places of the text: a word and its head, a mention and its antecedent.
public struct WordRelation: Sendable, Equatable {
  /// Its name: `nsubj`, `nsubj:pass`; `pair:` and the label for marked pairs.
  public var name: String
  /// What should point, in code points: the dependent.
  public var from: Range<Int>
  /// What it should point to, in code points: the head.
  public var to: Range<Int>

  /// A relation of this name.
  public init(_ name: String, from: Range<Int>, to: Range<Int>) {
    self.name = name
    self.from = from
    self.to = to
  }
}
