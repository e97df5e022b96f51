import KernelParameters

/// DeBERTa's convolution after the first layer: y = norm(f(conv(x)) + residual), where x is the embeddings and `residual` the
/// first layer's output.
struct Convolution: Sendable {
  let plan: ConvolutionPlan
  /// [hidden, hidden / groups, kernel]
  let weight: ParameterTable
  let bias: ParameterTable
  let norm: NormLayer

  struct Record<Real: BinaryFloatingPoint & Sendable> {
    /// [row, kernel · hidden]: each row beside its neighbours.
    let window: Numbers<Real>
    /// [hidden, kernel · hidden]: the weights as a product wants them.
    let weights: Numbers<Real>
    /// Before the activation function, [row, hidden].
    let convolved: Numbers<Real>
    /// Before the norm.
    let sum: Numbers<Real>
  }

  private var hidden: Int { norm.size }

  /// The index in `weights` and in the stored tensor of each of its numbers.
  private func forWeights(_ body: (_ index: Int, _ stored: Int) -> Void) {
    let inputs = hidden / plan.groups
    for output in 0..<hidden {
      let first = output / inputs * inputs
      for input in 0..<inputs {
        for offset in 0..<plan.kernel {
          body(
            (output * plan.kernel + offset) * hidden + first + input, (output * inputs + input) * plan.kernel + offset)
        }
      }
    }
  }

  /// The row that a place in the window of `row` holds; nil beyond the sentence.
  private func source(_ row: Int, _ offset: Int, _ sentence: Batch.Sentence) -> Int? {
    let source = row + offset - plan.kernel / 2
    return sentence.rows.contains(source) ? source : nil
  }

  func forward<A: Arithmetic>(
    _ x: Numbers<A.Real>, adding residual: Numbers<A.Real>, _ batch: Batch, epsilon: Float, _ pass: Pass<A>
  ) -> (Numbers<A.Real>, Record<A.Real>) {
    let (rows, kernel) = (batch.rows, plan.kernel)
    let window = Numbers<A.Real>(rows * kernel * hidden, zeroed: true)
    for sentence in batch.sentences {
      for row in sentence.rows {
        for offset in 0..<kernel {
          guard let source = source(row, offset, sentence) else { continue }
          (window.pointer + (row * kernel + offset) * hidden).update(from: x.pointer + source * hidden, count: hidden)
        }
      }
    }
    let weights = Numbers<A.Real>(hidden * kernel * hidden, zeroed: true)
    forWeights { weights.pointer[$0] = pass.values[weight.offset + $1] }
    let convolved = Numbers<A.Real>(rows * hidden)
    pass.machine.multiply(
      Matrix(window.pointer, stride: kernel * hidden), rows: rows, inner: kernel * hidden,
      by: Matrix(weights.pointer, stride: kernel * hidden), isTransposed: true, columns: hidden,
      bias: pass.values + bias.offset, into: convolved.pointer, stride: hidden)
    let sum = pass.activate(plan.activation, convolved, rows: rows)
    pass.machine.add(residual.pointer, to: sum.pointer, rows: rows, size: hidden)
    let result = pass.norm(norm, sum.pointer, rows: rows, epsilon: epsilon)
    return (result, Record(window: window, weights: weights, convolved: convolved, sum: sum))
  }

  /// Differentiates it: returns ∂L/∂residual, and adds ∂L/∂x to `x`.
  func backward<A: Arithmetic>(
    _ record: Record<A.Real>, _ gradient: Numbers<A.Real>, addingTo x: Numbers<A.Real>, _ batch: Batch,
    epsilon: Float, _ pass: Pass<A>
  ) -> Numbers<A.Real> {
    let (rows, kernel) = (batch.rows, plan.kernel)
    let residual = pass.normGradient(norm, x: record.sum, gradient.pointer, rows: rows, epsilon: epsilon)
    let inner = residual.copy()
    pass.activationGradient(plan.activation, x: record.convolved, inner, rows: rows)
    if let gradients = pass.gradients, gradients.wants(weight.entry..<weight.entry + 1) {
      gradients.prepare(weight.entry)
      gradients.prepare(bias.entry)
      pass.machine.sumColumns(
        inner.pointer, rows: rows, columns: hidden, adds: true, into: gradients.numbers.pointer + bias.offset)
      let (transposed, stride) = pass.machine.transpose(
        Matrix(inner.pointer, stride: hidden), rows: rows, columns: hidden)
      let weights = Numbers<A.Real>(hidden * kernel * hidden)
      pass.machine.multiply(
        Matrix(transposed.pointer, stride: stride), rows: hidden, inner: rows,
        by: Matrix(record.window.pointer, stride: kernel * hidden), isTransposed: false, columns: kernel * hidden,
        into: weights.pointer, stride: kernel * hidden)
      forWeights { gradients.numbers.pointer[weight.offset + $1] += weights.pointer[$0] }
    }
    let window = Numbers<A.Real>(rows * kernel * hidden)
    pass.machine.multiply(
      Matrix(inner.pointer, stride: hidden), rows: rows, inner: hidden,
      by: Matrix(record.weights.pointer, stride: kernel * hidden), isTransposed: false, columns: kernel * hidden,
      into: window.pointer, stride: kernel * hidden)
    for sentence in batch.sentences {
      for row in sentence.rows {
        for offset in 0..<kernel {
          guard let source = source(row, offset, sentence) else { continue }
          let part = window.pointer + (row * kernel + offset) * hidden
          for i in 0..<hidden { x.pointer[source * hidden + i] += part[i] }
        }
      }
    }
    return residual
  }
}
