import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer

struct TextFieldKeyTests {
  private func field(_ text: String, at cursor: Int) -> TextField { TextField(text, cursor: cursor) }

  private func after(_ keys: [Key], from text: String, at cursor: Int) -> TextField {
    var field = field(text, at: cursor)
    for key in keys { _ = field.apply(key) }
    return field
  }

  @Test(arguments: [
    ([Key.character("x")], "a|b", "ax|b"), ([.left, .character("x")], "ab|", "ax|b"), ([.home], "ab|", "|ab"),
    ([.control("e")], "|ab", "ab|"), ([.backspace], "|ab", "|ab"), ([.backspace], "ab|c", "a|c"),
    ([.delete], "a|bc", "a|c"), ([.control("k")], "a|bc", "a|"), ([.control("u")], "ab|c", "|c"),
    ([.control("w")], "the cat |ran", "the |ran"), ([.control("w")], "the cat-x| ran", "the | ran"),
    ([.controlLeft], "the cat|", "the |cat"), ([.controlLeft, .controlLeft], "the cat|", "|the cat"),
    ([.controlRight], "|the cat", "the| cat"), ([.alt("d")], "|the cat", "| cat"),
    ([.right, .right, .right], "a|b", "ab|"),
    ([.character("猫"), .left, .character("é")], "|", "é|猫"),
    ([.backspace], "e\u{301}|x", "|x"), ([.left], "👩‍👩‍👧|", "|👩‍👩‍👧"),
  ])
  func keys(keys: [Key], before: String, after expected: String) {
    func split(_ text: String) -> (String, Int) {
      let parts = text.split(separator: "|", omittingEmptySubsequences: false)
      return (parts.joined(), parts[0].count)
    }
    let (text, cursor) = split(before)
    let (expectedText, expectedCursor) = split(expected)
    let result = after(keys, from: text, at: cursor)
    #expect(result.text == expectedText)
    #expect(result.cursor == expectedCursor)
  }

  @Test func aCombiningMarkJoinsTheLetterBeforeIt() {
    let result = after([.character("\u{301}")], from: "ex", at: 1)
    #expect(result.text == "e\u{301}x")
    #expect(result.cursor == 1)
  }

  @Test func pastedLinesBecomeOne() {
    var field = field("ab", at: 1)
    field.paste("x\r\ny\tz")
    #expect(field.text == "ax y zb")
    #expect(field.cursor == 6)
  }

  @Test func randomKeysNeverLeaveTheText() {
    var random = SeededGenerator(seed: 16)
    let keys: [Key] = [
      .character("a"), .character(" "), .character("猫"), .character("\u{301}"), .left, .right, .home, .end, .backspace,
      .delete, .control("k"), .control("u"), .control("w"), .alt("b"), .alt("f"), .alt("d"),
    ]
    var field = field("", at: 0)
    for _ in 0..<5000 {
      guard let key = keys.randomElement(using: &random) else { continue }
      _ = field.apply(key)
      #expect((0...field.text.count).contains(field.cursor))
    }
  }
}
