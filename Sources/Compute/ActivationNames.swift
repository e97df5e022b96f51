import KernelParameters

extension ActivationFunction {
  /// The activation function that a configuration calls `name`; nil where the name is not known.
  ///
  /// The names and what they mean are those of `ACT2FN` in Hugging Face's `transformers/activations.py`.
  public init?(named name: String) {
    guard let function = ActivationFunction.table[name] else { return nil }
    self = function
  }

  /// All known names, sorted.
  public static var names: [String] { table.keys.sorted() }

  private static let table: [String: ActivationFunction] = [
    "gelu": .gelu, "gelu_10": .gelu10, "gelu_accurate": .geluTanh, "gelu_fast": .geluTanh, "gelu_new": .geluTanh,
    "gelu_python": .gelu, "gelu_python_tanh": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "hardswish": .hardSwish,
    "leaky_relu": .leakyRelu, "linear": .identity, "mish": .mish, "quick_gelu": .quickGelu, "relu": .relu,
    "relu2": .reluSquared, "relu6": .relu6, "sigmoid": .sigmoid, "silu": .silu, "swish": .silu, "tanh": .tanh,
  ]
}
