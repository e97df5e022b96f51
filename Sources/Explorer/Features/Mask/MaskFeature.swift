/// The attention mask: which query may attend to which key.
enum MaskFeature: ViewFeature {
  static let title = "Mask"
  static let summary = "which query may attend to which key: the matrix S(query, key), and its 0 and 1"
  static let needs: Needs = [.oneSentence, .mask]
  static let marks: TokenMarks = [.query, .key]
  static func analyses(_ state: State) -> [Analysis] { state.readsMaskByRuns ? [Analysis(LayerMasksTask())] : [] }

  static func resolve(_ command: Command, _ state: State, on screen: any ScreenLayout) -> Resolution? {
    MaskControls(state: state).resolve(command)
  }
}
