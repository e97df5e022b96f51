/// One head, token by token.
enum HeadFeature: ViewFeature {
  static let title = "Head"
  static let summary = "one head, token by token"
  static let marks: TokenMarks = [.query, .key]
  static func analyses(_ state: State) -> [Analysis] {
    state.farPairAnalyses + state.segmentAnalyses + state.likenessAnalyses + state.normAnalyses
      + state.attributionAnalyses
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    HeadControls(state: state, screen: screen).resolve(command)
  }
}
