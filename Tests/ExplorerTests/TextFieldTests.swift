import Canvas
import TestSupport
import Testing

@testable import Explorer

/// Texts that are edited around their cursor, against the same on a list of all characters.
struct TextFieldTests {
  /// Characters that join others, flags that pair anew, line breaks, and what is simple.
  private static let pieces = [
    "a", "b ", " ", "猫", "\u{301}", "e\u{301}", "👩‍👩‍👧", "👩", "\u{200D}", "🇩", "🇪", "🇩🇪", "\n", "\r\n", "\u{0915}\u{094D}",
    "\u{0937}", "word",
  ]

  /// What a field did before it looked at the surroundings of the cursor only.
  private struct Naive {
    var text: String
    var cursor: Int

    mutating func insert(_ inserted: String) {
      let head = String(text.prefix(cursor)) + inserted
      text = head + text.dropFirst(cursor)
      cursor = min(head.count, text.count)
    }

    mutating func remove(_ range: Range<Int>) {
      var characters = Array(text)
      let bounds = range.clamped(to: 0..<characters.count)
      characters.removeSubrange(bounds)
      text = String(characters)
      cursor = min(bounds.lowerBound, text.count)
    }
  }

  @Test(arguments: 0..<20) func editsAreThoseOfAListOfCharacters(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var naive = Naive(text: "", cursor: 0)
    var field = TextField("", cursor: 0, hasLines: true)
    for _ in 0..<200 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        naive.remove(max(naive.cursor - 1, 0)..<naive.cursor)
        _ = field.apply(.backspace)
      case 1:
        naive.remove(naive.cursor..<min(naive.cursor + 1, naive.text.count))
        _ = field.apply(.delete)
      case 2:
        naive.cursor = max(naive.cursor - 1, 0)
        _ = field.apply(.left)
      case 3:
        naive.cursor = min(naive.cursor + 1, naive.text.count)
        _ = field.apply(.right)
      case 4:
        let cursor = Int.random(in: 0...naive.text.count, using: &random)
        naive.cursor = cursor
        field = TextField(naive.text, cursor: cursor, hasLines: true)
      default:
        let piece = Self.pieces.randomElement(using: &random) ?? ""
        for character in piece {
          naive.insert(String(character))
          _ = field.apply(.character(character))
        }
      }
      #expect(Array(field.text.utf8) == Array(naive.text.utf8))
      #expect(field.cursor == naive.cursor, "in \(naive.text.debugDescription)")
    }
  }

  @Test(arguments: 0..<20) func anEditLeadsFromOneTextToTheOther(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func text() -> TextField {
      let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? ""
      }
      .joined()
      return TextField(text, cursor: Int.random(in: 0...text.count, using: &random))
    }
    for _ in 0..<100 {
      let (old, new) = (text(), text())
      var edited = old
      edited.apply(TextEdit(from: old, to: new))
      #expect(edited == new && Array(edited.text.utf8) == Array(new.text.utf8))
    }
  }

  @Test func anEditThatDoesNotFitIsFitted() {
    for edit in [
      TextEdit(from: -5, to: 1 << 50, text: "x", cursor: 1 << 50), TextEdit(from: 9, to: 2, text: "", cursor: -1),
      TextEdit(from: 1, to: 2, text: "y", cursor: 2),
    ] {
      var edited = TextField("é猫")
      edited.apply(edit)
      #expect(edited.offset <= edited.text.utf8.count && String(validating: edited.text.utf8, as: UTF8.self) != nil)
    }
  }

  @Test func aLongTextIsNotSaidAgainWithEveryKey() {
    let long = TextField(String(repeating: "word ", count: 1000))
    var field = long
    _ = field.apply(.character("x"))
    #expect(
      Action.typing(from: long, to: field)
        == .edit(TextEdit(from: 5000, to: 5000, text: "x", cursor: 5001)))
    #expect(Action.typing(from: TextField("a"), to: TextField("ab")) == .type("ab", cursor: 2))
    #expect(Action.typing(from: TextField(""), to: long) == .type(long.text, cursor: 5000))
  }
}
