import UserInput

/// What a key can mean to the list of models.
enum ModelChoiceCommand: FeatureCommand {
  case open, choose

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    switch self {
    case .open: return .action(.openModels)
    case .choose:
      if state.awaitsModels { return .awaiting }
      guard case .models(let marked) = state.overlay, !state.models.isEmpty else { return .ignored }
      let model = state.models[state.markedModel(marked)]
      if let obstacle = model.obstacle { return .refused(obstacle) }
      return .action(.loadModel(model.reference))
    }
  }
}

extension Command {
  static func models(_ command: ModelChoiceCommand) -> Command { .feature(command) }
}
