import Insights

/// The picture put aside, A, beside the one on the screen, B, and what changed between them.
enum CompareFeature: ViewFeature {
  static let title = "Compare"
  static let summary = "A, B and B - A: what a change did"
  static let marks: TokenMarks = [.query, .key]
  static func analyses(_ state: State) -> [Analysis] {
    guard let heads = state.comparedHeads else { return [] }
    let tokens = Analysis.headComparison(a: heads.a, b: heads.b)
    guard state.compareMode == .heads else { return [tokens] }
    return state.comparesByLayer ? [tokens] + state.layerComparisons : state.layerComparisons + [tokens]
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
    for analysis in [Analysis.headComparison(a: heads.a, b: heads.b)] + layerComparisons {
      if let reason = reason(against: analysis) { return reason }
    }
    return nil
  }

  /// Whether heads are compared layer by layer, because rows of one of both pictures are computed again for it.
  var comparesByLayer: Bool {
    [Slot.shown, .pictureA].contains { results[$0]?.encoding.trace.computesRows == true }
  }

  /// What compares all heads.
  fileprivate var layerComparisons: [Analysis] {
    guard comparesByLayer else { return [.comparison] }
    // The layer on the screen comes first.
    let layers = Array(0..<model.layers)
    return (layers.filter { $0 == head.layer } + layers.filter { $0 != head.layer }).map {
      Analysis(LayerComparisonTask(layer: $0))
    }
  }

  /// How many layers have been compared, where they are compared one by one and not all have been; else nil.
  package var layersCompared: Int? {
    guard comparesByLayer else { return nil }
    let count = (0..<model.layers).count { found(LayerComparisonTask(layer: $0)) != nil }
    return count < model.layers ? count : nil
  }

  /// What still has to be compared before all heads are; nil where nothing has.
  var awaitedComparison: Analysis? { layerComparisons.first { findings($0) == nil } }

  /// How different all heads are, in the order that was chosen: those that have been compared.
  package var comparedHeadRows: [EncodingComparison.HeadDifference] {
    guard failures[.pictureA] == nil else { return [] }
    let rows =
      comparesByLayer
      ? (0..<model.layers).flatMap { found(LayerComparisonTask(layer: $0)) ?? [] }
      : found(ComparisonTask())?.flatMap(\.self) ?? []
    // Swift's sort is stable.
    switch exploration.compare.order {
    case .place: return rows
    case .cosine: return rows.sorted { ($0.closeness, -$0.change) < ($1.closeness, -$1.change) }
    case .largest: return rows.sorted { $0.change > $1.change }
    }
  }
}
