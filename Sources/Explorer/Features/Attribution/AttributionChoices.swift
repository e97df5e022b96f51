import Activations

/// A number y that the model makes of the sentence, and that is attributed to its attention.
public enum AttributionTarget: Sendable, Hashable {
  /// The logit of a label of the prediction layer, by its id.
  case label(Int)
  /// The logit of a token, by its id in the vocabulary, at one of the `[MASK]` of the sentence, counted from 0.
  case token(Int, mask: Int)
  /// The cosine with the next sentence of the batch.
  case nextSentence
  /// The cosine with the sentence of the picture that was put aside.
  case putAside
}

/// What was chosen about attribution.
public struct AttributionChoices: FeatureChoices {
  /// Whether pictures show (α ∘ ∂y/∂α)⁺ instead of α.
  public var isOn = false
  /// What y is; nil for what the model predicts: its label, its token at `[MASK]`, or else the cosine of two sentences.
  public var target: AttributionTarget?

  /// α in all pictures, and y as the model predicts it.
  public init() {}
}

extension Exploration {
  /// About attribution.
  public var attribution: AttributionChoices {
    get { choices[AttributionChoices.self] }
    set { choices[AttributionChoices.self] = newValue }
  }

  /// Whether pictures show (α ∘ ∂y/∂α)⁺ instead of α, where the view has such pictures.
  package var showsAttribution: Bool { attribution.isOn && AttributionFeature.views.contains(view) }
}

/// Where attribution is to be seen.
enum AttributionFeature {
  /// The views with pictures of it; Heads has numbers that come of the same gradients.
  static let views: [ViewID] = [.grid, .head, .heads, .flow]
}
