/// The sentences with the smallest hashes: a sample that does not depend on how the corpus was split.
struct SentenceSample: Sendable {
  /// How many sentences there are in it at most.
  static let most = 1000

  /// In the order of hash and identity.
  private(set) var sentences: [SurveyedSentence] = []

  /// No sentence yet.
  init() {}

  /// Takes a sentence in where its hash is small enough.
  mutating func add(_ sentence: SurveyedSentence) {
    if sentences.count == Self.most, !Self.isBefore(sentence, sentences[Self.most - 1]) { return }
    var (low, high) = (0, sentences.count)
    while low < high {
      let middle = (low + high) / 2
      if Self.isBefore(sentences[middle], sentence) { low = middle + 1 } else { high = middle }
    }
    sentences.insert(sentence, at: low)
    if sentences.count > Self.most { sentences.removeLast() }
  }

  /// Adds those of another part.
  mutating func merge(_ other: SentenceSample) { for sentence in other.sentences { add(sentence) } }

  private static func isBefore(_ a: SurveyedSentence, _ b: SurveyedSentence) -> Bool {
    (a.hash.value, a.identity) < (b.hash.value, b.identity)
  }

  /// Writes down their numbers.
  func write(to writer: inout StateWriter, sentences table: SentenceTable) {
    writer.write(sentences.map { table.place(of: $0) })
  }

  /// Reads what `write` wrote.
  init(from reader: inout StateReader, sentences table: [SurveyedSentence]) throws(SurveyError) {
    let places = try reader.readNumbers()
    guard places.count <= Self.most, places.allSatisfy(table.indices.contains) else { throw StateReader.damage }
    for place in places { add(table[place]) }
  }
}

extension SentenceSample: Equatable {
  /// Whether they are samples of the same sentences.
  static func == (a: SentenceSample, b: SentenceSample) -> Bool {
    a.sentences.map(\.identity) == b.sentences.map(\.identity) && a.sentences.map(\.text) == b.sentences.map(\.text)
  }
}
