import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Several sentences, one a line, and a second text.
struct PromptTests {
  private func press(_ keys: [Key], _ state: inout State) {
    for key in keys {
      let resolution = Keymap.resolve(
        .key(key), state: state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))
      guard case .action(let action) = resolution else {
        Issue.record("\(key) is \(resolution)")
        return
      }
      _ = reduce(&state, .action(action))
    }
  }

  private func characters(_ text: String) -> [Key] { text.map(Key.character) }

  /// A text from a file has line ends of its own, which are no ends of sentences of the batch.
  @Test func lineEndsWithinASentenceStay() {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.texts(["one\ntwo\n\nthree", "four"], pair: nil)))
    press([.character("i")], &state)
    #expect(state.request.texts == ["one\ntwo\n\nthree", "four"] && state.request.sentence == 0)
    let line = (0..<120).map { draw(state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))[$0, 0] }
    let text = String(String.UnicodeScalarView(line.compactMap { Unicode.Scalar($0.base) }))
    #expect(text.contains("one¶two¶¶three↵four"))
    press([.right, .left, .end, .character("!"), .enter], &state)
    #expect(state.texts == ["one\ntwo\n\nthree!", "four"] && state.prompt == nil)
    press([.character("i"), .enter], &state)
    #expect(state.texts == ["one\ntwo\n\nthree!", "four"])
    #expect(state.history.contains("one\u{2028}two\u{2028}\u{2028}three!\nfour"))
  }

  @Test func everyLineIsASentenceAndTheOneWithTheCursorIsShown() {
    var state = Synthetic.state()
    press([.character("i"), .control("j")] + characters("a dog"), &state)
    #expect(state.request.texts == ["the cat ran", "a dog"] && state.request.sentence == 1)
    press([.home, .left], &state)
    #expect(state.request.sentence == 0)
    press([.enter], &state)
    #expect(state.texts == ["the cat ran", "a dog"] && state.sentence == 0 && state.prompt == nil)
    press([.character("]"), .character("i")], &state)
    #expect(state.prompt?.cursor == "the cat ran\na dog".count)
    press([.control("u"), .enter], &state)
    #expect(state.texts == ["the cat ran"] && state.sentence == 0)
    press([.character("u")], &state)
    #expect(state.texts == ["the cat ran", "a dog"] && state.sentence == 1)
  }

  @Test func emptyLinesAreNoSentences() {
    let prompt = Prompt(text: "\n  \na\n\nb\n", cursor: 0, original: "")
    #expect(prompt.texts == ["a", "b"])
    #expect(
      (0...9).map { Prompt(text: prompt.text, cursor: $0, original: "").sentence } == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    #expect(Prompt(text: "\n\n", cursor: 1, original: "").texts == [""])
    #expect(Prompt(text: "", cursor: 0, original: "").texts == [""])
    #expect(Prompt(text: " ", cursor: 0, original: "").texts == [" "])
  }

  @Test func tabGoesToTheSecondTextAndBack() {
    var state = Synthetic.state()
    press([.character("i"), .tab] + characters("it is"), &state)
    #expect(state.request.texts == ["the cat ran"] && state.request.pair == "it is")
    guard
      case .refused = Keymap.resolve(
        .key(.control("j")), state: state, appearance: Synthetic.truecolor, size: Size(columns: 80, rows: 24))
    else {
      Issue.record("the second text is one line")
      return
    }
    press([.tab, .end, .character("!"), .enter], &state)
    #expect(state.texts == ["the cat ran!"] && state.pair == "it is")
    press([.character("i"), .tab, .control("u"), .enter], &state)
    #expect(state.pair == nil && state.texts == ["the cat ran!"])
  }

  @Test func escapeTakesBothTextsBack() {
    var state = Synthetic.state()
    let before = state.exploration
    press([.character("i"), .control("j"), .character("x"), .tab, .character("y"), .escape], &state)
    #expect(state.exploration == before && state.prompt == nil)
  }

  @Test func pastedLinesAreSentences() {
    var state = Synthetic.state()
    press([.character("i"), .control("u")], &state)
    let paste = Keymap.resolve(
      .paste("one\r\ntwo\nthree\n"), state: state, appearance: Synthetic.truecolor, size: Size(columns: 80, rows: 24))
    guard case .action(let action) = paste else {
      Issue.record("a paste is an action")
      return
    }
    _ = reduce(&state, .action(action))
    #expect(state.request.texts == ["one", "two", "three"] && state.request.sentence == 2)
  }

  @Test func editsStayWithSentencesThatStay() {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.texts(["a b", "c d"], pair: nil)))
    for sentence in 0...1 {
      _ = reduce(&state, .action(.selectSentence(sentence)))
      _ = reduce(&state, .action(.intervention(.editMask(.diagonal))))
    }
    press([.character("i"), .left, .end, .character("!"), .enter], &state)
    #expect(state.texts == ["a b", "c d!"])
    #expect(state.interventions.maskEdits == [0: [.diagonal]])
  }

  @Test func whatIsTypedReplacesTheSentenceWhichStaysInTheHistory() {
    var state = Synthetic.state()
    press([.character("i")] + characters("a dog") + [.enter], &state)
    #expect(state.texts == ["a dog"] && state.history == ["the cat ran", "a dog"])
    press([.character("i"), .up], &state)
    #expect(state.prompt?.text == "the cat ran")
    press([.character("!"), .enter], &state)
    #expect(state.texts == ["the cat ran!"])
    // Of several sentences, the one with the cursor.
    _ = reduce(&state, .action(.texts(["one", "two"], pair: nil)))
    press([.character("i")] + characters("ab") + [.enter], &state)
    #expect(state.texts == ["ab", "two"])
  }

  @Test func inViewsCtrlJIsEnter() {
    var state = Synthetic.state()
    press([.control("j")], &state)
    #expect(state.view == .head)
  }
}
