import Compute

/// What an attention computed, and its backward pass needs.
struct AttentionRecord<Real: BinaryFloatingPoint & Sendable> {
  /// Queries, keys and values beside each other: [row, 3 · hidden].
  let fused: Numbers<Real>
  /// [head, query, key] for each sentence, before dropout.
  let probabilities: [Numbers<Real>]
  /// [row, hidden]
  let context: Numbers<Real>
}

/// Scaled dot-product attention of all heads within each sentence: P = softmax(scale · QKᵀ + bias), context = P V.
struct Attention<A: Arithmetic> {
  typealias Real = A.Real

  let pass: Pass<A>
  let batch: Batch
  /// Counted as layers are applied.
  let layer: Int
  let heads: Int
  let headSize: Int
  let scale: Real
  let visible: [VisibleKeys]

  private var hidden: Int { heads * headSize }
  private var stride: Int { 3 * hidden }
  private var arithmetic: A { pass.arithmetic }

  /// Memory for a panel's worth of columns at a time: [columns / width, inner, width].
  private func panels(inner: Int, columns: Int) -> Numbers<Real> {
    let width = arithmetic.panelColumns
    return Numbers((columns + width - 1) / width * width * inner)
  }

  /// c = scale · a B on the calling thread; see `Machine.multiply`.
  private func multiply(
    _ a: Matrix<Real>, rows: Int, inner: Int, by b: Matrix<Real>, isTransposed: Bool, columns: Int, scale: Real = 1,
    _ panels: Numbers<Real>, into c: UnsafeMutablePointer<Real>, stride cStride: Int
  ) {
    let width = arithmetic.panelColumns
    for first in Swift.stride(from: 0, to: columns, by: width) {
      let count = min(width, columns - first)
      arithmetic.pack(
        b.start + (isTransposed ? first * b.stride : first), stride: b.stride, isTransposed: isTransposed,
        inner: inner, columns: count, into: panels.pointer)
      arithmetic.multiply(
        PanelTimes(
          a: a.start, aStride: a.stride, rows: rows, inner: inner, panel: UnsafePointer(panels.pointer),
          columns: count, scale: scale, c: c + first, cStride: cStride))
    }
  }

  /// Calls `body` for each head of each sentence, on all threads.
  private func forHeads(_ body: (_ sentence: Int, _ head: Int) -> Void) {
    let work = batch.sentences.reduce(0) { $0 + $1.positions * $1.positions } * hidden
    pass.machine.team.forEach(batch.sentences.count * heads, alone: work < 16_384) { part, _ in
      body(part / heads, part % heads)
    }
  }

