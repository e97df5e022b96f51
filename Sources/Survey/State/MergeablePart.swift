/// A part of what a survey keeps on its way: sentences are added to it in any order and on several threads, each thread to one of its
/// own, and these are merged. Whatever the split and the order, the result is the same, bit for bit: so there are whole numbers and the
/// first of total orders in it, and no sum of floating-point numbers.
protocol MergeablePart: Sendable {
  /// Adds what another one holds. Both were made for the same encoder and with the same options.
  mutating func merge(_ other: Self)

  /// Writes it down; equal values give equal bytes.
  func write(to writer: inout StateWriter, sentences: SentenceTable)

  /// Reads what `write` wrote, for the same encoder and options.
  init(shape: SurveyShape, from reader: inout StateReader, sentences: [SurveyedSentence]) throws(SurveyError)
}

/// The sentences that a state refers to, by number, in the order of hash and identity.
struct SentenceTable {
  private var places: [[UInt8]: Int] = [:]
  let sentences: [SurveyedSentence]

  /// A table of all these, each once.
  init(_ all: some Sequence<SurveyedSentence>) {
    var seen: [[UInt8]: SurveyedSentence] = [:]
    for sentence in all { seen[Array(sentence.identity.utf8)] = sentence }
    sentences = seen.values.sorted { ($0.hash.value, $0.identity) < ($1.hash.value, $1.identity) }
    for (place, sentence) in sentences.enumerated() { places[Array(sentence.identity.utf8)] = place }
  }

  /// The number of a sentence; of one that the table lacks, a number that no sentence has, which readers refuse.
  func place(of sentence: SurveyedSentence) -> Int { places[Array(sentence.identity.utf8)] ?? sentences.count }
}
