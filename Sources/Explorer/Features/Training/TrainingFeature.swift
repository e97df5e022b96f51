/// Training: fine-tuning, or only a prediction layer, and which heads change.
enum TrainingFeature: ViewFeature {
  static let title = "Train"
  static let summary = "fine-tune, or only a prediction layer: which heads change"
  static let needs: Needs = .model

  static func analyses(_ state: State) -> [Analysis] { state.learning?.snapshot == nil ? [] : [.headChanges] }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    switch command {
    case .moveLeft: state.resolution(layers: 0, heads: -1)
    case .moveRight: state.resolution(layers: 0, heads: 1)
    case .moveUp: state.resolution(layers: -1, heads: 0)
    case .moveDown: state.resolution(layers: 1, heads: 0)
    case .moveFirst: state.resolution(layers: 0, heads: -state.head.head)
    case .moveLast: state.resolution(layers: 0, heads: state.model.heads - 1 - state.head.head)
    case .movePageUp: state.resolution(layers: -state.head.layer, heads: 0)
    case .movePageDown: state.resolution(layers: state.model.layers - 1 - state.head.layer, heads: 0)
    case .open: TrainingKeys(state: state).open
    default: nil
    }
  }
}
