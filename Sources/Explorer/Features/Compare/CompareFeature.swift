import Insights

/// The picture put aside, A, beside the one on the screen, B, and what changed between them.
enum CompareFeature: ViewFeature {
  static let title = "Compare"
  static let summary = "A, B and B - A: what a change did"
  static let marks: TokenMarks = [.query, .key]
  static func analyses(_ state: State) -> [Analysis] {
    guard let heads = state.comparedHeads else { return [] }
    let tokens = Analysis.headComparison(a: heads.a, b: heads.b)
    return state.compareMode == .tokens ? [tokens] : [.comparison, tokens]
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    CompareControls(state: state, screen: screen).resolve(command)
  }
}

extension State {
  /// The comparison of the two heads on the screen; nil while it is worked out, and where they cannot be compared.
  package var headComparison: HeadComparison? {
    guard failures[.pictureA] == nil, let heads = comparedHeads,
      let comparison = found(HeadComparisonTask(a: heads.a, b: heads.b))
    else { return nil }
    return comparison
  }

  /// Why there is no comparison, in words.
  package var incomparable: String? {
    guard let heads = comparedHeads else { return nil }
    if let reason = failures[.pictureA] { return "what was put aside: \(reason)" }
    for analysis in [Analysis.headComparison(a: heads.a, b: heads.b), .comparison] {
      if let reason = reason(against: analysis) { return reason }
    }
    return nil
  }

  /// How different all heads are, in the order that was chosen; empty while it is worked out.
  package var comparedHeadRows: [EncodingComparison.HeadDifference] {
    guard failures[.pictureA] == nil, let heads = found(ComparisonTask()) else { return [] }
    let rows = heads.flatMap(\.self)
    // Swift's sort is stable.
    switch exploration.compare.order {
    case .place: return rows
    case .cosine: return rows.sorted { ($0.closeness, -$0.change) < ($1.closeness, -$1.change) }
    case .largest: return rows.sorted { $0.change > $1.change }
    }
  }
}
