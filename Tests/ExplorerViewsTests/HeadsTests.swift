import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The table of heads, and their numbers in the grid.
struct HeadsTests {
  private static let small = Size(columns: 80, rows: 24)
  private static let large = Size(columns: 160, rows: 50)

  private func state(_ actions: [Action] = [], words: [String] = ["the", "cat", "ran", "."]) -> State {
    var state = Synthetic.state(words: words)
    Synthetic.perform([.show(.heads)] + actions.map { $0 }, on: &state)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: HeadsTests.small)
  }

  private func press(_ keys: [Key], on state: inout State) {
    for key in keys {
      guard case .action(let action) = resolve(key, state) else {
        Issue.record("\(key) does nothing: \(resolve(key, state))")
        return
      }
      Synthetic.perform([action], on: &state)
    }
  }

  @Test(arguments: [
    ("heads-80x24", small, Synthetic.colorless, [Action]()),
    ("heads-80x24-ascii", small, Synthetic.ascii, [Action.heads(.sort(.previous, isDescending: true))]),
    (
      "heads-160x50", large, Synthetic.truecolor,
      [
        Action.texts(["the cat ran .", "a bank , a river"], pair: nil), .selectHead(HeadIndex(layer: 3, head: 2)),
        .heads(.sort(.variability, isDescending: true)),
      ]
    ),
    (
      "heads-80x24-filter", small, Synthetic.colorless,
      [Action.heads(.typeFilter("previous entropy<1", cursor: 18)), .selectHead(HeadIndex(layer: 0, head: 1))]
    ),
    (
      "grid-80x24-numbers", small, Synthetic.colorless,
      [Action.show(.grid), .heads(.gridColumn(.itself)), .selectHead(HeadIndex(layer: 2, head: 3))]
    ),
    (
      "grid-160x50-sorted", large, Synthetic.truecolor,
      [Action.show(.grid), .heads(.gridColumn(.entropy)), .heads(.sortGrid(true))]
    ),
  ]) func screen(name: String, size: Size, appearance: ExplorerViews.Appearance, actions: [Action]) throws {
    let canvas = draw(state(actions), appearance: appearance, size: size)
    try expectSnapshot(canvas.text, "screens/\(name).txt")
  }

  /// With every number there, at every size, in every appearance, and for more heads than there is room for.
  @Test func everySizeCanBeDrawn() {
    let actions: [[Action]] = [
      [], [.heads(.sort(.confidence, isDescending: true))], [.heads(.filter("nothing at all"))],
      [.show(.grid), .heads(.gridColumn(.distance))],
      [.show(.grid), .heads(.gridColumn(.distance)), .heads(.sortGrid(true))],
    ]
    for actions in actions {
      var state = Synthetic.state(model: Synthetic.model(layers: 24, heads: 16))
      Synthetic.perform([.show(.heads), .selectHead(HeadIndex(layer: 20, head: 9))] + actions, on: &state)
      for appearance in [Synthetic.truecolor, Synthetic.ascii] {
        for columns in stride(from: 20, through: 210, by: 38) {
          for rows in stride(from: 6, through: 61, by: 11) {
            let canvas = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
            #expect(canvas.text.contains("20"), "the selected head is on the screen at \(columns)x\(rows)")
          }
        }
      }
    }
  }

  @Test func theTableHoldsWhatTheDefinitionsSay() throws {
    let state = state()
    let encoding = try #require(state.encoding)
    let roles = TokenRoles(encoding.input)
    #expect(state.headRows.count == 72)
    for row in state.headRows {
      let statistics = HeadStatistics(
        probabilities: encoding.trace.probabilities(row.index), roles: roles, mask: encoding.mask)
      #expect(row.statistics == statistics)
      #expect(row[.itself] == statistics.shares.itself && row[.variability] == nil)
      #expect(row.pattern == HeadPattern(statistics))
    }
  }

  @Test func everyColumnSortsBothWays() {
    let state = state([.texts(["the cat ran .", "a bank , a river"], pair: nil)])
    for column in HeadColumn.numbers {
      for isDescending in [true, false] {
        let numbers = state.headRows.sorted(by: column, isDescending: isDescending).compactMap { $0[column] }
        #expect(numbers.count == 72, "\(column)")
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { isDescending ? $0 >= $1 : $0 <= $1 }, "\(column)")
      }
    }
    let names = state.headRows.sorted(by: .pattern, isDescending: false).map(\.pattern.name)
    #expect(names == names.sorted())
  }

  @Test(arguments: [
    ("", 72), ("previous", 18), ("PREV", 18), ("previous self", 0), ("previous>0.5", 18), ("prev<0.5", 54),
    ("previous>0.5 entropy>3", 0), ("cls>2", 0), ("entropy<abc", 0), ("diagonal", 36),
  ]) func filter(text: String, count: Int) {
    #expect(state([.heads(.filter(text))]).sorted(state([.heads(.filter(text))]).headRows).count == count)
  }

  @Test(arguments: [
    ("L3", 12), ("l3 h7", 1), ("layer=3", 12), ("layer<2 head>=10", 4), ("entropy<", 72), ("foo>1", 0), ("pair>0.3", 7),
  ]) func filterOfPlacesAndOfThePair(text: String, count: Int) {
    let state = state([.selectPair(query: 2, key: 1), .heads(.filter(text))])
    let shown = state.sorted(state.headRows)
    if text == "pair>0.3" {
      let expected = state.headRows.filter {
        state.encoding?.trace.probabilities($0.index)[2, 1] ?? 0 > 0.3
      }
      #expect(!expected.isEmpty && shown.map(\.index) == expected.map(\.index))
    } else {
      #expect(shown.count == count)
    }
  }

  @Test func whatAFilterDoesNotUnderstandIsNamed() throws {
    let state = state([.heads(.filter("foo>1"))])
    let problem = try #require(state.filterProblem)
    #expect(problem.contains("\"foo\"") && problem.contains("layer, head, pair, rank, entropy"))
    #expect(
      draw(state, appearance: Synthetic.truecolor, size: HeadsTests.large).text.contains("no column is called \"foo\""))
    #expect(self.state([.heads(.filter("pair>x"))]).filterProblem?.contains("\"x\" is no number") == true)
    #expect(self.state([.heads(.filter("pair>"))]).filterProblem == nil)
  }

  /// The researcher's first question, in three keys: `6`, Right, Right.
  @Test func headsAreSortedByTheMarkedPair() throws {
    var state = Synthetic.state(words: ["the", "cat", "ran", "."])
    Synthetic.perform([.selectPair(query: 3, key: 2)], on: &state)
    press([.character("6"), .right, .right], on: &state)
    #expect(state.heads.column == .pair && state.heads.isDescending)
    let trace = try #require(state.encoding?.trace)
    let rows = state.sorted(state.headRows)
    #expect(rows.count == 72)
    for row in rows {
      let probabilities = trace.probabilities(row.index).row(3)
      #expect(row[.pair] == Double(probabilities[2]) && row[.rank] == Double(rank(of: 2, in: probabilities)))
    }
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0[.pair] ?? 0 >= $1[.pair] ?? 0 })
    press([.right], on: &state)
    #expect(state.heads.column == .rank && !state.heads.isDescending, "the first rank comes first")
    #expect(
      draw(state, appearance: Synthetic.colorless, size: HeadsTests.small).text.contains("pair: ran (3) → cat (2)"))
    // As colours of the grid, too.
    press([.character("1"), .character("v")], on: &state)
    #expect(state.heads.gridColumn == .pair)
    #expect(
      draw(state, appearance: Synthetic.truecolor, size: HeadsTests.small).text.contains("pair: ran (3) → cat (2)"))
  }

  @Test func aFilterIsTypedAndTakenBack() {
    var state = state()
    press([.character("/"), .character("s"), .character("e")], on: &state)
    #expect(state.headFilter == "se" && state.heads.filter.isEmpty)
    #expect(Keymap.context(of: state) == .filter)
    press([.enter], on: &state)
    #expect(state.heads.filter == "se" && state.filterPrompt == nil)
    press([.character("/"), .character("x"), .escape], on: &state)
    #expect(state.heads.filter == "se")
    press([.escape], on: &state)
    #expect(state.heads.filter.isEmpty && state.view == .heads)
    press([.character("u")], on: &state)
    #expect(state.heads.filter == "se")
  }

  /// Of the row that is marked, and of no other, Enter opens the head: also where the selected head is not listed.
  @Test(arguments: [HeadColumn.place, .entropy]) func theMarkerStandsOnAListedRowAndEnterOpensThatHead(
    column: HeadColumn
  ) {
    var state = state([.heads(.sort(column, isDescending: column == .entropy))])
    let first = { (state: State) in state.sorted(state.headRows).first?.index }
    press([.character("/")] + "prev".map(Key.character), on: &state)
    #expect(state.head == HeadIndex(layer: 0, head: 0), "nothing is selected while a filter is typed")
    #expect(state.markedHead == first(state) && state.markedHead != state.head)
    let text = draw(state, appearance: Synthetic.colorless, size: HeadsTests.small).text
    #expect(text.contains("▸\(state.shortName(of: state.markedHead))"), "\(text)")
    press([.escape], on: &state)
    #expect(state.markedHead == HeadIndex(layer: 0, head: 0), "restored with the filter")
    press([.character("/")] + "prev".map(Key.character) + [.enter], on: &state)
    #expect(state.head == first(state) && state.heads.filter == "prev")
    press([.down, .enter], on: &state)
    #expect(state.view == .head)
    // Another sentence, another view: whatever is selected there, the marker is among what is listed.
    Synthetic.perform([.selectHead(HeadIndex(layer: 0, head: 0)), .show(.heads)], on: &state)
    #expect(state.markedHead == first(state) && state.head == HeadIndex(layer: 0, head: 0))
    #expect(resolve(.enter, state) == .action(.show(.head, state.markedHead)))
    press([.enter], on: &state)
    #expect(state.view == .head && state.head != HeadIndex(layer: 0, head: 0))
  }

  @Test func theKeysForPatternsTakeTheMarkerAlong() {
    var state = state()
    for key in [Key.character("f"), .character("f"), .character("F"), .escape] {
      press([key], on: &state)
      #expect(state.sorted(state.headRows).contains { $0.index == state.head }, "\(state.heads.filter)")
    }
    press([.character("/")] + "no such pattern".map(Key.character) + [.enter], on: &state)
    #expect(resolve(.enter, state) == .refused("no head matches the filter; Esc shows all heads"))
    Synthetic.perform([.show(.grid), .show(.heads), .heads(.filter("prev"))], on: &state)
    #expect(state.markedHead == state.sorted(state.headRows).first?.index, "a session of old selects no head")
  }

  @Test func theGridOfNumbersHasTheNamesOfTheHeads() throws {
    let state = state([.show(.grid), .heads(.gridColumn(.entropy)), .selectHead(HeadIndex(layer: 2, head: 3))])
    for size in [HeadsTests.small, HeadsTests.large] {
      let rows = draw(state, appearance: Synthetic.colorless, size: size).text.split(separator: "\n")
      let header = try #require(rows.first { $0.contains("H0") })
      #expect((0..<12).allSatisfy { header.contains("H\($0)") }, "\(header)")
    }
  }

  @Test func arrowsFollowTheOrderOfTheTable() {
    var state = state()
    press([.right, .right, .right, .right], on: &state)
    #expect(state.heads.column == .entropy && state.heads.isDescending)
    let order = state.sorted(state.headRows).map(\.index)
    Synthetic.perform([.selectHead(order[3])], on: &state)
    press([.down, .down, .up], on: &state)
    #expect(state.head == order[4])
    press([.home], on: &state)
    #expect(state.head == order[0])
    press([.character("r"), .home], on: &state)
    #expect(state.head == state.sorted(state.headRows)[0].index && !state.heads.isDescending)
    #expect(resolve(.enter, state) == .action(.show(.head)))
  }

  @Test func nGoesFromTheNearestHeadToTheNext() throws {
    var state = state([.selectHead(HeadIndex(layer: 1, head: 2))])
    let neighbours = HeadDistances(try #require(state.encoding)).neighbours(of: HeadIndex(layer: 1, head: 2)).map(
      \.head)
    press([.character("n")], on: &state)
    #expect(state.head == neighbours[0])
    press([.character("n"), .character("n")], on: &state)
    #expect(state.head == neighbours[2])
    press([.character("N")], on: &state)
    #expect(state.head == neighbours[1])
    // Another head begins anew.
    Synthetic.perform([.selectHead(HeadIndex(layer: 5, head: 5))], on: &state)
    #expect(state.likenessAnchor == HeadIndex(layer: 5, head: 5))
  }

  /// In the grid nothing is compared until somebody asks for it.
  @Test func inTheGridTheFirstNOnlyAsks() {
    var state = state([.show(.grid)])
    #expect(state.exploration.view.feature.analyses(state).isEmpty)
    press([.character("n")], on: &state)
    #expect(state.head == HeadIndex(layer: 0, head: 0) && state.notice != nil)
    press([.character("n")], on: &state)
    #expect(state.head != HeadIndex(layer: 0, head: 0))
  }

  @Test func vGoesThroughTheNumbersAndBack() {
    var state = state([.show(.grid)])
    var seen: [HeadColumn?] = []
    for _ in 0..<HeadColumn.numbers.count {
      press([.character("v")], on: &state)
      seen.append(state.heads.gridColumn)
    }
    #expect(seen == HeadColumn.numbers.filter { $0 != .variability } + [nil])
    guard case .refused = resolve(.character("o"), state) else {
      Issue.record("attention is not sorted")
      return
    }
    press([.character("v"), .character("o"), .right], on: &state)
    #expect(state.head == state.headRows.sorted(by: .entropy, isDescending: true)[1].index || state.heads.isGridSorted)
    press([.escape], on: &state)
    #expect(state.heads.gridColumn == nil && !state.heads.isGridSorted)
  }
}
