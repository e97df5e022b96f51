import Activations
import Insights

/// What reaches a token from which other, through the heads of a layer and through all layers.
enum FlowFeature: ViewFeature {
  static let title = "Flow"
  static let summary = "rollout: what arrives from where, through all layers"
  static let needs: Needs = [.oneSentence, .allRows]
  static let marks: TokenMarks = [.query]
  static func analyses(_ state: State) -> [Analysis] { state.attributionAnalyses + [state.flowAnalysis] }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    HeadControls(state: state, screen: screen).resolve(command)
  }
}
