/// The screens of the explorer, in the order of their digits.
public enum ViewID: String, Sendable, CaseIterable {
  case grid, head, steps, mask, words, heads, flow, compare, train

  /// What the view is made of.
  var feature: any ViewFeature.Type {
    switch self {
    case .grid: GridFeature.self
    case .head: HeadFeature.self
    case .steps: StepsFeature.self
    case .mask: MaskFeature.self
    case .words: WordsFeature.self
    case .heads: HeadsFeature.self
    case .flow: FlowFeature.self
    case .compare: CompareFeature.self
    case .train: TrainingFeature.self
    }
  }

  /// What the view is called on the screen.
  public var title: String { feature.title }
  /// What of the crosshair it shows.
  public var marks: TokenMarks { feature.marks }
}
