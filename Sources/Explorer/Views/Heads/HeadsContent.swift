import Canvas

/// A table of all heads with their numbers.
enum HeadsContent: ViewContent {
  static let title = "Heads"
  static let summary = "a table of all heads, to sort and to filter"

  static func explanation(_ state: State) -> [String] {
    let heads = state.model.layers * state.model.heads
    let ceiling = "entropy in nats, at most ln n; distance in positions; the others are shares of the attention"
    return [
      "A line for each head, means over its queries: \(ceiling). Numbers [head \(heads), column \(state.numberColumns.count)]",
      "A line for each head: \(ceiling).", "A line for each head: entropy in nats, distance in positions, shares.",
      "All heads in numbers",
    ]
  }

  static func showsTwoSentences(_ state: State) -> Bool { true }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    HeadsDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? {
    let rows = state.headRows
    let column = state.heads.column
    guard column != .place, column != .pattern, !rows.isEmpty else { return nil }
    return Legend(column: column, top: state.top(of: column, in: rows))
  }

  static func analyses(_ state: State) -> [Analysis] {
    [.statistics, .neighbours(of: state.likenessAnchor)] + (state.texts.count > 1 ? [.variability] : [])
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    HeadsView(state: state, appearance: appearance, area: area).draw(on: &canvas)
  }

  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    HeadsControls(state: state, appearance: appearance, area: area)
  }
}

extension Legend {
  /// The colours of a column of numbers.
  init(column: HeadColumn, top: Float) {
    let number = Words.fixed(Double(top), 2)
    self.init(low: "0", high: column == .entropy ? "\(number) = ln n" : "\(number) largest")
  }
}
