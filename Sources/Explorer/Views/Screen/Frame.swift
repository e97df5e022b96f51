import Canvas

/// The rows of the screen: what is left out first when there are few of them.
struct Frame {
  let size: Size
  /// The program, the views, the model; or the prompt.
  let title: Int?
  let tokens: Int
  /// What the view shows, in a line.
  let explanation: Int?
  let main: Rect
  /// One line in words about what is marked.
  let detail: Int?
  /// One line about what the person's choices did to the numbers.
  let effect: Int?
  let status: Int
  let hints: Int

  static let smallest = Size(columns: 20, rows: 6)

  init(state: State, size: Size) {
    self.size = size
    let hasTitle = size.rows >= 8
    let hasDetail = size.rows >= 10
    title = hasTitle ? 0 : nil
    tokens = hasTitle ? 1 : 0
    hints = size.rows - 1
    status = size.rows - 2
    detail = hasDetail ? size.rows - 3 : nil
    effect = size.rows >= 20 && state.hasEffect ? size.rows - 4 : nil
    explanation = size.rows >= 20 ? tokens + 1 : nil
    let top = (explanation ?? tokens) + 1
    let bottom = effect ?? detail ?? status
    main = Rect(column: 0, row: top, columns: size.columns, rows: bottom - top)
  }
}
