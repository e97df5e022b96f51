/// The sentence prompt: the sentences of the batch, one a line, or the second text that is put after each of them.
public struct Prompt: Sendable, Equatable {
  /// What is being typed.
  public var text: String
  /// How many characters stand before the cursor.
  public var cursor: Int
  /// The text from before.
  public var original: String
  /// Whether it is the second text.
  public var isPair = false
  /// What is not being typed: the second text, or the sentences; and where the cursor was in it.
  public var other = ""
  public var otherCursor = 0
  public var otherOriginal = ""

  /// The prompt on what is shown, with the cursor behind the sentence on the screen.
  init(texts: [String], sentence: Int, pair: String?) {
    text = texts.joined(separator: "\n")
    cursor = texts.prefix(sentence + 1).joined(separator: "\n").count
    original = text
    other = pair ?? ""
    otherCursor = other.count
    otherOriginal = other
  }

  init(text: String, cursor: Int, original: String) {
    self.text = text
    self.cursor = cursor
    self.original = original
  }

  /// Types on in the other text.
  mutating func switchText() {
    (text, other) = (other, text)
    (cursor, otherCursor) = (otherCursor, cursor)
    (original, otherOriginal) = (otherOriginal, original)
    isPair.toggle()
  }

  // MARK: What it comes to

  private var lines: [Substring] {
    (isPair ? other : text).split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func isBlank(_ line: some StringProtocol) -> Bool { line.allSatisfy(\.isWhitespace) }

  /// The sentences of the batch: the lines, without those in which there is nothing.
  public var texts: [String] {
    let written = lines.filter { !Prompt.isBlank($0) }
    return written.isEmpty ? [lines.first.map(String.init) ?? ""] : written.map(String.init)
  }

  /// Which sentence is shown: the one with the cursor.
  public var sentence: Int {
    let cursor = isPair ? otherCursor : cursor
    var (place, before) = (0, 0)
    for line in lines {
      place += line.count + 1
      if cursor < place { break }
      if !Prompt.isBlank(line) { before += 1 }
    }
    return min(before, texts.count - 1)
  }

  /// The second text; nil where nothing is written.
  public var pair: String? {
    let pair = isPair ? text : other
    return Prompt.isBlank(pair) ? nil : pair
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
    prompt?.text = text
    prompt?.cursor = min(max(cursor, 0), text.count)
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
      if !isSame || exploration.pair != beforePair { exploration.levers.forgetTokens(of: sentence) }
    }
    let typed = prompt.isPair ? prompt.other : prompt.text
    guard !typed.isEmpty else { return }
    history.removeAll { $0 == typed }
    history.append(typed)
  }
}
