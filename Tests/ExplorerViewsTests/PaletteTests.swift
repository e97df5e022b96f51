import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The list of all keys as something to search and to choose from, and finding tokens by typing.
struct PaletteTests {
  private static let small = Size(columns: 80, rows: 24)

  private func state(_ kind: LineEntry.Kind, _ text: String, _ actions: [Action] = []) -> State {
    var state = Synthetic.state(words: ["the", "cat", "saw", "the", "dog"])
    Synthetic.perform(actions, on: &state)
    _ = reduce(&state, .entry(LineEntry(kind, text: text)))
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: Self.small)
  }

  @Test func theKeysOfTheViewComeFirstAndEveryKeyIsThere() {
    let state = state(.command, "", [.show(.head)])
    let rows = state.paletteRows
    #expect(rows.first?.text.contains("larger cells") == true || rows.first?.isHere == true)
    #expect(rows.firstIndex { !$0.isHere } ?? 0 > rows.count { $0.isHere } - 1, "what is here comes before the rest")
    let listed = Set(rows.flatMap(\.keys))
    let here = KeyBinding.all.filter { $0.contexts.contains(.view(.head)) }
    #expect(here.allSatisfy { binding in rows.contains { $0.goal == .command(binding.command) } })
    #expect(Set(KeyBinding.all.flatMap(\.keys)).isSubset(of: listed.union(here.flatMap(\.keys))))
  }

  @Test(arguments: [
    ("mask causal", Resolution.control(.run(.action(.mask(.none))))), ("p", .control(.run(.action(.pad(to: 10))))),
    ("3.7", .control(.run(.action(.selectHead(HeadIndex(layer: 3, head: 7)))))),
    ("L3 H7", .control(.run(.action(.selectHead(HeadIndex(layer: 3, head: 7)))))),
    ("quit", .refused("nothing here has these words")),
  ]) func enterDoesWhatIsMarked(text: String, expected: Resolution) {
    #expect(resolve(.enter, state(.command, text)) == expected)
  }

  @Test func whatCannotBeDoneIsSaidInTheList() {
    var state = state(.command, "9.99")
    guard case .refused(let reason) = resolve(.enter, state) else {
      Issue.record("there is no such head")
      return
    }
    _ = reduce(&state, .notice(reason))
    #expect(draw(state, appearance: Synthetic.truecolor, size: Self.small).text.contains(reason))
  }

  @Test func arrowsMarkAndTypingGoesBackToTheFirst() {
    var state = state(.command, "head")
    guard case .control(.edit(let entry)) = resolve(.down, state) else {
      Issue.record("Down marks the next line")
      return
    }
    #expect(entry.marked == 1)
    _ = reduce(&state, .entry(entry))
    guard case .control(.edit(let typed)) = resolve(.character("s"), state) else {
      Issue.record("letters are typed")
      return
    }
    #expect(typed.marked == 0 && typed.text == "heads")
    #expect(resolve(.escape, state) == .control(.session(.cancelEntry)))
    #expect(resolve(.character("'"), self.state(.mark, "")) == .control(.session(.openPlaces)))
  }

  @Test(arguments: [(small, "80x24"), (Size(columns: 200, rows: 60), "200x60")])
  func screen(size: Size, name: String) throws {
    let canvas = draw(state(.command, "", [.show(.heads)]), appearance: Synthetic.colorless, size: size)
    try expectSnapshot(canvas.text, "screens/palette-\(name).txt")
  }

  // MARK: Tokens

  @Test(arguments: [
    ("dog", Resolution.action(.selectPair(query: 0, key: 5))), ("THE", .action(.selectPair(query: 0, key: 4))),
    ("cat saw", .action(.selectPair(query: 2, key: 3))), ("do", .action(.selectPair(query: 0, key: 5))),
    ("6", .action(.selectPair(query: 0, key: 6))), ("dog 2", .action(.selectPair(query: 5, key: 2))),
    ("2.3", .action(.selectHead(HeadIndex(layer: 2, head: 3)))),
    ("bird", .refused("no token is called \"bird\"")),
  ]) func tokensAreFound(text: String, expected: Resolution) {
    let state = state(.token, text, [.show(.head), .selectPair(query: 0, key: 1)])
    #expect(TokenSearch(text, in: state).resolution == expected)
  }

  @Test func theStrongestPairIsGoneTo() throws {
    var state = Synthetic.state(words: ["the", "cat", "ran"])
    Synthetic.perform([.show(.head), .selectHead(HeadIndex(layer: 0, head: 3))], on: &state)
    guard case .action(let action) = resolve(.character("*"), state) else {
      Issue.record("* goes to a pair")
      return
    }
    Synthetic.perform([action], on: &state)
    let map = try #require(state.encoding?.trace.probabilities(state.head))
    #expect(map[state.query, state.key] == map.largest())
    guard case .refused = resolve(.character("*"), state) else {
      Issue.record("it is there already")
      return
    }
  }

  // MARK: Words

  /// `t` joins pieces; what is chosen stays a position among the tokens, whatever is shown.
  @Test func piecesAreJoinedAndPositionsStayThoseOfTokens() throws {
    var state = Synthetic.state(words: ["un", "##believ", "##able", "cat", "cat"])
    Synthetic.perform([.show(.head), .selectPair(query: 2, key: 4)], on: &state)
    #expect(resolve(.character("t"), state) == .action(.joinWords(true)))
    Synthetic.perform([.joinWords(true)], on: &state)
    #expect(state.encoding?.input.tokens == ["[CLS]", "unbelievable", "cat", "cat", "[SEP]"])
    #expect(state.query == 1 && state.key == 2 && state.exploration.query == 2)
    #expect(resolve(.right, state) == .action(.selectPair(query: 1, key: 5)))
    let screen = draw(state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40)).text
    #expect(screen.contains("unbelievable") && screen.contains("words 5"))
    #expect(screen.contains("cat·2") || screen.contains("cat·3"), "repeated words have their positions beside them")
    guard case .refused = resolve(.character(" "), state) else {
      Issue.record("words are not changed by hand")
      return
    }
    // Steps are those of tokens.
    Synthetic.perform([.show(.steps)], on: &state)
    #expect(state.computation?.joined == nil && state.query == 2 && state.positions == 7)
    // A note's question and a mark keep positions of tokens.
    Synthetic.perform([.show(.head)], on: &state)
    #expect(state.markedCell?.query == 1 && state.markedCell?.key == 4)
  }
}
