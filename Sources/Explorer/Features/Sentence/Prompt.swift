/// The sentence prompt: the sentences of the batch, one a line, or the second text that is put after each of them.
public struct Prompt: Sendable, Equatable {
  /// What is being typed.
  public private(set) var field: TextField
  /// The text from before.
  public private(set) var original: String
  /// Whether nothing has been done in it: then what is typed replaces the sentence with the cursor.
  public private(set) var isUntouched = false
  /// Whether it is the second text.
  public private(set) var isPair = false
  /// What is not being typed: the second text, or the sentences.
  private(set) var other: TextField
  private var otherOriginal = ""

  // The sentences are needed many times for every key, so they are stored.

  /// The sentences of the batch: the lines, without those in which there is nothing.
  public private(set) var texts = [""]
  /// Which sentence is shown: the one with the cursor.
  public private(set) var sentence = 0
  /// The second text; nil where nothing is written.
  public private(set) var pair: String?

  /// What is being typed, without the cursor: the sentences one a line, or the second text.
  public var text: String { field.text }
  /// How many characters stand before the cursor.
  public var cursor: Int { field.cursor }

  /// The prompt on what is shown, with the cursor behind the sentence on the screen.
  init(texts: [String], sentence: Int, pair: String?) {
    let lines = texts.map(Prompt.line)
    original = lines.joined(separator: "\n")
    field = TextField(
      original, cursor: lines.prefix(sentence + 1).joined(separator: "\n").count, hasLines: true)
    otherOriginal = pair ?? ""
    other = TextField(otherOriginal)
    isUntouched = true
    update()
  }

  init(text: String, cursor: Int, original: String, isUntouched: Bool = false) {
    field = TextField(text, cursor: cursor, hasLines: true)
    self.original = original
    self.isUntouched = isUntouched
    other = TextField("")
    update()
  }

  mutating func type(_ typed: TextField) {
    let isMoveOnly = typed.text == field.text
    field = typed
    isUntouched = false
    update(isMoveOnly: isMoveOnly)
  }

  /// Types on in the other text.
  mutating func switchText() {
    (field, other) = (other, field)
    (original, otherOriginal) = (otherOriginal, original)
    isPair.toggle()
    isUntouched = false
  }

  // MARK: What it comes to

  /// What stands for a line end within a sentence, as a text from a file has them: every line of the prompt is a sentence.
  public static let lineEnd: Unicode.Scalar = "\u{2028}"

  /// A sentence as a line of the prompt.
  static func line(of text: String) -> String {
    guard text.utf8.contains(0x0A) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\n" ? lineEnd : $0 }))
  }

  /// A line of the prompt as a sentence.
  ///
  /// - Parameter whole: all of the prompt.
  private static func text(of line: Substring, in whole: String) -> String {
    guard line.utf8.contains(0xE2), line.unicodeScalars.contains(lineEnd) else {
      // A text of one line is its own sentence, without being copied.
      return line.utf8.count == whole.utf8.count ? whole : String(line)
    }
    return String(String.UnicodeScalarView(line.unicodeScalars.map { $0 == lineEnd ? "\n" : $0 }))
  }

  private static func isBlank(_ line: Substring) -> Bool {
    // Spaces are skipped byte by byte; a combining mark may follow the last of them.
    guard let first = line.utf8.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return true }
    return line[(first > line.startIndex ? line.utf8.index(before: first) : first)...].allSatisfy(\.isWhitespace)
  }

  /// - Parameter isMoveOnly: whether only the cursor is another.
  private mutating func update(isMoveOnly: Bool = false) {
    let sentences = isPair ? other : field
    let text = sentences.text
    var (found, first, before) = ([String](), "", 0)
    var start = 0
    while true {
      let end = text.lineEnd(from: start)
      let line = text.bytes(start..<end)
      let isBlank = Prompt.isBlank(line)
      if !isMoveOnly {
        if !isBlank { found.append(Prompt.text(of: line, in: text)) }
        if start == 0 { first = Prompt.text(of: line, in: text) }
      }
      if !isBlank, end < sentences.offset { before += 1 }
      guard end < text.utf8.count else { break }
      start = end + 1
    }
    if !isMoveOnly {
      texts = found.isEmpty ? [first] : found
      let pair = (isPair ? field : other).text
      self.pair = Prompt.isBlank(pair[...]) ? nil : pair
    }
    sentence = min(before, texts.count - 1)
  }
}

extension State {
  /// The sentences of the batch, as they are being typed.
  public var shownTexts: [String] { prompt?.texts ?? exploration.texts }
  /// Which of them is on the screen.
  public var shownSentence: Int { prompt?.sentence ?? exploration.sentence }
  /// The second text of each.
  public var shownPair: String? {
    guard let prompt else { return exploration.pair }
    return prompt.pair
  }

  mutating func openPrompt() {
    overlay = nil
    prompt = Prompt(texts: exploration.texts, sentence: exploration.sentence, pair: exploration.pair)
  }

  mutating func type(_ text: String, cursor: Int) {
    if prompt == nil { openPrompt() }
    guard let field = prompt?.field else { return }
    prompt?.type(TextField(text, cursor: cursor, hasLines: field.hasLines))
  }

  mutating func edit(_ edit: TextEdit) {
    if prompt == nil { openPrompt() }
    guard var field = prompt?.field else { return }
    field.apply(edit)
    prompt?.type(field)
  }

  /// The typed texts stay. What was changed by hand in a sentence that has become another one is forgotten.
  mutating func keepText() {
    guard let prompt else { return }
    let (before, beforePair) = (exploration.texts, exploration.pair)
    exploration.texts = prompt.texts
    exploration.pair = prompt.pair
    exploration.sentence = prompt.sentence
    self.prompt = nil
    for sentence in 0..<max(before.count, exploration.texts.count) {
      let isSame =
        sentence < before.count && sentence < exploration.texts.count
        && before[sentence] == exploration.texts[sentence]
      if !isSame || exploration.pair != beforePair { exploration.interventions.forgetTokens(of: sentence) }
    }
    let typed = (prompt.isPair ? prompt.other : prompt.field).text
    guard !typed.isEmpty else { return }
    // What it replaces can be had again.
    let replaced = before.map(Prompt.line).joined(separator: "\n")
    if !replaced.isEmpty, !history.contains(replaced) { history.append(replaced) }
    history.removeAll { $0 == typed }
    history.append(typed)
  }
}
