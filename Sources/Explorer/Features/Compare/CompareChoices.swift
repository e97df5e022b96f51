import Activations

/// What was chosen about the comparison with the picture put aside.
public struct CompareChoices: FeatureChoices {
  /// Whether two heads are compared token by token, or all heads of both; nil for the default: all heads where A is the model that
  /// an adapter changes.
  public var mode: CompareMode?
  /// What all heads are sorted by, where these are compared.
  public var order = CompareOrder.cosine
  /// Whether A stays at the head that it was put aside with, or shows the same head as B; nil for the default: it
  /// stays where nothing else differs.
  public var keepsHead: Bool?

  /// The default mode, the smallest cosine first, and the default head for A.
  public init() {}
}

extension Exploration {
  /// About the comparison with the picture put aside.
  public var compare: CompareChoices {
    get { choices[CompareChoices.self] }
    set { choices[CompareChoices.self] = newValue }
  }
}

/// What of the two pictures is compared: the tokens of two heads, or all heads.
public enum CompareMode: String, Sendable, CaseIterable {
  case tokens, heads
}

/// What comes first among all heads.
public enum CompareOrder: String, Sendable, CaseIterable {
  /// The heads whose maps have the smallest cosine.
  case cosine
  /// The heads with the largest difference of a single probability.
  case largest
  /// Layer by layer.
  case place
}

extension State {
  /// Whether there is anything to compare with: what was put aside, or else what was before training, or what an adapter changes.
  package var hasPictureA: Bool { exploration.pictureA != nil || untrainedModel != nil || comparedBase != nil }

  /// The model that the one on the screen, an adapter, changes, where it is A: nothing was put aside, and nothing is trained.
  package var comparedBase: AdaptedModel? {
    exploration.pictureA == nil && untrainedModel == nil && shownModel == loadedModel ? model.base : nil
  }

  /// Whether two heads are compared token by token, or all heads of both.
  package var compareMode: CompareMode { exploration.compare.mode ?? (comparedBase == nil ? .tokens : .heads) }

  /// Whether A is drawn at the head that it was put aside with.
  var keepsHeadOfA: Bool {
    guard exploration.pictureA != nil else { return false }
    if let keepsHead = exploration.compare.keepsHead { return keepsHead }
    return subject(of: .pictureA) == subject(of: .shown)
  }

  /// The heads that stand beside each other, A and B; nil where nothing was put aside.
  package var comparedHeads: (a: HeadIndex, b: HeadIndex)? {
    guard hasPictureA else { return nil }
    let head = keepsHeadOfA ? exploration.pictureA?.head ?? self.head : self.head
    guard let trace = results[.pictureA]?.encoding.trace else { return (head, self.head) }
    return (
      HeadIndex(
        layer: min(max(head.layer, 0), max(trace.layers.count - 1, 0)),
        head: min(max(head.head, 0), max(trace.heads - 1, 0))), self.head
    )
  }
}
