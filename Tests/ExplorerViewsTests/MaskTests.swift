import Activations
import Canvas
import Foundation
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct MaskTests {
  private func state(
    words: [String] = ["The", "cat", "ran"], pad: Int = 1, mode: MaskMode = .full,
    _ change: (inout State) -> Void = { _ in }
  ) -> State {
    var state = Synthetic.state(words: words, pad: pad, mode: mode)
    (state.view, state.query, state.key) = (.mask, 2, 1)
    change(&state)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(
      .key(key), state: state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))
  }

  /// `The cat ran` with one PAD: queries from bottom to top The, cat, ran, PAD, keys from left to right the same.
  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)])
  func theLecturesMatrixIsDrawnAsInTheLecture(size: Size) {
    let state = state { $0.maskView.showsWordsOnly = true }
    let lines = draw(state, appearance: Synthetic.colorless, size: size).text.split(separator: "\n").map(String.init)
    let names = ["The", "cat", "ran", "PAD"]
    // Rows with all four scores of a query, from top to bottom.
    let scores = names.reversed().compactMap { query in
      lines.firstIndex { line in
        names.allSatisfy { line.contains("S(\(query), \($0))") || line.contains("S(\(query), \($0)") }
      }
    }
    #expect(scores.count == 4 && scores == scores.sorted())
    // The digits of the mask from top to bottom, without what fills their cells.
    let digits = names.reversed().compactMap { query in
      lines.compactMap { line -> String? in
        // The grid stands behind the scores, or below them.
        let rest = line.split(separator: ")").last.map(String.init) ?? line
        guard let range = rest.range(of: query + " ") else { return nil }
        let cells = rest[range.upperBound...].filter { "01".contains($0) }
        return cells.count == 4 ? String(cells) : nil
      }.last
    }
    #expect(digits == ["0000", "1110", "1110", "1110"])
  }

  @Test func upGoesUpInBothOrders() {
    #expect(resolve(.up, state()) == .action(.selectPair(query: 3, key: 1)))
    #expect(resolve(.down, state()) == .action(.selectPair(query: 1, key: 1)))
    let topDown = state { $0.maskView.isBottomUp = false }
    #expect(resolve(.up, topDown) == .action(.selectPair(query: 1, key: 1)))
    #expect(resolve(.right, topDown) == .action(.selectPair(query: 2, key: 2)))
  }

  @Test func theCrosshairStepsOverHiddenTokens() {
    // [CLS] The cat ran [SEP] PAD
    let state = state { ($0.maskView.showsWordsOnly, $0.query, $0.key) = (true, 3, 3) }
    #expect(state.positionsInMask == [1, 2, 3, 5])
    #expect(resolve(.up, state) == .action(.selectPair(query: 5, key: 3)))
    #expect(resolve(.right, state) == .action(.selectPair(query: 3, key: 5)))
    #expect(resolve(.home, state) == .action(.selectPair(query: 3, key: 1)))
  }

  @Test func picturesOrdersAndWordsAreUndoable() {
    var state = state()
    for key: Key in [.character("v"), .character("o"), .character("w")] {
      guard case .action(let action) = resolve(key, state) else {
        Issue.record("\(key) does nothing")
        return
      }
      _ = reduce(&state, .action(action))
    }
    #expect(state.maskView.picture == .names && !state.maskView.isBottomUp && state.maskView.showsWordsOnly)
    for _ in 0..<3 { _ = reduce(&state, .action(.undo)) }
    #expect(state.maskView == MaskSettings())
  }

  @Test func aClickMarksThePairUnderIt() throws {
    let state = state { $0.maskView.picture = .grid }
    let size = Size(columns: 120, rows: 40)
    let area = Frame(state: state, size: size).main
    let steps = try #require(HeadSteps(state, Synthetic.truecolor))
    let view = MaskView(state: state, steps: steps, area: area)
    var found = Set<[Int]>()
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        if let pair = view.pair(at: Point(column: column, row: row)) { found.insert([pair.query, pair.key]) }
      }
    }
    #expect(found.count == 36)
  }

  /// Whatever the implementation, a row without keys is told with its numbers.
  @Test func aRowWithoutKeysShowsWhatOthersMakeOfIt() {
    let text = draw(state(), appearance: Synthetic.colorless, size: Size(columns: 160, rows: 50)).text
    for words in ["PAD may see no key", "0 by definition (here)", "-10000 added", "lowest number: even", "-∞: NaN"] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(text.contains("NaN   NaN"))
  }

  @Test func theDirectionIsSaidAndWithoutPadHowToGetSome() {
    for (isBottomUp, words) in [(true, "queries upwards"), (false, "queries downwards")] {
      let text = draw(
        state(pad: 0) { $0.maskView.isBottomUp = isBottomUp }, appearance: Synthetic.colorless,
        size: Size(columns: 120, rows: 40)
      ).text
      #expect(text.contains("S(query, key) [query 5, key 5], \(words)") && text.contains("press p"))
    }
    #expect(
      !draw(state(), appearance: Synthetic.colorless, size: Size(columns: 120, rows: 40)).text.contains("press p"))
  }

  @Test func padThatTakesAttentionIsNamed() {
    let text = draw(state(mode: .none), appearance: Synthetic.colorless, size: Size(columns: 160, rows: 50)).text
    #expect(text.contains("of cat's attention, because no mask blocks it"))
  }

  @Test(arguments: [
    ("mask-80x24", Size(columns: 80, rows: 24), false), ("mask-80x24-words", Size(columns: 80, rows: 24), true),
    ("mask-160x50", Size(columns: 160, rows: 50), false),
  ])
  func screen(_ test: (name: String, size: Size, words: Bool)) throws {
    let state = state { $0.maskView.showsWordsOnly = test.words }
    try expectSnapshot(
      draw(state, appearance: Synthetic.colorless, size: test.size).text, "screens/\(test.name).txt")
  }

  @Test func everyPictureCanBeDrawnAtEverySize() {
    for words in [["The", "cat", "ran"], (0..<120).map { "w\($0)" }, ["猫", "averyveryverylongword"]] {
      var state = state(words: words)
      for appearance in [Synthetic.truecolor, Synthetic.ascii] {
        for picture in MaskPicture.allCases {
          for (columns, rows) in [(20, 6), (24, 9), (40, 12), (80, 24), (200, 60)] {
            for isShort in [false, true] {
              (state.maskView.picture, state.maskView.showsWordsOnly) = (picture, isShort)
              let canvas = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
              #expect(canvas.size == Size(columns: columns, rows: rows))
            }
          }
        }
      }
    }
  }

  @Test func enterTakesTheMarkedNumberApart() {
    #expect(resolve(.enter, state()) == .action(.show(.steps)))
    #expect(resolve(.enter, state { $0.view = .head }) == .action(.show(.steps)))
  }

  @Test func aLongTextIsDrawnAsDots() throws {
    let state = state(words: (0..<90).map { "w\($0)" }, pad: 8, mode: .causal)
    try expectSnapshot(
      draw(state, appearance: Synthetic.ascii, size: Size(columns: 80, rows: 24)).text, "screens/mask-80x24-long.txt")
  }
}
