import Glibc

/// The activation functions as Hugging Face's activations.py defines them, in double precision.
public func referenceActivation(_ name: String, _ x: Double) -> Double {
  let sigmoid = { (x: Double) in 1 / (1 + exp(-x)) }
  let gelu = { (x: Double) in x * 0.5 * (1 + erf(x / 2.0.squareRoot())) }
  let tanhGelu = { (x: Double) in 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) }
  switch name {
  case "gelu", "gelu_python": return gelu(x)
  case "gelu_10": return min(10, max(-10, gelu(x)))
  case "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate": return tanhGelu(x)
  case "gelu_fast": return 0.5 * x * (1 + tanh(x * 0.7978845608 * (1 + 0.044715 * x * x)))
  case "hardswish": return x * min(max(x + 3, 0), 6) / 6
  case "leaky_relu": return x < 0 ? 0.01 * x : x
  case "linear": return x
  case "mish": return x * tanh(log1p(exp(x)))
  case "quick_gelu": return x * sigmoid(1.702 * x)
  case "relu": return max(0, x)
  case "relu2": return max(0, x) * max(0, x)
  case "relu6": return min(6, max(0, x))
  case "sigmoid": return sigmoid(x)
  case "silu", "swish": return x * sigmoid(x)
  case "tanh": return tanh(x)
  default: return .nan
  }
}
