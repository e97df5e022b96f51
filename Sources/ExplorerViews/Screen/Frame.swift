import Canvas
import Explorer
import UserInput

/// The rows of the screen: what is left out first when there are few of them.
struct Frame {
  let size: Size
  /// The screen without what is left free at its edges.
  let inner: Rect
  /// The program, the views, the model; or the prompt.
  let title: Int?
  let tokens: Int
  /// What attribution says of each token, above them.
  let values: Int?
  /// What the view shows, in a line.
  let explanation: Int?
  let main: Rect
  /// One line in words about what is marked.
  let detail: Int?
  /// Lines about what the person's choices did to the numbers.
  let effects: Range<Int>
  let status: Int
  let hints: Int
  /// In presenter mode: what the colours stand for.
  let legend: Int?
  /// In presenter mode: the first of three rows for the formula of the moment.
  let formula: Int?
  /// What a lesson says here: beside the picture where there is room, under it otherwise.
  let noteBox: Rect?
  /// How many columns on the right of the view lie under a list; the view is laid out beside it. 0 where there is too little room for
  /// both, and the list lies over the view.
  let overlayColumns: Int

  /// How many columns a view has at least beside a list.
  private static let leastBesideOverlay = 32
  static let smallest = Size(columns: 20, rows: 6)

  init(state: State, appearance: Appearance, size: Size) {
    if appearance.presentation != nil, state.overlay == nil {
      self.init(presenting: size, state)
    } else {
      self.init(state: state, size: size)
    }
  }

  init(state: State, size: Size) {
    self.size = size
    inner = Rect(size)
    legend = nil
    formula = nil
    let hasTitle = size.rows >= 8
    let hasDetail = size.rows >= 10
    title = hasTitle ? 0 : nil
    let isAttributed = state.exploration.showsAttribution
    values = isAttributed && size.rows >= 12 ? 1 : nil
    tokens = (hasTitle ? 1 : 0) + (values == nil ? 0 : 1)
    hints = size.rows - 1
    status = size.rows - 2
    detail = hasDetail ? size.rows - 3 : nil
    // What y is stands on every screen.
    let lines = size.rows < 20 ? isAttributed && hasDetail ? 1 : 0 : min(state.effects.count, size.rows < 30 ? 3 : 4)
    effects = size.rows - 3 - lines..<size.rows - 3
    explanation = size.rows >= 20 ? tokens + 1 : nil
    let top = (explanation ?? tokens) + 1
    let bottom = effects.isEmpty ? detail ?? status : effects.lowerBound
    let area = Rect(column: 0, row: top, columns: size.columns, rows: bottom - top)
    let columns =
      switch state.overlay {
      case .interventions: InterventionsView.columns(of: size)
      case .diagnosis: DiagnosisView.columns(of: size)
      case nil, .help, .models: 0
      }
    noteBox = NoteBox.place(state, in: area)
    overlayColumns = noteBox == nil && size.columns - columns >= Frame.leastBesideOverlay ? columns : 0
    guard let noteBox else {
      main = area.inset(right: overlayColumns)
      return
    }
    main = noteBox.row == area.row ? area.inset(right: noteBox.columns) : area.inset(bottom: noteBox.rows)
  }
}
