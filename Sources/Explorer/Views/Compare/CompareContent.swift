import Canvas
import Insights

/// The picture put aside, A, beside the one on the screen, B, and what changed between them.
enum CompareContent: ViewContent {
  static let title = "Compare"
  static let summary = "A, B and B - A: what a change did"
  static let marks: TokenMarks = [.query, .key]

  static func explanation(_ state: State) -> [String] {
    guard state.reference != nil else {
      return ["Two pictures side by side: one that is put aside, and what becomes of it.", "Two pictures side by side"]
    }
    let (layers, heads, tokens) = (state.model.layers, state.model.heads, state.positions)
    switch state.compare.mode {
    case .tokens:
      return [
        "A was put aside, B is the present picture: queries down, keys across; B - A is what each pair got more or less. "
          + "Probabilities [query \(tokens), key \(tokens)]",
        "A was put aside, B is the present picture, B - A what each pair got more or less.",
        "A put aside, B now, B - A the change",
      ]
    case .heads:
      return [
        "How like B every head of A is: the cosine of the two maps (1 = the same), and the largest change of a probability. "
          + "Numbers [layer \(layers), head \(heads)]",
        "How like B every head of A is: cosine of the two maps, and the largest change.", "All heads of A and B",
      ]
    }
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    CompareDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? {
    guard state.compare.mode == .tokens, let comparison = state.headComparison else { return nil }
    let top = Words.difference(comparison.top)
    return Legend(low: "-\(top)", high: "+\(top)", isDiverging: true)
  }

  static func analyses(_ state: State) -> [Analysis] {
    guard let heads = state.comparedHeads else { return [] }
    let tokens = Analysis.headComparison(a: heads.a, b: heads.b)
    return state.compare.mode == .tokens ? [tokens] : [.comparison, tokens]
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    guard state.reference != nil else { return drawInvitation(appearance, in: area, on: &canvas) }
    guard state.results[.reference] != nil, state.computation != nil else {
      canvas.draw(
        state.failure == nil ? "computing" + Signs(appearance).ellipsis : "", column: area.column, row: area.row,
        style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    switch state.compare.mode {
    case .tokens: CompareTokensView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    case .heads: CompareHeadsView(state: state, appearance: appearance, area: area).draw(on: &canvas)
    }
  }

  /// What to do where there is nothing to compare with.
  private static func drawInvitation(_ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    let lines = [
      "Nothing is put aside yet.", "1. Press b: the present picture becomes A.",
      "2. Change anything: p padding, m mask, i sentence, M model, J K layer, H L head.",
      "3. See here what became of it: A, B, and B - A.",
    ]
    for (row, line) in lines.enumerated() where row < area.rows {
      canvas.draw(
        Words.cut(line, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row + row,
        style: Style(attributes: row == 0 ? .bold : []), glyphs: appearance.glyphs)
    }
  }

  static func controls(_ state: State, _ appearance: Appearance, in area: Rect) -> any ViewControls {
    CompareControls(state: state, appearance: appearance, area: area)
  }
}

extension State {
  /// The comparison of the two heads on the screen; nil while it is worked out, and where they cannot be compared.
  var headComparison: HeadComparison? {
    guard failures[.reference] == nil, let heads = comparedHeads,
      case .headComparison(let comparison)? = findings(.headComparison(a: heads.a, b: heads.b))
    else { return nil }
    return comparison
  }

  /// Why there is no comparison, in words.
  var incomparable: String? {
    guard let heads = comparedHeads else { return nil }
    if let reason = failures[.reference] { return "what was put aside: \(reason)" }
    for analysis in [Analysis.headComparison(a: heads.a, b: heads.b), .comparison] {
      switch findings(analysis) {
      case .incomparable(let reason)?, .unavailable(let reason)?: return reason
      default: continue
      }
    }
    return nil
  }

  /// How different all heads are, in the order that was chosen; empty while it is worked out.
  var comparedHeadRows: [EncodingComparison.HeadDifference] {
    guard failures[.reference] == nil, case .comparison(let heads)? = findings(.comparison) else { return [] }
    let rows = heads.flatMap(\.self)
    // Swift's sort is stable.
    switch exploration.compare.order {
    case .place: return rows
    case .cosine: return rows.sorted { ($0.closeness, -$0.change) < ($1.closeness, -$1.change) }
    case .largest: return rows.sorted { $0.change > $1.change }
    }
  }
}
