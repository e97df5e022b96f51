import Activations

/// What a backward pass from one number y finds of one sentence.
struct OutputGradients<Real: BinaryFloatingPoint & Sendable> {
  /// y itself.
  var value: Double
  /// By layers, as they are applied: the attention probabilities α of this pass, [head, query, key].
  var attention: [Numbers<Real>]
  /// By layers: ∂y/∂α, [head, query, key]; 0 where a pair is blocked.
  var probabilities: [Numbers<Real>]
  /// [layer][head]: Σ c ∘ ∂y/∂c over positions and dimensions, c the head's context: ∂y/∂ξ for a gate ξ on the head.
  var gates: [[Double]]
  /// By positions: Σ x ∘ ∂y/∂x over dimensions, x the output of the embedding layer.
  var tokens: [Double]
  /// The last hidden state of this pass, [position, hidden].
  var lastHiddenState: Numbers<Real>
}

/// A number made of a last hidden state, [position, hidden], and its gradient of the same shape.
typealias OutputNumber<Real: BinaryFloatingPoint & Sendable> = (value: Double, gradient: Numbers<Real>)

extension Network {
  /// Differentiates a number of the only sentence of a batch.
  ///
  /// - Parameter output: makes the number of the last hidden state.
  func differentiate<A: Arithmetic>(
    _ batch: Batch, words: UnsafePointer<A.Real>, _ pass: Pass<A>,
    output: (Numbers<A.Real>) throws -> OutputNumber<A.Real>
  ) rethrows -> OutputGradients<A.Real> {
    let encoded = encode(batch, words: words, pass)
    let (value, gradient) = try output(encoded.output)
    let heads = architecture.heads
    let attention = encoded.layers.compactMap(\.attention.probabilities.first)
    var found = OutputGradients<A.Real>(
      value: value, attention: attention, probabilities: attention,
      gates: encoded.layers.map { _ in [Double](repeating: 0, count: heads) },
      tokens: [Double](repeating: 0, count: batch.rows), lastHiddenState: encoded.output)
    differentiate(
      encoded, gradient, batch, pass,
      observe: { layer, gradients in
        if let probabilities = gradients.probabilities.first { found.probabilities[layer] = probabilities }
        let context = encoded.layers[layer].attention.context
        for head in 0..<heads {
          found.gates[layer][head] = gateGradient(of: head, context, gradients.context, rows: 0..<batch.rows)
        }
      },
      observeInput: { gradient in
        let input = encoded.embeddings.output
        let size = input.count / max(1, batch.rows)
        for row in 0..<batch.rows { found.tokens[row] = input.products(with: gradient, from: row * size, count: size) }
      })
    return found
  }

  /// ∂y/∂ξ for a gate ξ on a head: Σ c ∘ ∂y/∂c over rows and the head's dimensions, c and ∂y/∂c being [row, hidden].
  func gateGradient<Real: BinaryFloatingPoint & Sendable>(
    of head: Int, _ context: Numbers<Real>, _ gradient: Numbers<Real>, rows: Range<Int>
  ) -> Double {
    let size = architecture.headSize
    return rows.reduce(0) { sum, row in
      sum + context.products(with: gradient, from: (row * architecture.heads + head) * size, count: size)
    }
  }
}

// MARK: - What y can be

extension ClassificationHead {
  /// The logit of a label of the only sentence of a batch.
  func logit<A: Arithmetic>(
    of label: Int, _ hidden: Numbers<A.Real>, _ batch: Batch, epsilon: Float, _ pass: Pass<A>
  ) -> OutputNumber<A.Real> {
    let record = forward(pool(hidden, batch, pass), sentences: 1, epsilon: epsilon, pass)
    let gradient = Numbers<A.Real>(labels, zeroed: true)
    gradient.pointer[label] = 1
    let pooled = backward(record, gradient, sentences: 1, epsilon: epsilon, pass)
    return (Double(record.logits.pointer[label]), poolGradient(pooled, batch, pass))
  }
}

extension MaskedLMTop {
  /// The logit of a token at a row.
  func logit<A: Arithmetic>(
    of token: Int, at row: Int, _ hidden: Numbers<A.Real>, of rows: Int, words: UnsafePointer<A.Real>, epsilon: Float,
    _ pass: Pass<A>
  ) -> OutputNumber<A.Real> {
    let record = forward(hidden, rows: [row], words: words, epsilon: epsilon, pass)
    let gradient = Numbers<A.Real>(vocabulary, zeroed: true)
    gradient.pointer[token] = 1
    return (
      Double(record.logits.pointer[token]),
      backward(record, gradient, rows: [row], of: rows, words: words, epsilon: epsilon, pass)
    )
  }
}

/// How the vector of a sentence is made of those of its tokens.
package enum SentencePooling: String, Sendable, Equatable {
  /// The mean over all tokens that are not PAD.
  case mean
  /// The first token's, `[CLS]`.
  case first

  /// Which positions count, and how much each of them does.
  func weights(_ attentionMask: [Bool]) -> [(position: Int, weight: Double)] {
    switch self {
    case .first: return attentionMask.isEmpty ? [] : [(attentionMask.firstIndex(of: true) ?? 0, 1)]
    case .mean:
      let real = attentionMask.indices.filter { attentionMask[$0] }
      return real.map { ($0, 1 / Double(real.count)) }
    }
  }

  /// The vector of a sentence, of a last hidden state, [position, hidden].
  package func vector(_ hidden: Tensor, _ attentionMask: [Bool]) -> [Double] {
    var vector = [Double](repeating: 0, count: hidden.shape[1])
    for (position, weight) in weights(attentionMask) {
      for i in vector.indices { vector[i] += weight * Double(hidden[position, i]) }
    }
    return vector
  }

  /// The cosine of a sentence's vector u with another vector v, which stays as it is:
  /// ∂y/∂u = (v / |v| - y u / |u|) / |u|. It is 0, and so is its gradient, where one of the two is 0.
  func cosine<Real: BinaryFloatingPoint & Sendable>(
    _ hidden: Numbers<Real>, _ attentionMask: [Bool], with other: [Double]
  ) -> OutputNumber<Real> {
    let size = other.count
    let weights = weights(attentionMask)
    var vector = [Double](repeating: 0, count: size)
    for (position, weight) in weights {
      for i in 0..<size { vector[i] += weight * Double(hidden.pointer[position * size + i]) }
    }
    func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let (a, b) = (length(vector), length(other))
    let gradient = Numbers<Real>(hidden.count, zeroed: true)
    guard a > 0, b > 0 else { return (0, gradient) }
    let value = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 } / (a * b)
    for (position, weight) in weights {
      for i in 0..<size {
        gradient.pointer[position * size + i] = Real(weight * (other[i] / b - value * vector[i] / a) / a)
      }
    }
    return (value, gradient)
  }
}
