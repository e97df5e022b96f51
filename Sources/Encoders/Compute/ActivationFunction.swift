import COneDNN

/// An activation function of the feed-forward layer, by the name that configurations use.
///
/// The names and what they mean are those of `ACT2FN` in Hugging Face's `transformers/activations.py`.
struct ActivationFunction: Sendable, Hashable {
  /// Where it stands in the table.
  private let index: Int

  /// What oneDNN does to each number, one after the other.
  struct Step {
    let algorithm: dnnl_alg_kind_t
    var alpha: Float = 0
    var beta: Float = 0
  }

  static let identity = ActivationFunction(index: table.firstIndex { $0.steps.isEmpty } ?? 0)

  static let gelu = ActivationFunction(index: table.firstIndex { $0.name == "gelu" } ?? 0)

  private init(index: Int) { self.index = index }

  /// nil where the name is not known.
  init?(named name: String) {
    guard let index = ActivationFunction.table.firstIndex(where: { $0.name == name }) else { return nil }
    self.index = index
  }

  var name: String { ActivationFunction.table[index].name }
  var steps: [Step] { ActivationFunction.table[index].steps }

  /// Whether it is the GELU that is defined by the error function.
  var isGelu: Bool { steps.count == 1 && steps[0].algorithm == dnnl_eltwise_gelu_erf }

  static var names: [String] { table.map(\.name) }

  private static let table: [(name: String, steps: [Step])] = {
    let geluErf = Step(algorithm: dnnl_eltwise_gelu_erf)
    let geluTanh = Step(algorithm: dnnl_eltwise_gelu_tanh)
    let swish = Step(algorithm: dnnl_eltwise_swish, alpha: 1)
    let relu = Step(algorithm: dnnl_eltwise_relu)
    return [
      ("gelu", [geluErf]),
      ("gelu_10", [geluErf, Step(algorithm: dnnl_eltwise_clip, alpha: -10, beta: 10)]),
      ("gelu_accurate", [geluTanh]),
      ("gelu_fast", [geluTanh]),
      ("gelu_new", [geluTanh]),
      ("gelu_python", [geluErf]),
      ("gelu_python_tanh", [geluTanh]),
      ("gelu_pytorch_tanh", [geluTanh]),
      ("hardswish", [Step(algorithm: dnnl_eltwise_hardswish)]),
      ("leaky_relu", [Step(algorithm: dnnl_eltwise_relu, alpha: 0.01)]),
      ("linear", []),
      ("mish", [Step(algorithm: dnnl_eltwise_mish)]),
      ("quick_gelu", [Step(algorithm: dnnl_eltwise_swish, alpha: 1.702)]),
      ("relu", [relu]),
      ("relu2", [relu, Step(algorithm: dnnl_eltwise_square)]),
      ("relu6", [Step(algorithm: dnnl_eltwise_clip, alpha: 0, beta: 6)]),
      ("sigmoid", [Step(algorithm: dnnl_eltwise_logistic)]),
      ("silu", [swish]),
      ("swish", [swish]),
      ("tanh", [Step(algorithm: dnnl_eltwise_tanh)]),
    ]
  }()
}
