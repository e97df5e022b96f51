import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Whatever looks like a place on the screen is one: what is drawn there is looked for, and pressed.
struct MouseTests {
  private let size = Size(columns: 120, rows: 40)
  private let appearance = Synthetic.truecolor

  private func state(_ view: ViewID = .grid, words: [String] = ["the", "cat", "ran"]) -> State {
    var state = Synthetic.state(words: words)
    Synthetic.perform([.show(view)], on: &state)
    return state
  }

  private func resolve(_ kind: MouseEvent.Kind, _ point: Point, _ state: State) -> Resolution {
    Keymap.resolve(.mouse(MouseEvent(kind: kind, point: point)), state: state, appearance: appearance, size: size)
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: appearance, size: size)
  }

  /// Where a text stands on the screen; in a row where one is given.
  private func place(_ text: String, row: Int? = nil, from column: Int = 0, _ state: State) throws -> Point {
    let lines = draw(state, appearance: appearance, size: size).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    let rows = row.map { $0...$0 } ?? 0...size.rows - 1
    for row in rows where lines.indices.contains(row) {
      let line = Array(lines[row])
      for start in line.indices.dropFirst(column) where line[start...].starts(with: text) {
        return Point(column: start, row: row)
      }
    }
    throw Missing(text: text)
  }

  private struct Missing: Error { let text: String }

  @Test(arguments: ViewID.allCases) func aHintIsItsKey(view: ViewID) throws {
    let state = state(view)
    let last = size.rows - 1
    let context = Keymap.context(of: state)
    var pressed = 0
    for binding in KeyBinding.all where binding.contexts.contains(context) {
      guard let hint = binding.hint, let key = binding.keys.first else { continue }
      guard let point = try? place("\(key.name(.unicode)) \(hint)", row: last, state) else { continue }
      #expect(resolve(.press, point, state) == resolve(key, state), "\(hint) in \(view)")
      pressed += 1
    }
    #expect(pressed >= 5)
    #expect(resolve(.press, Point(column: size.columns - 1, row: last - 1), state) == .ignored)
  }

  @Test(arguments: [40, 60, 80, 120, 200]) func aViewOpensByItsName(columns: Int) throws {
    let size = Size(columns: columns, rows: 24)
    let state = state(.head)
    let line = Array(draw(state, appearance: appearance, size: size).text.prefix { $0 != "\n" })
    for (index, view) in ViewID.allCases.enumerated() {
      // The first digit of that number belongs to its view: sizes of models stand behind all of them.
      let column = try #require(line.firstIndex(of: Character("\(index + 1)")))
      let event = MouseEvent(kind: .press, point: Point(column: column, row: 0))
      let wanted: Resolution = view == .head ? .ignored : .action(.show(view))
      #expect(Keymap.resolve(.mouse(event), state: state, appearance: appearance, size: size) == wanted, "\(view)")
    }
  }

  @Test(arguments: ViewID.allCases) func aTokenOfTheSentenceBecomesTheQuery(view: ViewID) throws {
    let state = state(view)
    let cat = try place("cat", row: 1, state)
    #expect(resolve(.press, cat, state) == .action(.selectPair(query: 2, key: state.key)))
    let gap = Point(column: cat.column + 3, row: cat.row)
    #expect(resolve(.press, gap, state) == .ignored)
  }

  @Test func aClickMarksAHeadAndTwoOpenIt() throws {
    var state = state()
    let layout = GridLayout(state: state, appearance: appearance, area: Frame(state: state, size: size).main)
    let target = HeadIndex(layer: 3, head: 7)
    let rect = try #require(layout.rect(of: target))
    let point = Point(column: rect.column + 1, row: rect.row + 1)
    #expect(resolve(.press, point, state) == .action(.selectHead(target)))
    state.head = target
    #expect(resolve(.doublePress, point, state) == .action(.show(.head)))
    #expect(resolve(.wheelDown, point, state) == .action(.selectHead(HeadIndex(layer: 4, head: 7))))
    // The large picture beside the grid leads to what it shows.
    let preview = try #require(layout.preview)
    let inside = Point(column: preview.column + 10, row: preview.row + 3)
    #expect(resolve(.press, inside, state) == .action(.show(.head)))
  }

  @Test func aBarMarksItsKey() throws {
    let state = state(.head)
    let heading = try place("attends to", state)
    for position in 0..<5 where position != state.key {
      let bar = Point(column: heading.column + 4, row: heading.row + 1 + position)
      #expect(resolve(.press, bar, state) == .action(.selectPair(query: state.query, key: position)))
    }
  }

  @Test func listsOfHeadsLeadToThem() throws {
    var state = state()
    Synthetic.perform(
      [.compare(.putAside), .pad(to: 8), .show(.compare), .compare(.mode(.heads))], on: &state)
    let rows = state.comparedHeadRows
    let second = try #require(rows.first { $0.head != state.head })
    let point = try place(" " + state.shortName(of: second.head), from: 80, state)
    #expect(resolve(.press, point, state) == .action(.selectHead(second.head)))
    Synthetic.perform([.selectHead(second.head)], on: &state)
    let marked = try place(state.shortName(of: second.head), from: 80, state)
    #expect(resolve(.doublePress, marked, state) == .action(.compare(.mode(.tokens))))
  }

  @Test func linesOfListsAreMarkedAndTwiceTaken() throws {
    var state = state()
    let names = ["first", "second", "third"]
    state.browser = SessionBrowser()
    state.browser?.sessions = names.map {
      SessionChoice(
        path: "/" + $0, name: $0, title: $0, model: "synthetic", created: "", seconds: 1, actions: 1, marks: [])
    }
    let third = try place("third", state)
    #expect(resolve(.press, third, state) == .control(.markSession(2)))
    #expect(resolve(.wheelDown, third, state) == .control(.markSession(1)))
    state.browser?.marked = 2
    #expect(resolve(.doublePress, third, state) == .control(.session(.replay)))
    let hint = try place("Esc close", row: size.rows - 1, state)
    #expect(resolve(.press, hint, state) == .control(.session(.closeList)))

    state.browser = nil
    state.overlay = .models(marked: 0)
    state.models = names.map {
      ModelChoice(reference: $0, name: $0, origin: .modelsFolder, summary: "", place: "/" + $0)
    }
    let second = try place("second", state)
    #expect(resolve(.press, second, state) == .action(.markModel(1)))
    #expect(resolve(.wheelDown, third, state) == .action(.markModel(1)))

    state.overlay = .interventions(marked: 0)
    let list = InterventionList(state: state)
    for entry in 1..<list.count {
      let line = list.lines[list.line(marked: entry)]
      let point = try place(String(line.text.prefix(30)), from: 70, state)
      #expect(resolve(.press, point, state) == .action(.intervention(.mark(entry))))
    }
  }

  /// In a replay, hints and the line of time are places; the picture answers questions and does nothing else.
  @Test func aReplayGoesWhereItsLineIsPressed() throws {
    var state = state(.head)
    state.playback = PlaybackStatus(
      title: "", position: 0, count: 4, time: 0, duration: 100, isPaused: true, speed: 1)
    let row = size.rows - 1
    let line = HintLine(state: state, appearance: appearance, frame: Frame(state: state, size: size))
    let columns = (0..<size.columns).filter { line.share(at: Point(column: $0, row: row)) != nil }
    let (first, last) = (try #require(columns.first), try #require(columns.last))
    #expect(resolve(.press, Point(column: first, row: row), state) == .control(.replay(.moment(0))))
    #expect(resolve(.press, Point(column: last, row: row), state) == .control(.replay(.moment(1))))
    #expect(resolve(.wheelDown, Point(column: 3, row: 3), state) == .control(.replay(.stepForward)))
    #expect(resolve(.wheelUp, Point(column: 3, row: 3), state) == .control(.replay(.stepBack)))
    for row in 0..<row {
      for column in 0..<size.columns {
        #expect(resolve(.press, Point(column: column, row: row), state) == .ignored)
      }
    }
  }

  /// Before a class, a cell of a large picture is the pair whose names stand beside it.
  @Test(arguments: [ViewID.head, .mask]) func largeCellsArePairs(view: ViewID) throws {
    var appearance = appearance
    appearance.presentation = Presentation(theme: .dark)
    let state = state(view)
    let area = Frame(state: state, appearance: appearance, size: size).main
    var seen: Set<[Int]> = []
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn {
        let event = MouseEvent(kind: .press, point: Point(column: column, row: row))
        guard
          case .action(let action) = Keymap.resolve(.mouse(event), state: state, appearance: appearance, size: size),
          case .selectPair(let query, let key)? = action.of(NavigationAction.self)
        else { continue }
        seen.insert([query, key])
      }
    }
    #expect(seen.count == 25)
  }

  /// Nothing is there to press before the tokens of a sentence are known, wherever that is tried.
  @Test(arguments: ViewID.allCases) func nothingIsPressedBeforeThereIsSomething(view: ViewID) {
    var state = State(model: Synthetic.model())
    _ = start(&state)
    state.view = view
    var presented = appearance
    presented.presentation = Presentation(theme: .dark)
    for appearance in [appearance, presented] {
      for row in stride(from: 2, to: size.rows - 1, by: 1) {
        for column in stride(from: 0, to: size.columns, by: 3) {
          let event = MouseEvent(kind: .press, point: Point(column: column, row: row))
          let resolution = Keymap.resolve(.mouse(event), state: state, appearance: appearance, size: size)
          if case .action(let action) = resolution, case .selectPair? = action.of(NavigationAction.self) {
            Issue.record("\(view) at \(column), \(row)")
          }
        }
      }
    }
  }
}
