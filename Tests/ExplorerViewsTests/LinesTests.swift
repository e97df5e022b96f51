import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct LinesTests {
  private let size = Size(columns: 100, rows: 30)

  private func state(_ actions: [Action] = [], mode: MaskMode = .keys) -> State {
    var state = Synthetic.state(mode: mode)
    Synthetic.perform([.show(.head), .range(.head), .lines(.show(true))] + actions, on: &state)
    return state
  }

  private func view(_ state: State, _ appearance: Appearance = Synthetic.truecolor) -> LinesView {
    LinesView(state: state, appearance: appearance, area: Frame(state: state, size: size).main)
  }

  /// Every pair that can be seen has a line, as strong as its probability is a share of the largest.
  @Test(arguments: [MaskMode.keys, .causal]) func linesAreProbabilities(mode: MaskMode) throws {
    let state = state(mode: mode)
    let layer = try #require(state.encoding?.trace.layers.first)
    let probabilities = layer.probabilities(head: 0)
    let pairs = (0..<5).flatMap { query in (0..<5).map { (query, $0) } }.filter { layer.mask[$0.0, $0.1] }
    let largest = try #require(pairs.map { probabilities[$0.0, $0.1] }.max())
    let strokes = view(state).strokes
    let seen = pairs.filter { probabilities[$0.0, $0.1] / largest >= 0.03 }
    #expect(strokes.count == seen.count && !seen.isEmpty)
    for stroke in strokes {
      #expect(layer.mask[stroke.query, stroke.key])
      #expect(abs(Float(stroke.strength) - probabilities[stroke.query, stroke.key] / largest) < 1e-6)
    }
  }

  @Test func theMarkedQueryCanHaveItsLinesAlone() {
    let state = state([.selectPair(query: 2, key: 0), .lines(.queries(.marked))])
    let strokes = view(state).strokes
    #expect(!strokes.isEmpty && strokes.allSatisfy { $0.query == 2 })
  }

  /// Heads that are kept have colours of their own; without colours only the marked one is shown.
  @Test func severalHeadsCanBeToldApart() {
    let (first, second) = (HeadIndex(layer: 0, head: 3), HeadIndex(layer: 2, head: 1))
    var state = state([.selectHead(first), .lines(.keep(first, true)), .selectHead(second)])
    let alone = view(state, Synthetic.colorless).strokes.count
    let both = view(state).strokes
    #expect(both.count > alone && alone > 0)
    // The strongest line of each is in its full colour.
    #expect(Set(both.filter { $0.strength == 1 }.map(\.color)).count == 2)
    let text = draw(state, appearance: Synthetic.truecolor, size: size).text
    #expect(text.contains(state.shortName(of: first)) && text.contains(state.shortName(of: second)))
    Synthetic.perform([.lines(.keep(first, false))], on: &state)
    #expect(view(state).strokes.count == alone)
    // More than can be told apart: the first ones give way.
    for head in 0..<8 { Synthetic.perform([.lines(.keep(HeadIndex(layer: 1, head: head), true))], on: &state) }
    #expect(state.exploration.lines.kept.map(\.head) == [3, 4, 5, 6, 7])
  }

  /// A line goes from the middle of its query's name to the middle of its key's; where lines cross, the strongest is seen.
  @Test func linesGoFromNameToName() {
    let area = Rect(column: 2, row: 1, columns: 4, rows: 3)
    func drawn(_ lines: [FineCurves.Curve], _ appearance: Appearance) -> String {
      var field = LineField(area: area, appearance: appearance)
      field.add(lines)
      var canvas = Canvas(size: Size(columns: 8, rows: 5))
      field.draw(on: &canvas)
      return canvas.text
    }
    let flat = FineCurves.Curve(start: 1.5, end: 1.5, strength: 1, color: .standard)
    #expect(drawn([flat], Synthetic.ascii) == "\n\n  ----\n\n")
    #expect(drawn([flat], Synthetic.truecolor) == "\n\n  ⠤⠤⠤⠤\n\n")
    let down = FineCurves.Curve(start: 0.5, end: 2.5, strength: 1, color: .standard)
    #expect(drawn([down], Synthetic.ascii) == "\n  \\\n   \\\\\n     \\\n")
    let weak = FineCurves.Curve(start: 2.5, end: 0.5, strength: 0.1, color: .standard)
    // In the cell that both cross nothing of the weak one is left.
    #expect(drawn([weak, flat], Synthetic.truecolor).contains("⠤⠤⠤⠤"))
  }

  /// Before a class, text is black or white; lines keep the colours that say how strong they are.
  @Test func linesKeepTheirColoursBeforeAClass() {
    var appearance = Synthetic.truecolor
    for theme in Theme.all {
      appearance.presentation = Presentation(theme: theme)
      let canvas = draw(state(), appearance: appearance, size: size)
      let colors = Set(canvas.cells.filter { $0.isGraphic && $0.base >= 0x2800 }.map(\.style.foreground))
      #expect(colors.count > 1)
    }
  }

  /// Where curves can be drawn, every line is one, from the middle of a name to that of another.
  @Test func linesAreCurvesWhereTheyCanBe() throws {
    let state = state()
    let view = view(state)
    #expect(draw(state, appearance: Synthetic.truecolor, size: size).fineCurves.isEmpty)
    var appearance = Synthetic.truecolor
    appearance.isVector = true
    let canvas = draw(state, appearance: appearance, size: size)
    #expect(!canvas.cells.contains { (0x2800...0x28FF).contains($0.base) })
    let curves = try #require(canvas.fineCurves.first)
    #expect(curves.area == view.layout.field && curves.curves.count == view.strokes.count)
    for stroke in view.strokes {
      #expect(
        curves.curves.contains {
          $0.start == view.layout.middle(of: stroke.query, among: view.layout.queries)
            && $0.end == view.layout.middle(of: stroke.key, among: view.layout.keys)
            && $0.strength == stroke.strength && $0.color == stroke.color
        })
    }
  }

  @Test func namesAndBarsArePlaces() throws {
    let state = state([.selectPair(query: 1, key: 3)])
    let layout = view(state).layout
    let row = try #require(layout.row(of: 4, among: layout.queries))
    func press(_ column: Int) -> Resolution {
      Keymap.resolve(
        .mouse(MouseEvent(kind: .press, point: Point(column: column, row: row))), state: state,
        appearance: Synthetic.truecolor, size: size)
    }
    #expect(press(layout.field.column - 2) == .action(.selectPair(query: 4, key: 3)))
    #expect(press(layout.field.endColumn + 1) == .action(.selectPair(query: 1, key: 4)))
    #expect(press(layout.field.column + 3) == .ignored)
  }

  @Test func everySizeHasThem() throws {
    let long = Synthetic.state(words: (0..<60).map { "w\($0)" })
    var scrolled = long
    (scrolled.query, scrolled.key) = (40, 3)
    for base in [state(), long, scrolled] {
      var state = base
      Synthetic.perform([.show(.head), .lines(.show(true))], on: &state)
      for columns in stride(from: 20, through: 200, by: 45) {
        for rows in stride(from: 6, through: 60, by: 18) {
          for appearance in [Synthetic.truecolor, Synthetic.ascii] {
            _ = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
          }
        }
      }
    }
    try expectSnapshot(
      draw(state(), appearance: Synthetic.colorless, size: Size(columns: 80, rows: 24)).text,
      "screens/lines-80x24.txt")
    try expectSnapshot(
      draw(state(), appearance: Synthetic.ascii, size: Size(columns: 80, rows: 24)).text,
      "screens/lines-80x24-ascii.txt")
  }
}
