/// All heads of all layers.
enum GridFeature: ViewFeature {
  static let title = "Grid"
  static let summary = "all layers and heads"
  /// Only variability needs another sentence.
  static func showsTwoSentences(_ state: State) -> Bool { state.heads.gridColumn == .variability }

  static func analyses(_ state: State) -> [Analysis] {
    if state.gridSurvey != nil { return [] }
    var analyses: [Analysis] = []
    if state.heads.gridColumn != nil { analyses.append(.statistics) }
    if state.heads.gridColumn == .variability { analyses.append(.variability) }
    if state.heads.gridColumn?.isOfPair == true { analyses += state.pairAnalyses }
    return analyses + state.likenessAnalyses + state.normAnalyses + state.attributionAnalyses
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    if state.gridSurvey != nil { return SurveyGridControls(state: state, screen: screen).resolve(command) }
    return state.heads.gridColumn == nil
      ? GridControls(state: state).resolve(command)
      : NumberGridControls(state: state, screen: screen).resolve(command)
  }
}
