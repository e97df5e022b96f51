import UserInput

/// What keys and pastes do to a text field. Characters are what a person takes for one (grapheme clusters), so that a letter and its
/// accent are moved over and deleted together.
///
/// Every key looks at what lies around the cursor, and never at the whole text.
extension TextField {
  /// False where the key means nothing to a text field.
  mutating func apply(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .left, .control("b"): move(to: before)
    case .right, .control("f"): move(to: after)
    case .home, .control("a"): move(to: lineStart)
    case .end, .control("e"): move(to: lineEnd)
    case .controlLeft, .alt("b"): move(to: wordStart())
    case .controlRight, .alt("f"): move(to: wordEnd)
    case .backspace, .control("h"): remove(before..<place)
    case .delete, .control("d"): remove(place..<after)
    case .control("u"): remove(lineStart..<place)
    case .control("k"): remove(place..<lineEnd)
    case .control("w"): remove(wordStart(whitespaceOnly: true)..<place)
    case .alt("d"): remove(place..<wordEnd)
    default: return false
    }
    return true
  }

  /// Line breaks of a paste stay where lines are sentences, but not at its end; elsewhere they become spaces.
  mutating func paste(_ pasted: String) {
    var characters = Substring(pasted)
    while hasLines, characters.last?.isNewline == true { characters.removeLast() }
    var inserted = ""
    inserted.reserveCapacity(characters.utf8.count)
    for character in characters {
      inserted.append(character.isNewline ? hasLines ? "\n" : " " : character == "\t" ? " " : character)
    }
    insert(inserted)
  }

  /// The field with another line begun where the cursor is; as it is where it has no lines.
  var withLineBreak: TextField {
    var field = self
    if hasLines { field.insert("\n") }
    return field
  }

  private mutating func insert(_ inserted: String) { replace(place..<place, with: inserted) }

  private mutating func remove(_ range: Range<String.Index>) {
    if !range.isEmpty { replace(range, with: "") }
  }

  // MARK: Places around the cursor

  private var before: String.Index { place == text.startIndex ? place : text.index(before: place) }

  private var after: String.Index { place == text.endIndex ? place : text.index(after: place) }

  private func wordStart(whitespaceOnly: Bool = false) -> String.Index {
    let before = text[..<place]
    func isWord(_ character: Character) -> Bool {
      whitespaceOnly ? !character.isWhitespace : character.isLetter || character.isNumber
    }
    guard let end = before.lastIndex(where: isWord) else { return text.startIndex }
    return before[..<end].lastIndex { !isWord($0) }.map { text.index(after: $0) } ?? text.startIndex
  }

  private var wordEnd: String.Index {
    func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
    guard let start = text[place...].firstIndex(where: isWord) else { return text.endIndex }
    return text[start...].firstIndex { !isWord($0) } ?? text.endIndex
  }
}
