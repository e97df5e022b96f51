import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// What a person changes by hand, from keys to requests.
struct InterventionTests {
  private func state(_ words: [String] = ["the", "cat", "ran"], pad: Int = 0) -> State {
    var state = Synthetic.state(words: words, pad: pad)
    _ = reduce(&state, .action(.show(.head)))
    return state
  }

  private func press(_ key: Key, _ state: inout State) {
    let resolution = Keymap.resolve(
      .key(key), state: state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))
    guard case .action(let action) = resolution else {
      Issue.record("\(key) is \(resolution)")
      return
    }
    _ = reduce(&state, .action(action))
    // What would be computed, with the interventions as they are.
    _ = reduce(&state, .computed(Synthetic.computation(answering: state)))
  }

  private func refusal(_ key: Key, _ state: State) -> String? {
    let resolution = Keymap.resolve(
      .key(key), state: state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))
    if case .refused(let reason) = resolution { return reason }
    return nil
  }

  @Test func spaceBlocksTheKeyUnderTheCursorAndTakesItBack() {
    var state = state(pad: 2)
    (state.query, state.key) = (1, 2)
    let before = state.exploration
    press(.character(" "), &state)
    #expect(state.request.maskEdits == [.key(2, isAllowed: false)])
    #expect(state.encoding?.pairsEditedByHand == 7)
    press(.character(" "), &state)
    #expect(state.exploration == before)
    // A PAD key is blocked by its mode: there it is the other way round.
    state.key = 6
    press(.character(" "), &state)
    #expect(state.request.maskEdits == [.key(6, isAllowed: true)])
    press(.character("u"), &state)
    #expect(state.request.maskEdits.isEmpty)
  }

  @Test func xBlocksOnePairAndANewEditOfTheKeyTakesItsPlace() {
    var state = state()
    (state.query, state.key) = (3, 1)
    press(.character("x"), &state)
    #expect(state.request.maskEdits == [.cell(query: 3, key: 1, isAllowed: false)])
    press(.character(" "), &state)
    #expect(state.request.maskEdits == [.key(1, isAllowed: false)])
    press(.character("X"), &state)
    #expect(state.request.maskEdits.isEmpty)
    #expect(refusal(.character("X"), state)?.contains("keys") == true)
  }

  @Test func aTokenIsReplacedAndComesBack() {
    var state = state()
    state.query = 2
    press(.character("r"), &state)
    #expect(state.request.replacedTokens == [2])
    press(.character("r"), &state)
    #expect(state.request.replacedTokens == [])
    state.query = 0
    #expect(refusal(.character("r"), state)?.contains("token of the text") == true)
  }

  @Test func aHeadIsOffInTwoWaysAndOnAgain() {
    var state = state()
    state.head = HeadIndex(layer: 2, head: 5)
    press(.character("a"), &state)
    #expect(state.request.ablations == [Ablation(head: state.head, kind: .zeroOutput)])
    press(.character("a"), &state)
    #expect(state.request.ablations == [Ablation(head: state.head, kind: .uniformAttention)])
    press(.character("L"), &state)
    press(.character("a"), &state)
    #expect(state.request.ablations.map(\.head) == [HeadIndex(layer: 2, head: 5), HeadIndex(layer: 2, head: 6)])
    press(.character("A"), &state)
    #expect(state.request.ablations.isEmpty)
    #expect(refusal(.character("A"), state) == "no head is switched off")
  }

  @Test func headsThatAModelDoesNotHaveAreNotAskedFor() {
    var state = state()
    _ = reduce(&state, .action(.intervention(.ablate(HeadIndex(layer: 40, head: 0), .zeroOutput))))
    #expect(state.request.ablations.isEmpty && state.interventions.ablations.count == 1)
  }

  @Test func anotherTextForgetsWhatNamedTokensAndKeepsTheHeads() {
    var state = state()
    for action: InterventionAction in [
      .editMask(.key(1, isAllowed: false)), .replaceToken(2), .ablate(state.head, .zeroOutput), .hide(.first),
    ] { _ = reduce(&state, .action(.intervention(action))) }
    _ = reduce(&state, .action(.openPrompt))
    #expect(state.request.replacedTokens == [2])
    _ = reduce(&state, .action(.type("a", cursor: 1)))
    #expect(state.request.replacedTokens.isEmpty && state.request.maskEdits.isEmpty)
    _ = reduce(&state, .action(.restoreText))
    #expect(state.request.replacedTokens == [2])
    _ = reduce(&state, .action(.openPrompt))
    _ = reduce(&state, .action(.type("a", cursor: 1)))
    _ = reduce(&state, .action(.keepText))
    #expect(state.request.replacedTokens.isEmpty && state.request.maskEdits.isEmpty)
    #expect(state.request.ablations.count == 1 && state.interventions.hidden == [.first])
    _ = reduce(&state, .action(.undo))
    #expect(state.request.replacedTokens == [2] && state.request.texts == ["the cat ran"])
  }

  @Test func everySentenceOfABatchHasItsOwnEdits() {
    var state = state()
    _ = reduce(&state, .action(.texts(["a b", "c d"], pair: nil)))
    _ = reduce(&state, .action(.intervention(.editMask(.diagonal))))
    _ = reduce(&state, .action(.selectSentence(1)))
    #expect(state.request.maskEdits.isEmpty)
    _ = reduce(&state, .action(.selectSentence(0)))
    #expect(state.request.maskEdits == [.diagonal])
  }

  @Test func everyLineOfTheListDoesWhatItSaysAndTakesItBack() {
    var state = state(["the", "cat", ".", "ran"], pad: 2)
    state.exploration.pair = "it"
    state.query = 2
    press(.character("e"), &state)
    let list = InterventionList(state: state)
    for line in 0..<list.count {
      _ = reduce(&state, .action(.intervention(.mark(line))))
      let before = state.exploration
      let marked = InterventionList(state: state).lines[list.line(marked: line)]
      guard marked.isOn == false else { continue }
      press(.enter, &state)
      #expect(state.exploration != before, "\(marked.text)")
      #expect(InterventionList(state: state).lines[list.line(marked: line)].isOn == true, "\(marked.text)")
      _ = reduce(&state, .action(.undo))
      #expect(state.exploration == before, "\(marked.text)")
    }
    press(.escape, &state)
    #expect(state.overlay == nil)
  }

  @Test func aBandIsMadeWiderAndNarrower() {
    var state = state()
    press(.character("e"), &state)
    press(.down, &state)
    press(.character(" "), &state)
    #expect(state.request.maskEdits == [.band(width: 1)])
    press(.right, &state)
    #expect(state.request.maskEdits == [.band(width: 2)])
    press(.left, &state)
    #expect(state.request.maskEdits == [.band(width: 1)])
    #expect(refusal(.left, state)?.contains("diagonal") == true)
    press(.enter, &state)
    #expect(state.request.maskEdits.isEmpty)
  }

  @Test func hidingChangesThePictureAndNotTheRequest() {
    var state = state(["the", "cat", "."], pad: 1)
    let request = state.request
    for kind in TokenKind.allCases { _ = reduce(&state, .action(.intervention(.hide(kind)))) }
    #expect(state.request == request)
    guard let input = state.encoding?.input else { return }
    let filter = state.pictureFilter(input)
    #expect(filter.isHiddenKey == [true, false, false, true, true, true])
    #expect(filter.isHiddenQuery == filter.isHiddenKey)
  }

  @Test func aFilterShowsOneTextsQueriesAndOneTextsKeys() {
    let input = TokenizedInput(
      inputIDs: [1, 10, 2, 11, 2], tokenTypeIDs: [0, 0, 0, 1, 1], tokens: ["[CLS]", "a", "[SEP]", "b", "[SEP]"],
      offsets: Array(repeating: 0..<0, count: 5), specialTokensMask: [true, false, true, false, true],
      sequenceIDs: [nil, 0, nil, 1, nil], attentionMask: Array(repeating: true, count: 5)
    ).padded(to: 6, side: .right, with: SpecialToken(id: 0, content: "[PAD]"))
    for filter in TextFilter.all {
      var interventions = Interventions()
      interventions.filter = filter
      let picture = PictureFilter(interventions, for: input)
      for query in 0..<6 {
        for key in 0..<6 {
          let texts = [0, 0, 0, 1, 1, nil]
          #expect(
            picture.hides(query: query, key: key) == (texts[query] != filter.queries || texts[key] != filter.keys))
        }
      }
    }
  }

  @Test func whatIsHiddenIsStatedAsAShareOfTheRow() {
    var state = state()
    _ = reduce(&state, .action(.intervention(.hide(.first))))
    _ = reduce(&state, .action(.intervention(.hide(.separators))))
    guard let encoding = state.encoding else { return }
    let row = encoding.trace.probabilities(state.head).row(state.query)
    let words = EffectLine(
      state: state, appearance: Synthetic.ascii, frame: Frame(state: state, size: Size(columns: 200, rows: 60))
    ).wordings(.hidden)
    #expect(words[0].contains("[CLS], [SEP]"))
    #expect(words[0].contains(Words.fixed(Double(row[0] + row[4]), 2)), "\(words[0])")
    #expect(words[0].contains("Nothing is computed anew"))
  }
}
