import Compute
import Encoders

/// DeBERTa's comparison of contents with relative positions: with r = query - key,
/// bias[query, key] = scale · (q · K_r + k · Q_r), where K and Q are projections of the embeddings R of relative positions.
struct DisentangledBias: Sendable {
  let plan: DisentangledPlan
  /// R, [2 · span, hidden]
  let embeddings: ParameterTable
  let norm: NormLayer?
  /// What projects R in each layer, in the order of the layers' parameters: to keys, and to queries.
  let keys: [DenseLayer]
  let queries: [DenseLayer]

  /// R of a pass, normalized where it is.
  struct Embedded<Real: BinaryFloatingPoint & Sendable> {
    /// [2 · span, hidden]
    let values: Numbers<Real>
    /// ∂L/∂values, which layers add to.
    let gradient: Numbers<Real>
  }

  /// A layer's projections of R, [2 · span, hidden] each; nil where a comparison is not made.
  struct Projected<Real: BinaryFloatingPoint & Sendable> {
    let keys: Numbers<Real>?
    let queries: Numbers<Real>?
  }

  private var rows: Int { 2 * plan.span }

  func embed<A: Arithmetic>(epsilon: Float, _ pass: Pass<A>) -> Embedded<A.Real> {
    let hidden = embeddings.shape[1]
    let start = pass.values + embeddings.offset
    let values: Numbers<A.Real>
    if let norm {
      values = pass.norm(norm, start, rows: rows, epsilon: epsilon)
    } else {
      values = Numbers(rows * hidden)
      values.pointer.update(from: start, count: rows * hidden)
    }
    return Embedded(values: values, gradient: Numbers(pass.gradients == nil ? 0 : rows * hidden, zeroed: true))
  }

  func project<A: Arithmetic>(layer: Int, _ embedded: Embedded<A.Real>, _ pass: Pass<A>) -> Projected<A.Real> {
    Projected(
      keys: plan.comparesKeys ? pass.dense(keys[layer], embedded.values.pointer, rows: rows) : nil,
      queries: plan.comparesQueries ? pass.dense(queries[layer], embedded.values.pointer, rows: rows) : nil)
  }

  /// [head, query, key] for each sentence. `fused` holds queries, keys and values, [row, 3 · hidden].
  func values<A: Arithmetic>(
    _ projected: Projected<A.Real>, _ fused: Numbers<A.Real>, _ batch: Batch, heads: Int, headSize: Int,
    scale: A.Real, _ pass: Pass<A>
  ) -> [Numbers<A.Real>] {
    let hidden = heads * headSize
    return batch.sentences.map { sentence in
      let positions = sentence.positions
      let places = places(positions)
      let result = Numbers<A.Real>(heads * positions * positions, zeroed: true)
      pass.machine.team.forEach(heads) { head, _ in
        let start = fused.pointer + sentence.rows.lowerBound * 3 * hidden + head * headSize
        for (part, relative) in [(0, projected.keys), (1, projected.queries)] {
          guard let relative else { continue }
          for query in 0..<positions {
            for key in 0..<positions {
              let content = start + (part == 0 ? query : key) * 3 * hidden + part * hidden
              let position = relative.pointer + places[query - key + positions - 1] * hidden + head * headSize
              var sum: A.Real = 0
              for i in 0..<headSize { sum += content[i] * position[i] }
              result.pointer[(head * positions + query) * positions + key] += scale * sum
            }
          }
        }
      }
      return result
    }
  }

  /// Differentiates it: adds to the gradient of queries and keys in `fused`, and through the projections to those of R and of
  /// the projections' parameters. `scores` is ∂L/∂score, [head, query, key] for each sentence.
  func addGradients<A: Arithmetic>(
    layer: Int, _ embedded: Embedded<A.Real>, _ projected: Projected<A.Real>, scores: [Numbers<A.Real>],
    _ fused: Numbers<A.Real>, fusedGradient: Numbers<A.Real>, _ batch: Batch, heads: Int, headSize: Int,
    scale: A.Real, _ pass: Pass<A>
  ) {
    let hidden = heads * headSize
    for (part, relative) in [(0, projected.keys), (1, projected.queries)] {
      guard let relative else { continue }
      let relativeGradient = Numbers<A.Real>(rows * hidden, zeroed: true)
      // A head at a time on each thread: sentences then add in their order.
      pass.machine.team.forEach(heads) { head, _ in
        for (sentence, scores) in zip(batch.sentences, scores) {
          let positions = sentence.positions
          let places = places(positions)
          let first = sentence.rows.lowerBound * 3 * hidden + part * hidden + head * headSize
          for query in 0..<positions {
            for key in 0..<positions {
              let weight = scale * scores.pointer[(head * positions + query) * positions + key]
              guard weight != 0 else { continue }
              let row = first + (part == 0 ? query : key) * 3 * hidden
              let place = places[query - key + positions - 1] * hidden + head * headSize
              for i in 0..<headSize {
                fusedGradient.pointer[row + i] += weight * relative.pointer[place + i]
                relativeGradient.pointer[place + i] += weight * fused.pointer[row + i]
              }
            }
          }
        }
      }
      pass.denseGradient(
        part == 0 ? keys[layer] : queries[layer], x: embedded.values.pointer, relativeGradient.pointer, rows: rows,
        addingTo: embedded.gradient)
    }
  }

  /// Differentiates the embeddings themselves, after all layers.
  func finishGradients<A: Arithmetic>(_ embedded: Embedded<A.Real>, epsilon: Float, _ pass: Pass<A>) {
    guard let gradients = pass.gradients, gradients.wants(embeddings.entry..<embeddings.entry + 1) else { return }
    let count = rows * embeddings.shape[1]
    var gradient = embedded.gradient
    if let norm {
      let x = Numbers<A.Real>(count)
      x.pointer.update(from: pass.values + embeddings.offset, count: count)
      gradient = pass.normGradient(norm, x: x, gradient.pointer, rows: rows, epsilon: epsilon)
    }
    gradients.prepare(embeddings.entry)
    pass.machine.add(
      gradient.pointer, to: gradients.numbers.pointer + embeddings.offset, rows: rows, size: embeddings.shape[1])
  }

  /// The row of R for each distance query - key from -(positions - 1) on.
  private func places(_ positions: Int) -> [Int] {
    (1 - positions..<positions).map { distance in
      let bucket =
        plan.buckets > 0
        ? DisentangledAttention.bucket(
          queryMinusKey: distance, buckets: plan.buckets, largestPosition: plan.largestPosition) : distance
      return min(max(bucket + plan.span, 0), rows - 1)
    }
  }
}
