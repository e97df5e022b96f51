import Activations
import Insights

/// What y is, with the words that belong to it. All texts are untrusted.
public enum AttributedNumber: Sendable, Equatable {
  /// A label of the prediction layer, and its probability.
  case label(String, probability: Double)
  /// A token of the vocabulary at a position of `[MASK]`.
  case token(String, position: Int)
  /// The cosine with another sentence; `isPutAside` where that is the one of the picture put aside.
  case cosine(String, isPutAside: Bool)
}

/// How a number y of the sentence on the screen follows from its attention: gradients of y with respect to everything that is
/// shown.
public struct Attribution: Sendable, Equatable {
  /// What was attributed.
  public let target: AttributionTarget
  /// The same in words.
  public let number: AttributedNumber
  /// y itself.
  public let value: Double
  /// What y can be for this sentence and this model.
  public let choices: [AttributionTarget]
  /// By layers: ∂y/∂α, [head, query, key]; 0 where a pair is blocked.
  public let gradients: [Tensor]
  /// [layer][head]: ∂y/∂ξ = Σ c ∘ ∂y/∂c for a gate ξ on the head, c its context.
  public let gates: [[Double]]
  /// By positions: Σ x ∘ ∂y/∂x, x the output of the embedding layer (hidden state 0).
  public let tokens: [Double]
  /// What α is of.
  private let layers: [LayerTrace]
  /// [layer][head]: the largest (α ∘ ∂y/∂α)⁺.
  public let largest: [[Float]]
  /// A power of ten: pictures show (α ∘ ∂y/∂α)⁺ times this, so that there are digits to be seen.
  public let unit: Float
  /// A cache for what was drawn of it.
  package let drawings = DrawingMemory()

  /// - Parameter layers: what was computed of the sentence; `gradients`, `gates` belong to it.
  public init(
    _ target: AttributionTarget, _ number: AttributedNumber, value: Double, choices: [AttributionTarget],
    layers: [LayerTrace], gradients: [Tensor], gates: [[Double]], tokens: [Double]
  ) {
    self.target = target
    self.number = number
    self.value = value
    self.choices = choices
    self.layers = layers
    self.gradients = gradients
    self.gates = gates
    self.tokens = tokens
    largest = zip(layers, gradients).map { layer, gradients in
      (0..<layer.heads).map { head in
        positiveProducts(layer.probabilities(head: head), gradients[slice: head]).largest()
      }
    }
    unit = Attribution.unit(for: largest.joined().filter(\.isFinite).max() ?? 0)
  }

  /// The smallest power of ten that brings a number to `least` or more; 1 where the number is 0.1 or more as it is.
  package static func unit(for number: Float, least: Float = 1) -> Float {
    var unit: Float = 1
    guard number > 0, number < 0.1 else { return unit }
    while number * unit < least, unit < 1e12 { unit *= 10 }
    return unit
  }

  /// Two are equal when they are the same one: what they hold follows.
  public static func == (a: Attribution, b: Attribution) -> Bool { a.drawings === b.drawings }

  private func holds(_ head: HeadIndex) -> Bool {
    gradients.indices.contains(head.layer) && layers.indices.contains(head.layer)
      && (0..<layers[head.layer].heads).contains(head.head)
  }

  /// (α ∘ ∂y/∂α)⁺ of a head in units of 1 / `unit`, [query, key]; nil where there is no such head.
  package func map(of head: HeadIndex) -> Tensor? {
    guard holds(head) else { return nil }
    return positiveProducts(
      layers[head.layer].probabilities(head: head.head), gradients[head.layer][slice: head.head], unit: unit)
  }

  /// α and ∂y/∂α of a pair; nil where there is none.
  package func pair(_ head: HeadIndex, query: Int, key: Int) -> (probability: Float, gradient: Float)? {
    guard holds(head) else { return nil }
    let probabilities = layers[head.layer].probabilities(head: head.head)
    guard (0..<probabilities.shape[0]).contains(query), (0..<probabilities.shape[1]).contains(key) else { return nil }
    return (probabilities[query, key], gradients[head.layer][head.head, query, key])
  }

  /// The largest number of all heads in a picture.
  package var largestOfAll: Float { (largest.joined().filter(\.isFinite).max() ?? 0) * unit }

  /// How much a head matters for y: |∂y/∂ξ|; nil where there is no such head.
  package func importance(of head: HeadIndex) -> Double? {
    guard gates.indices.contains(head.layer), gates[head.layer].indices.contains(head.head) else { return nil }
    return abs(gates[head.layer][head.head])
  }

  /// The same divided by the Euclidean norm of its layer's numbers; 0 in a layer of zeros.
  package func relativeImportance(of head: HeadIndex) -> Double? {
    importance(of: head).map { importance in
      let norm = gates[head.layer].reduce(0) { $0 + $1 * $1 }.squareRoot()
      return norm > 0 ? importance / norm : 0
    }
  }

  /// The relevance up to each layer, R in `RelevanceFlow`, or nothing where `isCancelled` said yes.
  package func relevance(upTo layer: Int, isCancelled: () -> Bool) -> RelevanceFlow? {
    RelevanceFlow(Array(layers.prefix(layer + 1)), gradients: gradients, isCancelled: isCancelled)
  }

  /// E_h[(α ∘ ∂y/∂α)⁺] of a layer, [query, key]; nil where there is no such layer.
  package func step(of layer: Int) -> Tensor? {
    guard layers.indices.contains(layer), gradients.indices.contains(layer) else { return nil }
    return layers[layer].meanPositiveProducts(gradients[layer])
  }
}
