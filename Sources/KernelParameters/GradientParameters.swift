/// Gradients with respect to what an activation function is applied to.
public struct ActivationGradients {
  /// [count]: what the function was applied to.
  public var x: UnsafePointer<Float>
  /// [count]: ∂L/∂f(x), which becomes ∂L/∂x.
  public var gradient: UnsafeMutablePointer<Float>
  /// How many numbers there are.
  public var count: Int

  /// Gradients of `count` numbers; see the properties.
  public init(x: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int) {
    self.x = x
    self.gradient = gradient
    self.count = count
  }
}

/// Gradients of a layer normalization with respect to its input: with n = (x - mean) / √(variance + ε) and g = weight · ∂L/∂y,
/// ∂L/∂x = (g - mean(g) - n · mean(g · n)) / √(variance + ε).
public struct LayerNormGradients {
  /// [rows, size]: what was normalized. It becomes n.
  public var x: UnsafeMutablePointer<Float>
  /// [rows, size]: ∂L/∂y.
  public var gradient: UnsafePointer<Float>
  /// [rows, size]: ∂L/∂x. May be the same memory as `gradient`, but then that is lost.
  public var result: UnsafeMutablePointer<Float>
  /// How many rows there are.
  public var rows: Int
  /// How many numbers a row has.
  public var size: Int
  /// [size]
  public var weight: UnsafePointer<Float>
  /// What was added to the variance (ε).
  public var epsilon: Float

  /// Gradients of some rows; see the properties.
  public init(
    x: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, result: UnsafeMutablePointer<Float>, rows: Int,
    size: Int, weight: UnsafePointer<Float>, epsilon: Float
  ) {
    self.x = x
    self.gradient = gradient
    self.result = result
    self.rows = rows
    self.size = size
    self.weight = weight
    self.epsilon = epsilon
  }
}

/// Gradients of a softmax with respect to its scores: p (∂L/∂p - Σ p · ∂L/∂p).
public struct SoftmaxGradients {
  /// [rows, keys]: p. It is exactly 0 where a key is blocked, and so is the gradient.
  public var probabilities: UnsafePointer<Float>
  /// [rows, keys]: ∂L/∂p, which becomes ∂L/∂score.
  public var gradient: UnsafeMutablePointer<Float>
  /// How many rows there are.
  public var rows: Int
  /// How many numbers a row has.
  public var keys: Int

  /// Gradients of some rows; see the properties.
  public init(probabilities: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, rows: Int, keys: Int) {
    self.probabilities = probabilities
    self.gradient = gradient
    self.rows = rows
    self.keys = keys
  }
}

/// A step of AdamW (Loshchilov & Hutter 2019) for some numbers:
/// m ← m + (1 - β₁)(g - m), v ← β₂ v + (1 - β₂) g², p ← decay · p - rate · m / (√v · scale + ε).
public struct AdamWStep {
  /// [count]: the parameters p.
  public var parameters: UnsafeMutablePointer<Float>
  /// [count]: the gradients g, before they are multiplied by `gradientScale`.
  public var gradients: UnsafePointer<Float>
  /// [count]: m, the mean of the gradients.
  public var means: UnsafeMutablePointer<Float>
  /// [count]: v, the mean of their squares.
  public var squares: UnsafeMutablePointer<Float>
  /// How many numbers there are.
  public var count: Int
  /// What gradients are multiplied by first: below 1 where they are clipped.
  public var gradientScale: Float
  /// β₁
  public var beta1: Float
  /// β₂
  public var beta2: Float
  /// The learning rate over 1 - β₁ᵗ.
  public var rate: Float
  /// 1 / √(1 - β₂ᵗ)
  public var squareScale: Float
  /// ε
  public var epsilon: Float
  /// 1 - learning rate · weight decay.
  public var decay: Float

  /// A step of some numbers; see the properties.
  public init(
    parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, means: UnsafeMutablePointer<Float>,
    squares: UnsafeMutablePointer<Float>, count: Int, gradientScale: Float, beta1: Float, beta2: Float, rate: Float,
    squareScale: Float, epsilon: Float, decay: Float
  ) {
    self.parameters = parameters
    self.gradients = gradients
    self.means = means
    self.squares = squares
    self.count = count
    self.gradientScale = gradientScale
    self.beta1 = beta1
    self.beta2 = beta2
    self.rate = rate
    self.squareScale = squareScale
    self.epsilon = epsilon
    self.decay = decay
  }
}
