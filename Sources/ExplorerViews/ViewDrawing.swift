import Canvas
import Explorer
import UserInput

/// How a view of the explorer is drawn, and what it says in words. What it is and what keys mean to it is its `ViewFeature` in
/// `Explorer`.
protocol ViewDrawing {
  /// What is on the screen, with its shapes, from long to short.
  static func explanation(_ state: State) -> [String]
  /// A line in words about what is marked or has changed, from long to short.
  static func detail(_ state: State, _ appearance: Appearance) -> [String]
  /// The formula of the moment for presenter mode, from long to short.
  static func formula(_ state: State) -> [String]
  /// What the colours stand for; nil where there are none.
  static func legend(_ state: State) -> Legend?

  /// Draws the view into `area`.
  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas)
  /// Draws what a class sees of it, few things and all large. Returns false where it is drawn as always.
  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool

  /// What a press of the mouse means; `area` is where the view is drawn, `isDouble` says that it is the second of two.
  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution
  /// The sizes of cells it can have; nil where there is no choice.
  static func cellSizes(_ state: State, _ appearance: Appearance, in area: Rect) -> CellSizes?
}

extension ViewDrawing {
  static func formula(_ state: State) -> [String] { [] }
  static func legend(_ state: State) -> Legend? { Legend(state) }
  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool { false }
  static func cellSizes(_ state: State, _ appearance: Appearance, in area: Rect) -> CellSizes? { nil }
}

extension ViewID {
  /// How the view is drawn.
  var drawing: any ViewDrawing.Type {
    switch self {
    case .grid: GridDrawing.self
    case .head: HeadDrawing.self
    case .steps: StepsDrawing.self
    case .mask: MaskDrawing.self
    case .words: WordsDrawing.self
    case .heads: HeadsDrawing.self
    case .flow: FlowDrawing.self
    case .compare: CompareDrawing.self
    case .train: TrainingDrawing.self
    }
  }
}

extension State {
  /// What is on the screen, with its shapes, from long to short.
  var explanation: [String] { obstacle == nil ? exploration.view.drawing.explanation(self) : [] }

  /// A line in words about what is marked or has changed, from long to short.
  func detail(_ appearance: Appearance) -> [String] {
    obstacle == nil
      ? exploration.view.drawing.detail(self, appearance) : ["1 shows all heads, 2 the marked one", "1 grid, 2 head"]
  }

  /// Draws the view, or why it cannot show what there is.
  func draw(_ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    guard let obstacle else { return exploration.view.drawing.draw(self, appearance, in: area, on: &canvas) }
    let lines = Words.wrapped(
      "\(exploration.view.title): \(obstacle).", to: max(min(area.columns - 2, 76), 10), glyphs: appearance.glyphs)
    for (row, line) in lines.prefix(area.rows).enumerated() {
      canvas.draw(line, column: area.column + 1, row: area.row + min(1, area.rows - lines.count > 0 ? 1 : 0) + row)
    }
  }
}
