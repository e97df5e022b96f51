/// An activation function: what is applied to every number between two dense layers.
public enum ActivationFunction: Sendable, Hashable, CaseIterable {
  case identity
  /// x Φ(x), by the error function (Hendrycks & Gimpel 2016).
  case gelu
  /// The same, at most 10 and at least -10.
  case gelu10
  /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))
  case geluTanh
  /// x σ(1.702 x)
  case quickGelu
  /// x σ(x)
  case silu
  case sigmoid
  case tanh
  /// x tanh(ln(1 + eˣ)) (Misra 2019)
  case mish
  case relu
  /// relu(x)²
  case reluSquared
  /// From 0 to 6.
  case relu6
  /// 0.01 x for what is negative.
  case leakyRelu
  /// x relu6(x + 3) / 6
  case hardSwish
}
