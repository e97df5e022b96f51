/// A table of all heads with their numbers.
enum HeadsFeature: ViewFeature {
  static let title = "Heads"
  static let summary = "a table of all heads, to sort and to filter"
  static func showsTwoSentences(_ state: State) -> Bool { true }

  static func analyses(_ state: State) -> [Analysis] {
    [.statistics, .neighbours(of: state.likenessAnchor)] + state.pairAnalyses
      + (state.texts.count > 1 ? [.variability] : [])
      + state.attributionAnalyses
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    HeadsControls(state: state, screen: screen).resolve(command)
  }
}
