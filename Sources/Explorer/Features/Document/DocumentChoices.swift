/// Whether the running text stands beside a head.
public struct DocumentChoices: FeatureChoices {
  /// Whether the text is shown.
  public var isShown = false

  /// Without the text.
  public init() {}
}

extension Exploration {
  /// About the running text beside a head.
  public var document: DocumentChoices {
    get { choices[DocumentChoices.self] }
    set { choices[DocumentChoices.self] = newValue }
  }
}
