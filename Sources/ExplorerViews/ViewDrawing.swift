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
