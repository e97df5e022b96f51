import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The picture put aside, beside the one on the screen.
struct CompareTests {
  private static let small = Size(columns: 80, rows: 24)
  private static let large = Size(columns: 160, rows: 50)

  private func state(_ actions: [Action], words: [String] = ["the", "cat", "ran"], pad: Int = 0) -> State {
    var state = Synthetic.state(words: words, pad: pad)
    Synthetic.perform(actions + [.show(.compare)], on: &state)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: CompareTests.small)
  }

  @Test(arguments: [
    ("compare-80x24-nothing", small, Synthetic.colorless, [Action]()),
    ("compare-80x24", small, Synthetic.colorless, [Action.compare(.putAside), .mask(.none)]),
    ("compare-80x24-ascii", small, Synthetic.ascii, [Action.compare(.putAside), .mask(.causal)]),
    (
      "compare-160x50", large, Synthetic.truecolor,
      [Action.compare(.putAside), .mask(.none), .selectPair(query: 2, key: 5)]
    ),
    (
      "compare-160x50-heads", large, Synthetic.colorless,
      [Action.compare(.putAside), .mask(.none), .compare(.mode(.heads)), .selectHead(HeadIndex(layer: 2, head: 3))]
    ),
  ]) func screen(name: String, size: Size, appearance: ExplorerViews.Appearance, actions: [Action]) throws {
    try expectSnapshot(draw(state(actions, pad: 3), appearance: appearance, size: size).text, "screens/\(name).txt")
  }

  @Test func everySizeCanBeDrawn() {
    let actions: [[Action]] = [
      [.mask(.none)], [.mask(.none), .compare(.mode(.heads))], [.texts(["a b c"], pair: nil)],
      [.selectHead(HeadIndex(layer: 1, head: 1))],
    ]
    for change in actions {
      let state = state([.compare(.putAside)] + change, words: (0..<40).map { "w\($0)" }, pad: 4)
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

  @Test func aStaysWhileBChanges() throws {
    let state = state([.mask(.keys), .compare(.putAside), .mask(.none)], pad: 3)
    #expect(state.results[.pictureA]?.encoding.request.maskMode == .keys)
    #expect(state.encoding?.request.maskMode == MaskMode.none)
    let comparison = try #require(state.headComparison)
    let (a, b) = (
      try #require(state.results[.pictureA]).encoding.trace.probabilities(state.head),
      try #require(state.encoding).trace.probabilities(state.head)
    )
    var largest: Float = 0
    for query in 0..<8 {
      for key in 0..<8 {
        #expect(comparison.a[query, key] == a[query, key] && comparison.b[query, key] == b[query, key])
        #expect(comparison.change[query, key] == b[query, key] - a[query, key])
        largest = max(largest, abs(b[query, key] - a[query, key]))
      }
    }
    #expect(comparison.largestWithPad == largest && largest > 0)
    #expect(comparison.pairs.first.map { abs($0.change) } == comparison.largest && comparison.largest <= largest)
  }

  @Test func allHeadsAgreeWithTheSingleOne() throws {
    let state = state([.compare(.putAside), .mask(.none), .compare(.mode(.heads))], pad: 3)
    #expect(state.comparedHeadRows.count == 72)
    let row = try #require(state.comparedHeadRows.first { $0.head == state.head })
    let comparison = try #require(state.headComparison)
    #expect(abs(row.cosine - comparison.cosine) < 1e-12)
    let cosines = state.comparedHeadRows.map(\.cosine)
    #expect(zip(cosines, cosines.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// Changes of PAD queries count in the picture, and in no number of a head.
  @Test func theListAndTheLineBelowHaveOneLargestChange() throws {
    // In full mode PAD asks nothing; words attend as in keys mode.
    let state = state([.mask(.full), .compare(.putAside), .mask(.keys), .compare(.mode(.heads))], pad: 3)
    let comparison = try #require(state.headComparison)
    #expect(comparison.largest == 0 && comparison.largestWithPad > 0.1)
    #expect(
      CompareDetail(state: state, appearance: Synthetic.ascii).wordings[0].contains(
        "cosine of the two maps 1, largest change 0.000"))
    var tokens = state
    Synthetic.perform([.compare(.mode(.tokens))], on: &tokens)
    let text = draw(tokens, appearance: Synthetic.colorless, size: CompareTests.large).text
    #expect(text.contains("B - A: largest 0.000, of PAD queries \(Words.difference(comparison.largestWithPad))"))
    #expect(CompareDrawing.legend(tokens)?.high == "+" + Words.difference(comparison.largestWithPad))
  }

  @Test func smallChangesHaveDigitsThatTellThemApart() {
    #expect(Words.cosine(0.5, isSame: false) == "0.5000" && Words.cosine(1, isSame: true) == "1")
    #expect(Words.cosine(0.999_975, isSame: false) == "0.999975")
    #expect(Words.cosine(1, isSame: false) == ">0.999999")
    #expect(
      [0.43, 0.004, 0.000_02, 1e-9, 0].map { Words.change($0, width: 5) } == ["0.43", "4e-3", "2e-5", "<1e-6", "0"])
    #expect([0.43, 0.004, 0].map { Words.change($0, width: 3) } == [".43", "~0", "0"])
    #expect(Words.subtraction(0.5749, 0.1251) == ["0.575 - 0.125 = +0.450"])
    #expect(Words.subtraction(0.25, 0.5) == ["0.25 - 0.50 = -0.25"])
  }

  @Test func whereOnlyTheHeadChangesAStaysAtItsOwn() {
    let other = HeadIndex(layer: 2, head: 5)
    var state = state([.compare(.putAside), .selectHead(other)])
    #expect(state.comparedHeads?.a == HeadIndex(layer: 0, head: 0) && state.comparedHeads?.b == other)
    // Where the mask has changed too, the same head of both is compared, until one says otherwise.
    Synthetic.perform([.mask(.causal)], on: &state)
    #expect(state.comparedHeads?.a == other)
    #expect(resolve(.character("f"), state) == .action(.compare(.keepHead(true))))
    Synthetic.perform([.compare(.keepHead(true))], on: &state)
    #expect(state.comparedHeads?.a == HeadIndex(layer: 0, head: 0))
  }

  @Test func sentencesOfAnotherLengthSayWhyTheyAreNotCompared() {
    let state = state([.compare(.putAside), .texts(["a longer sentence than that"], pair: nil)])
    #expect(state.incomparable == "A has 5 tokens and B 7: compare sentences of as many tokens")
    #expect(draw(state, appearance: Synthetic.ascii, size: CompareTests.small).text.contains("A has 5 tokens and B 7"))
  }

  @Test func withoutAPictureThereIsNothingToForget() {
    var state = state([])
    for key: Key in [.character("B"), .character("v"), .character("o"), .character("f")] {
      guard case .refused(let reason) = resolve(key, state) else {
        Issue.record("\(key) is not refused")
        continue
      }
      #expect(reason.contains("nothing is put aside"))
    }
    Synthetic.perform([.compare(.putAside), .compare(.forget)], on: &state)
    #expect(state.pictureA == nil && state.results[.pictureA] == nil)
    Synthetic.perform([.undo], on: &state)
    #expect(state.pictureA != nil && state.results[.pictureA] != nil)
  }

  @Test func enterGoesToTheLargestChange() throws {
    let state = state([.compare(.putAside), .mask(.causal)])
    let pair = try #require(state.headComparison?.pairs.first)
    #expect(resolve(.enter, state) == .action(.selectPair(query: pair.query, key: pair.key)))
    #expect(resolve(.character("v"), state) == .action(.compare(.mode(.heads))))
  }

  /// More and less do not look alike, whatever the terminal shows.
  @Test(arguments: [Synthetic.truecolor, Synthetic.colorless, Synthetic.ascii]) func signsCanBeTold(
    appearance: ExplorerViews.Appearance
  ) {
    let painter = HeatPainter(appearance: appearance, difference: 1)
    let cells = [Float(-1), -0.5, 0, 0.5, 1].map { painter.cell($0) }
    #expect(Set(cells).count == 5)
  }
}
