extension CorpusSentence {
  /// The word classes of Universal Dependencies, https://universaldependencies.org/u/pos/.
  public static let wordClasses: Set<String> = [
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X",
  ]

  /// What a sentence of a treebank says. Words that are written as one (multiword ranges) are one word here, whose relations are
  /// left out, like `root`, `punct` and empty nodes.
  ///
  /// - Parameter identity: what the sentence is called where the treebank does not say.
  init(_ lines: TreebankWords, identity: @autoclosure () throws(SentenceError) -> String) throws(SentenceError) {
    guard !lines.isEmpty else { throw SentenceError(.empty, "the sentence has no words") }
    let root = try lines.checkedRoot()
    let surface = SurfaceWord.all(of: lines)
    let given = lines.comments["text"]
    let placed =
      given.flatMap { text in SurfaceWord.places(of: surface, in: text).map { (text: text, ranges: $0) } }
      ?? SurfaceWord.joined(surface)
    if let id = try Self.checked(identity: lines.comments["sent_id"]) {
      self.init(identity: id, text: placed.text)
    } else {
      self.init(identity: try identity(), text: placed.text)
    }
    // The place in `words` of each word of a line.
    var places: [Int] = []
    for (place, word) in surface.enumerated() {
      var wordClass = word.wordClass
      if let named = wordClass, !Self.wordClasses.contains(named) {
        wordClass = nil
        if named != "_" { leftOut[.otherClass, default: 0] += 1 }
      }
      words.append(CorpusWord(placed.ranges[place], wordClass: wordClass))
      places += Array(repeating: place, count: word.lines)
    }
    self.root = places[root - 1]
    for (number, word) in lines.words.enumerated() where word.head != 0 && !Self.isLeftOut(word.relation) {
      let (from, to) = (places[number], places[word.head - 1])
      guard !surface[from].isSpan, !surface[to].isSpan else {
        leftOut[.sharedWord, default: 0] += 1
        continue
      }
      relations.append(WordRelation(word.relation, from: words[from].range, to: words[to].range))
    }
  }

  private static func isLeftOut(_ relation: String) -> Bool {
    let type = WordRelation.type(of: relation)
    return type == "punct" || type == "root"
  }
}

extension WordRelation {
  /// What a name has before its colon: `nsubj` of `nsubj:pass`; all of it where there is none.
  static func type(of name: String) -> String { String(name.prefix { $0 != ":" }) }
}

/// A word as it is written: of a line, or of several lines that are written as one.
private struct SurfaceWord {
  let form: String
  let hasSpaceAfter: Bool
  let wordClass: String?
  let isSpan: Bool
  /// How many words of lines it is.
  let lines: Int

  /// All words of a sentence, in order.
  static func all(of lines: TreebankWords) -> [SurfaceWord] {
    var result: [SurfaceWord] = []
    var spans = lines.spans[...]
    var place = 0
    while place < lines.words.count {
      if let span = spans.first, span.numbers.lowerBound == place + 1 {
        result.append(
          SurfaceWord(
            form: span.form, hasSpaceAfter: span.hasSpaceAfter, wordClass: nil, isSpan: true,
            lines: span.numbers.count))
        place = span.numbers.upperBound
        spans.removeFirst()
      } else {
        let word = lines.words[place]
        result.append(
          SurfaceWord(
            form: word.form, hasSpaceAfter: word.hasSpaceAfter, wordClass: word.wordClass, isSpan: false, lines: 1))
        place += 1
      }
    }
    return result
  }

  /// Where the words are in a text that consists of them and of space between them, in code points; nil where it does not.
  static func places(of words: [SurfaceWord], in text: String) -> [Range<Int>]? {
    let scalars = Array(text.unicodeScalars)
    var ranges: [Range<Int>] = []
    var place = 0
    for word in words {
      while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 }
      let form = Array(word.form.unicodeScalars)
      guard scalars[place...].starts(with: form) else { return nil }
      ranges.append(place..<(place + form.count))
      place += form.count
    }
    return scalars[place...].allSatisfy(\.properties.isWhitespace) ? ranges : nil
  }

  /// The words one after the other, with a space where the treebank does not say that there is none.
  static func joined(_ words: [SurfaceWord]) -> (text: String, ranges: [Range<Int>]) {
    var text = ""
    var ranges: [Range<Int>] = []
    var place = 0
    for (number, word) in words.enumerated() {
      text += word.form
      let end = place + word.form.unicodeScalars.count
      ranges.append(place..<end)
      place = end
      if word.hasSpaceAfter, number < words.count - 1 {
        text += " "
        place += 1
      }
    }
    return (text, ranges)
  }
}
