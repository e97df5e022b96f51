import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The vectors of words, layer by layer.
struct WordsTests {
  private static let small = Size(columns: 80, rows: 24)
  private static let large = Size(columns: 160, rows: 50)

  private func state(_ actions: [Action]) -> State {
    var state = Synthetic.state()
    Synthetic.perform([.show(.words)] + actions, on: &state)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: WordsTests.small)
  }

  private static let banks = Action.texts(["the bank of the river", "a bank lends"], pair: nil)

  @Test(arguments: [
    ("words-80x24", small, Synthetic.colorless, [Action.selectPair(query: 2, key: 0)]),
    ("words-80x24-ascii", small, Synthetic.ascii, [banks, .selectPair(query: 2, key: 0), .words(.hiddenState(0))]),
    ("words-160x50", large, Synthetic.truecolor, [banks, .selectPair(query: 2, key: 0), .words(.hiddenState(3))]),
  ]) func screen(name: String, size: Size, appearance: ExplorerViews.Appearance, actions: [Action]) throws {
    try expectSnapshot(draw(state(actions), appearance: appearance, size: size).text, "screens/\(name).txt")
  }

  @Test func everySizeCanBeDrawn() {
    let long = Action.texts([(0..<60).map { "w\($0)" }.joined(separator: " "), "w3"], pair: nil)
    for actions in [[WordsTests.banks], [long, .selectPair(query: 50, key: 0)]] {
      let state = state(actions)
      for appearance in [Synthetic.truecolor, Synthetic.ascii] {
        for columns in stride(from: 20, through: 210, by: 38) {
          for rows in stride(from: 6, through: 61, by: 11) {
            let size = Size(columns: columns, rows: rows)
            #expect(draw(state, appearance: appearance, size: size).size == size)
          }
        }
      }
    }
  }

  @Test func theNumbersAreThoseOfTheDefinitions() throws {
    let state = state([WordsTests.banks, .selectPair(query: 2, key: 0), .words(.hiddenState(4))])
    let trace = try #require(state.encoding).trace
    let map = try #require(state.similarityMap)
    #expect(map.hiddenState == 4)
    #expect(map.cosines.values() == cosineSimilarities(trace.hiddenStates[4]).values())
    let history = try #require(state.wordHistory)
    #expect(history.norms.count == 7 && history.changes.count == 6 && history.nearest.count == 7)
    #expect(history.norms[3] == Double(trace.representationNorms()[3, 2]))
    let same = try #require(state.sameWord)
    let other = try #require(state.results[.other]).encoding
    #expect(same.position == 2)
    #expect(same.similarities == trace.similarities(at: 2, to: other.trace, at: 2))
  }

  @Test func aWordThatTheOtherSentenceLacksIsSaidToBeMissing() {
    let state = state([WordsTests.banks, .selectPair(query: 5, key: 0)])
    #expect(state.sameWord?.position == nil)
    let text = draw(state, appearance: Synthetic.colorless, size: WordsTests.large).text
    #expect(text.contains("sentence 1 of the batch has no river"))
  }

  @Test func aSpecialTokenIsNotSaidToBeMissingThere() {
    let state = state([WordsTests.banks, .selectPair(query: 0, key: 0)])
    let text = draw(state, appearance: Synthetic.colorless, size: WordsTests.large).text
    #expect(text.contains("[CLS] is no word of the sentence") && !text.contains("has no [CLS]"))
  }

  @Test func arrowsChooseTokensAndHiddenStates() {
    let state = state([.words(.hiddenState(2))])
    #expect(resolve(.down, state) == .action(.selectPair(query: 1, key: 0)))
    #expect(resolve(.up, state) == .ignored)
    #expect(resolve(.left, state) == .action(.words(.hiddenState(1))))
    #expect(resolve(.end, state) == .action(.words(.hiddenState(6))))
    let last = self.state([])
    #expect(last.hiddenState == 6 && resolve(.right, last) == .ignored)
    #expect(self.state([.words(.hiddenState(99))]).hiddenState == 6)
  }
}
