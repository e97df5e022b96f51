import Activations

/// What a survey says of all heads of an encoder: what is in a `.survey` file, as people and views read it.
public struct Survey: Sendable, Equatable {
  /// What was surveyed, and how.
  public var header: SurveyHeader
  /// The numbers that there are, in the order of the file.
  public var numbers: [SurveyNumber]
  /// Of each number, the figure of each head: [number][layer · heads + head].
  public var figures: [[SurveyFigure]]
  /// Of each head, what its pattern is over the corpus.
  public var patterns: [SurveyPattern]
  /// How far the heads are from each other; nil where that was not computed.
  public var distances: SurveyDistances?
  /// The numbers of parts of the corpus, by length, label or word class.
  public var groups: [SurveyGroup]

  /// Everything that a survey says.
  public init(
    header: SurveyHeader, numbers: [SurveyNumber], figures: [[SurveyFigure]], patterns: [SurveyPattern],
    distances: SurveyDistances?, groups: [SurveyGroup] = []
  ) {
    self.header = header
    self.numbers = numbers
    self.figures = figures
    self.patterns = patterns
    self.distances = distances
    self.groups = groups
  }

  /// The figures of a number, one a head; nil where the survey does not have it.
  public subscript(_ number: SurveyNumber) -> [SurveyFigure]? {
    numbers.firstIndex(of: number).map { figures[$0] }
  }

  /// The figure of a head; nil where the survey does not have it.
  public subscript(_ number: SurveyNumber, _ head: HeadIndex) -> SurveyFigure? {
    guard let figures = self[number], let place = header.shape.place(of: head) else { return nil }
    return figures[place]
  }
}

/// What was surveyed, and how.
public struct SurveyHeader: Sendable, Equatable {
  /// What the encoder is called. Untrusted text.
  public var model = ""
  /// A text that recognises its weights; empty where that is not known.
  public var weights = ""
  /// How many layers and heads it has.
  public var shape = SurveyShape(layers: 0, heads: 0)
  /// How many sentences were computed.
  public var sentences = 0
  /// How many tokens these have, special ones included.
  public var tokens = 0
  /// The seed of everything that is left to chance.
  public var seed = 0
  /// Of a sample: how many sentences of which files; empty where every sentence counts.
  public var sample = ""
  /// What the groups are told apart by; nil where there are none.
  public var grouping: SurveyGrouping?
  /// The instruction sets of the processors that computed it, as `avx512`.
  public var instructions: [String] = []
  /// What was left out or changed, and how often, in the order of the file: as `cut` for sentences that were too long.
  public var problems: [String: Int] = [:]

  /// A header of nothing.
  public init() {}
}

/// What a head's pattern is over a corpus.
public struct SurveyPattern: Sendable, Equatable {
  /// The name that the rules give for the means over the corpus.
  public var name: String
  /// In how many sentences each name holds, the most frequent first.
  public var counts: [Count]

  /// A name, and in how many sentences it holds.
  public struct Count: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The number of sentences.
    public var sentences: Int

    /// A name that holds in so many sentences.
    public init(name: String, sentences: Int) {
      self.name = name
      self.sentences = sentences
    }
  }

  /// A pattern.
  public init(name: String, counts: [Count]) {
    self.name = name
    self.counts = counts
  }
}

/// How far the heads of an encoder are from each other, on a sample.
public struct SurveyDistances: Sendable, Equatable {
  /// How many sentences were sampled.
  public var sentences: Int
  /// The mean over the queries of the Jensen-Shannon divergence, in nats: [head][head].
  public var matrix: [[Double]]
  /// Where each head is on a map on which near heads do the same (classical scaling): one point a head.
  public var map: [Point]

  /// A place on the map.
  public struct Point: Sendable, Equatable {
    /// To the right.
    public var x: Double
    /// Upwards.
    public var y: Double

    /// A place.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Distances and a map.
  public init(sentences: Int, matrix: [[Double]], map: [Point]) {
    self.sentences = sentences
    self.matrix = matrix
    self.map = map
  }
}

/// The numbers of a part of the corpus.
public struct SurveyGroup: Sendable, Equatable {
  /// What its sentences, or queries, have in common: `9-16` tokens, a label, a word class. Untrusted text.
  public var name: String
  /// How many sentences are in it.
  public var sentences: Int
  /// Of each number of the survey that it has, the figure of each head.
  public var figures: [SurveyNumber: [SurveyFigure]]

  /// A group.
  public init(name: String, sentences: Int, figures: [SurveyNumber: [SurveyFigure]]) {
    self.name = name
    self.sentences = sentences
    self.figures = figures
  }
}
