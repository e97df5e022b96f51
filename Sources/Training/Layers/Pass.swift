import Activations
import KernelParameters

/// One pass through a network, forward or backward: the parameters, what computes, and what is dropped.
struct Pass<A: Arithmetic> {
  typealias Real = A.Real

  let machine: Machine<A>
  /// The parameters, as the network's layout says.
  let values: UnsafePointer<Real>
  /// Where gradients go; nil on a pass that only goes forward.
  var gradients: Gradients<Real>?
  var dropout: Dropout?
  /// The heads that are switched off, and how; layers are counted as they are applied.
  var ablations: [HeadIndex: Ablation.Kind] = [:]

  var arithmetic: A { machine.arithmetic }

  // MARK: - Dense layers

  /// y = x Wᵀ + b: x is [rows, inputs], the result [rows, outputs].
  func dense(_ layer: DenseLayer, _ x: UnsafePointer<Real>, rows: Int) -> Numbers<Real> {
    let result = Numbers<Real>(rows * layer.outputs)
    machine.multiply(
      Matrix(x, stride: layer.inputs), rows: rows, inner: layer.inputs,
      by: Matrix(values + layer.weight, stride: layer.inputs), isTransposed: true, columns: layer.outputs,
      bias: layer.bias.map { values + $0 }, into: result.pointer, stride: layer.outputs)
    return result
  }

  /// Differentiates y = x Wᵀ + b: ∂L/∂W = (∂L/∂y)ᵀ x, ∂L/∂b = Σ rows of ∂L/∂y, and returns ∂L/∂x = ∂L/∂y W.
  ///
  /// `gradient`, ∂L/∂y, is [rows, outputs], its rows `stride` apart where that is given. `input` receives ∂L/∂x instead of a
  /// new block where there is one: then it is added.
  @discardableResult
  func denseGradient(
    _ layer: DenseLayer, x: UnsafePointer<Real>, _ gradient: UnsafePointer<Real>, rows: Int,
    addingTo input: Numbers<Real>? = nil, wantsInput: Bool = true
  ) -> Numbers<Real>? {
    if let gradients {
      if gradients.wants(layer.weightEntries) {
        let (transposed, stride) = machine.transpose(
          Matrix(gradient, stride: layer.outputs), rows: rows, columns: layer.outputs)
        machine.multiply(
          Matrix(transposed.pointer, stride: stride), rows: layer.outputs, inner: rows,
          by: Matrix(x, stride: layer.inputs),
          isTransposed: false, columns: layer.inputs, adds: gradients.claim(layer.weightEntries),
          into: gradients.numbers.pointer + layer.weight, stride: layer.inputs)
      }
      if let bias = layer.bias, gradients.wants(layer.biasEntries) {
        machine.sumColumns(
          gradient, rows: rows, columns: layer.outputs, adds: gradients.claim(layer.biasEntries),
          into: gradients.numbers.pointer + bias)
      }
    }
    guard wantsInput else { return nil }
    let result = input ?? Numbers<Real>(rows * layer.inputs)
    machine.multiply(
      Matrix(gradient, stride: layer.outputs), rows: rows, inner: layer.outputs,
      by: Matrix(values + layer.weight, stride: layer.inputs), isTransposed: false, columns: layer.inputs,
      adds: input != nil, into: result.pointer, stride: layer.inputs)
    return result
  }

  // MARK: - Norms

  /// y = (x - mean) / √(variance + ε) · weight + bias of rows of x.
  func norm(_ layer: NormLayer, _ x: UnsafePointer<Real>, rows: Int, epsilon: Float) -> Numbers<Real> {
    let (size, result) = (layer.size, Numbers<Real>(rows * layer.size))
    let zeros = layer.bias == nil ? Numbers<Real>(size, zeroed: true) : nil
    machine.forRows(rows, each: size) { part in
      let first = part.lowerBound * size
      arithmetic.normalize(
        x + first, into: result.pointer + first, rows: part.count, size: size, weight: values + layer.weight,
        bias: layer.bias.map { values + $0 } ?? UnsafePointer(zeros?.pointer ?? result.pointer), epsilon: epsilon)
    }
    return result
  }

  /// Differentiates a layer normalization with respect to x, weight and bias; returns ∂L/∂x. `x` does not survive it.
  func normGradient(
    _ layer: NormLayer, x: Numbers<Real>, _ gradient: UnsafePointer<Real>, rows: Int, epsilon: Float
  ) -> Numbers<Real> {
    let (size, result) = (layer.size, Numbers<Real>(rows * layer.size))
    machine.forRows(rows, each: size) { part in
      let first = part.lowerBound * size
      arithmetic.normalizeGradient(
        x.pointer + first, gradient: gradient + first, into: result.pointer + first, rows: part.count, size: size,
        weight: values + layer.weight, epsilon: epsilon)
    }
    if let gradients, gradients.wants(layer.entries) {
      let adds = gradients.claim(layer.entries)
      machine.sumColumns(
        gradient, times: x.pointer, rows: rows, columns: size, adds: adds,
        into: gradients.numbers.pointer + layer.weight)
      if let bias = layer.bias {
        machine.sumColumns(gradient, rows: rows, columns: size, adds: adds, into: gradients.numbers.pointer + bias)
      }
    }
    return result
  }

  // MARK: - Activation functions

  /// f(x), elementwise; x is [rows, size].
  func activate(_ function: ActivationFunction, _ x: Numbers<Real>, rows: Int) -> Numbers<Real> {
    let result = Numbers<Real>(x.count)
    let size = x.count / max(1, rows)
    machine.forRows(rows, each: size) { part in
      let (first, count) = (part.lowerBound * size, part.count * size)
      (result.pointer + first).update(from: x.pointer + first, count: count)
      arithmetic.activate(function, result.pointer + first, count: count)
    }
    return result
  }

  /// Differentiates f(x): `gradient` becomes ∂L/∂x.
  func activationGradient(
    _ function: ActivationFunction, x: Numbers<Real>, _ gradient: Numbers<Real>, rows: Int
  ) {
    let size = x.count / max(1, rows)
    machine.forRows(rows, each: size) { part in
      let (first, count) = (part.lowerBound * size, part.count * size)
      arithmetic.activationGradient(function, x.pointer + first, gradient: gradient.pointer + first, count: count)
    }
  }

  // MARK: - Dropout

  /// Drops some of `numbers`, or their gradients, as the place and the step say.
  func drop(_ numbers: Numbers<Real>, at place: DropoutPlace) {
    dropout?.apply(to: numbers.pointer, count: numbers.count, at: place, on: machine)
  }
}
