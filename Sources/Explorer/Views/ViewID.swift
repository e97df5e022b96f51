/// The screens of the explorer, in the order of their digits.
public enum ViewID: String, Sendable, CaseIterable {
  case grid, head, steps, mask, words, heads, flow, compare

  /// What the view is made of.
  var content: any ViewContent.Type {
    switch self {
    case .grid: GridContent.self
    case .head: HeadContent.self
    case .steps: StepsContent.self
    case .mask: MaskContent.self
    case .words: WordsContent.self
    case .heads: HeadsContent.self
    case .flow: FlowContent.self
    case .compare: CompareContent.self
    }
  }

  public var title: String { content.title }
}
