/// A table of all heads with their numbers.
enum HeadsFeature: ViewFeature {
  static let title = "Heads"
  static let summary = "a table of all heads, to sort and to filter"
  static func showsTwoSentences(_ state: State) -> Bool { true }

  static func analyses(_ state: State) -> [Analysis] {
    // Numbers of a corpus are in its file.
    switch state.surveyStatus {
    case .shown, .reading: return []
    case .none, .missing: break
    }
    return [.statistics, .neighbours(of: state.likenessAnchor)] + state.pairAnalyses
      + (state.texts.count > 1 ? [.variability] : [])
      + state.attributionAnalyses
  }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    switch state.surveyStatus {
    case .shown(let survey): SurveyControls(state: state, screen: screen, survey: survey).resolve(command)
    case .reading: command.isOfTable ? .awaiting : nil
    case .none, .missing: HeadsControls(state: state, screen: screen).resolve(command)
    }
  }
}

extension Command {
  /// Whether it moves about in what a view lists, or opens it.
  var isOfTable: Bool {
    switch self {
    case .moveLeft, .moveRight, .moveUp, .moveDown, .moveFirst, .moveLast, .movePageUp, .movePageDown, .open: true
    default: false
    }
  }
}
