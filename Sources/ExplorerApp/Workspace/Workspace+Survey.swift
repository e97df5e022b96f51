import Explorer

/// Surveys that are opened by their names.
extension Workspace {
  mutating func perform(_ control: SurveyControl) {
    switch control {
    case .openFile(let beside): tell(.entry(LineEntry(beside ? .secondSurvey : .survey)))
    }
  }

  /// Shows a survey that was opened, unless it is of other heads than those that there are.
  mutating func open(_ survey: OpenedSurvey, _ entry: LineEntry) {
    let beside = entry.kind == .secondSurvey
    if let obstacle = state.obstacle(to: survey, besides: beside ? state.shownSurvey?.first : nil) {
      return refuse(entry, obstacle)
    }
    let action = Action.survey(.open(survey.reference, beside: beside))
    record(.action(action))
    tell(.action(action))
  }
}
