import Activations

/// Everything that is added of a sentence, measured on whichever thread computed it.
struct MeasuredSentence: Sendable {
  /// The sentence.
  let sentence: SurveyedSentence
  /// How many tokens it has, special ones included.
  let tokens: Int
  /// Its numbers.
  let numbers: SentenceNumbers
  /// The share of each head's attention on each word class that it has, in multiples of 2⁻³⁰.
  let shares: [(String, [Int64])]
  /// What it says of relations; nil where the corpus says nothing of it but its text.
  let syntax: SentenceSyntax?
  /// The groups that it belongs to, and what it adds to each.
  let groups: [(String, SentenceNumbers)]

  /// Nil where some number is none.
  init?(_ corpus: CorpusSentence, _ sentence: SurveyedSentence, _ encoding: Encoding, _ grouping: SurveyGrouping?) {
    guard let numbers = SentenceNumbers(encoding) else { return nil }
    self.sentence = sentence
    self.numbers = numbers
    tokens = encoding.input.realCount
    syntax = SentenceSyntax(corpus, encoding)
    var shares: [(String, [Int64])] = []
    for (wordClass, values) in syntax?.shares ?? [] {
      let rounded = values.compactMap(FixedPoint.rounded)
      guard rounded.count == values.count else { return nil }
      shares.append((wordClass, rounded))
    }
    self.shares = shares
    switch grouping {
    case nil: groups = []
    case .length?: groups = [(SurveyGrouping.length(encoding.input.realCount), numbers)]
    case .label?: groups = [(corpus.label ?? "(none)", numbers)]
    case .upos?:
      let classes = syntax?.wordClasses ?? [:]
      groups = classes.sorted { $0.key < $1.key }.compactMap { wordClass, places in
        SentenceNumbers(encoding) { places.contains($0) }.map { (wordClass, $0) }
      }
    }
  }
}
