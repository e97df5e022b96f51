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
  /// The groups that it belongs to, and what it adds to each.
  let groups: [(String, SentenceNumbers)]

  /// Nil where some number is none.
  init?(_ corpus: CorpusSentence, _ sentence: SurveyedSentence, _ encoding: Encoding, _ grouping: SurveyGrouping?) {
    guard let numbers = SentenceNumbers(encoding) else { return nil }
    self.sentence = sentence
    self.numbers = numbers
    tokens = encoding.input.realCount
    shares = []
    groups =
      switch grouping {
      case nil, .upos?: []
      case .length?: [(SurveyGrouping.length(encoding.input.realCount), numbers)]
      case .label?: [(corpus.label ?? "(none)", numbers)]
      }
  }
}