  /// `biases`: [head, query, key] for each sentence, added to the scaled scores.
  func forward(_ fused: Numbers<Real>, biases: [Numbers<Real>]?) -> AttentionRecord<Real> {
    let context = Numbers<Real>(batch.rows * hidden)
    let probabilities = batch.sentences.map { Numbers<Real>(heads * $0.positions * $0.positions) }
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let positions = sentence.positions
      let start = fused.pointer + sentence.rows.lowerBound * stride + head * headSize
      let scores = probabilities[index].pointer + head * positions * positions
      let panels = panels(inner: max(headSize, positions), columns: arithmetic.panelColumns)
      multiply(
        Matrix(start, stride: stride), rows: positions, inner: headSize, by: Matrix(start + hidden, stride: stride),
        isTransposed: true, columns: positions, scale: scale * arithmetic.scoreScale, panels, into: scores,
        stride: positions)
      arithmetic.softmax(
        scores, rows: 0..<positions, visible[index],
        bias: biases.map { UnsafePointer($0[index].pointer + head * positions * positions) })
    }
    let used = dropped(probabilities)
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let positions = sentence.positions
      let values = fused.pointer + sentence.rows.lowerBound * stride + 2 * hidden + head * headSize
      let panels = panels(inner: positions, columns: arithmetic.panelColumns)
      multiply(
        Matrix(used[index].pointer + head * positions * positions, stride: positions), rows: positions,
        inner: positions, by: Matrix(values, stride: stride), isTransposed: false, columns: headSize, panels,
        into: context.pointer + sentence.rows.lowerBound * hidden + head * headSize, stride: hidden)
    }
    return AttentionRecord(fused: fused, probabilities: probabilities, context: context)
  }

  /// The probabilities that values are weighted by.
  private func dropped(_ probabilities: [Numbers<Real>]) -> [Numbers<Real>] {
    guard pass.dropout != nil else { return probabilities }
    return probabilities.enumerated().map { index, numbers in
      let copy = numbers.copy()
      pass.drop(copy, at: .attention(layer: layer, sentence: index))
      return copy
    }
  }

  /// ∂L/∂P of every head, [head, query, key] for each sentence, from ∂L/∂context: ∂L/∂context Vᵀ.
  func probabilityGradients(_ record: AttentionRecord<Real>, _ gradient: Numbers<Real>) -> [Numbers<Real>] {
    let result = batch.sentences.map { Numbers<Real>(heads * $0.positions * $0.positions) }
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let positions = sentence.positions
      let values = record.fused.pointer + sentence.rows.lowerBound * stride + 2 * hidden + head * headSize
      multiply(
        Matrix(gradient.pointer + sentence.rows.lowerBound * hidden + head * headSize, stride: hidden),
        rows: positions, inner: headSize, by: Matrix(values, stride: stride), isTransposed: true, columns: positions,
        panels(inner: headSize, columns: arithmetic.panelColumns),
        into: result[index].pointer + head * positions * positions, stride: positions)
    }
    for (index, numbers) in result.enumerated() { pass.drop(numbers, at: .attention(layer: layer, sentence: index)) }
    return result
  }

  /// Differentiates P = softmax(S), S = scale · QKᵀ + bias, context = P V:
  /// ∂L/∂V = Pᵀ ∂L/∂context, ∂L/∂S = P ∘ (∂L/∂P - Σ P ∘ ∂L/∂P), ∂L/∂Q = scale · ∂L/∂S K, ∂L/∂K = scale · (∂L/∂S)ᵀ Q.
  ///
  /// `gradient` is ∂L/∂context. Returns the gradient of queries, keys and values, [row, 3 · hidden], and that of the scores,
  /// [head, query, key] for each sentence, which is also the bias'.
  func backward(
    _ record: AttentionRecord<Real>, _ gradient: Numbers<Real>, _ probabilityGradients: [Numbers<Real>]
  ) -> (fused: Numbers<Real>, scores: [Numbers<Real>]) {
    let result = Numbers<Real>(batch.rows * stride)
    let used = dropped(record.probabilities)
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let (positions, row) = (sentence.positions, sentence.rows.lowerBound)
      let matrix = head * positions * positions
      let inputs = record.fused.pointer + row * stride + head * headSize
      let target = result.pointer + row * stride + head * headSize
      let panels = panels(inner: positions, columns: arithmetic.panelColumns)
      let transposed = Numbers<Real>(positions * positions)

      func transpose(_ source: UnsafePointer<Real>) {
        for query in 0..<positions {
          for key in 0..<positions { transposed.pointer[key * positions + query] = source[query * positions + key] }
        }
      }
      transpose(UnsafePointer(used[index].pointer + matrix))
      multiply(
        Matrix(transposed.pointer, stride: positions), rows: positions, inner: positions,
        by: Matrix(gradient.pointer + row * hidden + head * headSize, stride: hidden), isTransposed: false,
        columns: headSize, panels, into: target + 2 * hidden, stride: stride)
      let scores = probabilityGradients[index].pointer + matrix
      arithmetic.softmaxGradient(
        scores, probabilities: UnsafePointer(record.probabilities[index].pointer + matrix), rows: positions,
        keys: positions)
      multiply(
        Matrix(scores, stride: positions), rows: positions, inner: positions,
        by: Matrix(inputs + hidden, stride: stride), isTransposed: false, columns: headSize, scale: scale, panels,
        into: target, stride: stride)
      transpose(UnsafePointer(scores))
      multiply(
        Matrix(transposed.pointer, stride: positions), rows: positions, inner: positions,
        by: Matrix(inputs, stride: stride), isTransposed: false, columns: headSize, scale: scale, panels,
        into: target + hidden, stride: stride)
    }
    return (result, probabilityGradients)
  }
}
