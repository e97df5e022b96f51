import Canvas

/// What a key or a paste does to the text in the prompt. Characters are what a person takes for one (grapheme
/// clusters), so that a letter and its accent are moved over and deleted together.
struct LineEditor: Equatable {
  var text: String
  var cursor: Int
  /// Whether a line break may stand in it.
  let hasLines: Bool

  init(text: String, cursor: Int, hasLines: Bool = false) {
    self.text = text
    self.cursor = cursor
    self.hasLines = hasLines
  }

  init(_ prompt: Prompt, hasLines: Bool = false) {
    self.init(text: prompt.text, cursor: prompt.cursor, hasLines: hasLines)
  }

  private var index: String.Index {
    text.index(text.startIndex, offsetBy: cursor, limitedBy: text.endIndex) ?? text.endIndex
  }

  /// False where the key means nothing to a line editor.
  mutating func apply(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .left, .control("b"): cursor = max(cursor - 1, 0)
    case .right, .control("f"): cursor = min(cursor + 1, text.count)
    case .home, .control("a"): cursor = lineStart
    case .end, .control("e"): cursor = lineEnd
    case .controlLeft, .alt("b"): cursor = wordStart()
    case .controlRight, .alt("f"): cursor = wordEnd()
    case .backspace, .control("h"): remove(max(cursor - 1, 0)..<cursor)
    case .delete, .control("d"): remove(cursor..<min(cursor + 1, text.count))
    case .control("u"): remove(lineStart..<cursor)
    case .control("k"): remove(cursor..<lineEnd)
    case .control("w"): remove(wordStart(whitespaceOnly: true)..<cursor)
    case .alt("d"): remove(cursor..<wordEnd())
    default: return false
    }
    return true
  }

  /// Line breaks of a paste stay where lines are sentences, but not at its end; elsewhere they become spaces.
  mutating func paste(_ pasted: String) {
    var characters = Array(pasted)
    while hasLines, characters.last?.isNewline == true { characters.removeLast() }
    insert(String(characters.map { $0.isNewline ? hasLines ? "\n" : " " : $0 == "\t" ? " " : $0 }))
  }

  /// Begins another line.
  mutating func breakLine() { if hasLines { insert("\n") } }

  private var lineStart: Int {
    let before = Array(text.prefix(cursor))
    return before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
  }

  private var lineEnd: Int {
    let characters = Array(text)
    return characters.dropFirst(cursor).firstIndex(of: "\n") ?? characters.count
  }

  private mutating func insert(_ inserted: String) {
    let before = text[..<index]
    let after = text[index...]
    // A combining mark joins the character before it, so the cursor is counted anew.
    let head = String(before) + inserted
    text = head + after
    cursor = min(head.count, text.count)
  }

  private mutating func remove(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    var characters = Array(text)
    let bounds = range.clamped(to: 0..<characters.count)
    characters.removeSubrange(bounds)
    text = String(characters)
    cursor = min(bounds.lowerBound, text.count)
  }

  private func wordStart(whitespaceOnly: Bool = false) -> Int {
    let characters = Array(text)
    func isWord(_ character: Character) -> Bool {
      whitespaceOnly ? !character.isWhitespace : character.isLetter || character.isNumber
    }
    var place = min(cursor, characters.count)
    while place > 0, !isWord(characters[place - 1]) { place -= 1 }
    while place > 0, isWord(characters[place - 1]) { place -= 1 }
    return place
  }

  private func wordEnd() -> Int {
    let characters = Array(text)
    func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
    var place = min(cursor, characters.count)
    while place < characters.count, !isWord(characters[place]) { place += 1 }
    while place < characters.count, isWord(characters[place]) { place += 1 }
    return place
  }
}

extension Entry {
  func with(_ editor: LineEditor) -> Entry {
    var entry = self
    entry.text = editor.text
    entry.cursor = editor.cursor
    return entry
  }
}
