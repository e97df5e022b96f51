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
public struct MaskSettings: Sendable, Hashable {
  public var picture = MaskPicture.both
  /// The first query at the bottom, as in the lecture, or at the top.
  public var isBottomUp = true
  /// Leaves the special tokens that are not PAD out of the picture. It changes nothing in the computation.
  public var showsWordsOnly = false

  public init() {}
}

/// What can be done in the view of the mask.
public enum MaskViewAction: Sendable, Hashable {
  case picture(MaskPicture)
  case bottomUp(Bool)
  case wordsOnly(Bool)
}

extension State {
  mutating func perform(_ action: MaskViewAction) {
    switch action {
    case .picture(let picture): self.maskView.picture = picture
    case .bottomUp(let isBottomUp): self.maskView.isBottomUp = isBottomUp
    case .wordsOnly(let wordsOnly): self.maskView.showsWordsOnly = wordsOnly
    }
  }
}
