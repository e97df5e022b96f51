/// What the view of the mask draws.
public enum MaskPicture: String, Sendable, CaseIterable {
  /// The scores by their names and the 0/1 grid, together.
  case both
  /// S(query, key)
  case names
  /// 1 where the query may attend to the key, 0 where it may not.
  case grid
}

/// What a person has chosen in the view of the mask.
public struct MaskSettings: FeatureChoices, Hashable {
  /// Whether the mask is drawn by names, as a 0/1 grid, or both.
  public var picture = MaskPicture.both
  /// The first query at the bottom, as in the lecture, or at the top.
  public var isBottomUp = true
  /// Leaves the special tokens that are not PAD out of the picture. It changes nothing in the computation.
  public var showsWordsOnly = false

  /// Both pictures of all tokens, with the first query at the bottom.
  public init() {}
}

extension Exploration {
  /// In the view of the mask.
  public var maskView: MaskSettings {
    get { choices[MaskSettings.self] }
    set { choices[MaskSettings.self] = newValue }
  }
}
