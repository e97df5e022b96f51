import Support

/// The lines of a sentence of a treebank, read one after the other, and checked.
struct TreebankWords {
  /// A word with a line of its own.
  struct Word {
    let form: String
    let wordClass: String
    /// The number of its head, from 1; 0 for the root.
    let head: Int
    let relation: String
    let hasSpaceAfter: Bool
    /// How many lines it is behind the first one.
    let line: Int
  }

  /// Words that are written as one.
  struct Span {
    /// Their numbers, from 1.
    let numbers: ClosedRange<Int>
    let form: String
    let hasSpaceAfter: Bool
    let line: Int
  }

  /// The word with the number 1 is the first.
  private(set) var words: [Word] = []
  private(set) var spans: [Span] = []
  /// What comments say: `sent_id`, `text`.
  private(set) var comments: [String: String] = [:]
  private var lines = 0
  private var emptyNodes = 0

  /// Whether nothing but comments was read.
  var isEmpty: Bool { words.isEmpty && spans.isEmpty && emptyNodes == 0 }

  /// Reads the next line, which is not empty.
  mutating func add(_ line: String) throws(SentenceError) {
    defer { lines += 1 }
    guard !line.utf8.starts(with: "#".utf8) else { return addComment(line) }
    let columns = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    guard columns.count == 10 else {
      throw wrong("it has \(columns.count) column\(words: columns.count == 1 ? "" : "s"), not 10")
    }
    let id = columns[0]
    if id.utf8.contains(UInt8(ascii: "-")) {
      try addSpan(columns)
    } else if id.utf8.contains(UInt8(ascii: ".")) {
      try addEmptyNode(id)
    } else {
      try addWord(columns)
    }
  }

  private func wrong(_ reason: MessageText) -> SentenceError { SentenceError(.badTree, line: lines, reason) }

  private mutating func addComment(_ line: String) {
    let parts = line.utf8.dropFirst().split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return }
    let key = String(Substring(parts[0])).trimmed
    if comments[key] == nil { comments[key] = String(Substring(parts[1])).trimmed }
  }

  private mutating func addWord(_ columns: [String]) throws(SentenceError) {
    let number = words.count + 1
    guard columns[0] == "\(number)" else {
      throw wrong("the number of the word is \(columns[0]), and \(number) is expected")
    }
    let form = columns[1]
    guard !form.trimmed.isEmpty else { throw wrong("the word is empty") }
    guard let head = Self.number(columns[6]) else { throw wrong("the head is \(columns[6]), which is no number") }
    guard head != number else { throw wrong("the word is its own head") }
    let relation = columns[7]
    guard head == 0 || Self.isName(relation) else {
      throw wrong("the relation \(relation) is no name that a relation can have")
    }
    words.append(
      Word(
        form: form, wordClass: columns[3], head: head, relation: relation,
        hasSpaceAfter: Self.hasSpaceAfter(columns[9]), line: lines))
    emptyNodes = 0
  }

  private mutating func addSpan(_ columns: [String]) throws(SentenceError) {
    let ends = columns[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last,
      first == words.count + 1, spans.last.map({ $0.numbers.upperBound < first }) ?? true
    else {
      throw wrong("the range \(columns[0]) does not begin with the next word, which has the number \(words.count + 1)")
    }
    guard !columns[1].trimmed.isEmpty else { throw wrong("the word is empty") }
    spans.append(
      Span(
        numbers: first...last, form: columns[1], hasSpaceAfter: Self.hasSpaceAfter(columns[9]), line: lines))
  }

  private mutating func addEmptyNode(_ id: String) throws(SentenceError) {
    let parts = id.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.number(parts[0]) == words.count, Self.number(parts[1]) == emptyNodes + 1 else {
      throw wrong("the number of the empty node is \(id), and \(words.count).\(emptyNodes + 1) is expected")
    }
    emptyNodes += 1
  }

  /// Whether all words of ranges are there, and the heads make one tree.
  ///
  /// - Returns: the number of the root, from 1.
  func checkedRoot() throws(SentenceError) -> Int {
    if let last = spans.last, last.numbers.upperBound > words.count {
      throw SentenceError(
        .badTree, line: last.line,
        "the range \(last.numbers.lowerBound)-\(last.numbers.upperBound) goes on behind the last word")
    }
    var root: Int?
    for (place, word) in words.enumerated() {
      guard word.head <= words.count else {
        throw SentenceError(
          .badTree, line: word.line, "the head is \(word.head), and the sentence has \(words.count) words")
      }
      guard word.head == 0 else { continue }
      if let root {
        throw SentenceError(.badTree, line: word.line, "there is a second root: the first is word \(root)")
      }
      root = place + 1
    }
    guard let root else { throw SentenceError(.badTree, line: words.first?.line ?? 0, "the sentence has no root") }
    try checkForCycles()
    return root
  }

  private func checkForCycles() throws(SentenceError) {
    // The walk in which each word was met; walks that meet an earlier one end there.
    var walks = [Int](repeating: 0, count: words.count + 1)
    for start in words.indices {
      var number = start + 1
      while number != 0, walks[number] == 0 {
        walks[number] = start + 1
        number = words[number - 1].head
      }
      if number != 0, walks[number] == start + 1 {
        throw SentenceError(
          .badTree, line: words[number - 1].line, "the heads go round in a circle from word \(number)")
      }
    }
  }

  private static func hasSpaceAfter(_ miscellany: String) -> Bool {
    !miscellany.split(separator: "|").contains("SpaceAfter=No")
  }

  /// A number in plain digits.
  private static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// Whether a relation may be called so: no other number of a survey is.
  private static func isName(_ text: String) -> Bool {
    guard !text.isEmpty, text != "_", text.utf8.count <= CorpusSentence.longestName else { return false }
    return SurveyNumber(named: text).kind == .relation(text, .dependentToHead)
  }
}

extension String {
  /// Without spaces at both ends.
  var trimmed: String {
    guard let first = utf8.firstIndex(where: { !$0.isSpace }), let last = utf8.lastIndex(where: { !$0.isSpace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
