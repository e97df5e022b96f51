import Activations
import Compute

/// Queries, keys and values, or their gradients.
///
/// They stand beside each other, [row, 3 · hidden]. Where only the first query of each sentence is wanted, as in the last layer
/// of a classifier that looks at the first token, queries are apart: [sentence, hidden], and keys and values beside each other,
/// [row, 2 · hidden].
struct Projections<Real: BinaryFloatingPoint & Sendable> {
  let all: Numbers<Real>
  /// The first queries, where those are all.
  let firstQueries: Numbers<Real>?
  let hidden: Int

  var stride: Int { firstQueries == nil ? 3 * hidden : 2 * hidden }
  var queryStride: Int { firstQueries == nil ? 3 * hidden : hidden }

  /// Where the queries of a sentence begin.
  func queries(_ sentence: Int, row: Int) -> UnsafeMutablePointer<Real> {
    firstQueries.map { $0.pointer + sentence * hidden } ?? all.pointer + row * stride
  }

  /// Where keys begin in the row `row`; values follow them.
  func keys(row: Int) -> UnsafeMutablePointer<Real> {
    all.pointer + row * stride + (firstQueries == nil ? hidden : 0)
  }
}

/// What an attention computed, and its backward pass needs.
struct AttentionRecord<Real: BinaryFloatingPoint & Sendable> {
  let projections: Projections<Real>
  /// [head, query, key] for each sentence, before dropout.
  let probabilities: [Numbers<Real>]
  /// [row of a query, hidden]
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
  /// Whether there is only the first query of each sentence.
  var onlyFirst = false

  private var hidden: Int { heads * headSize }
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

  /// How many queries a sentence has, and the row of the first one among all queries.
  private func queries(_ index: Int) -> (count: Int, row: Int) {
    let sentence = batch.sentences[index]
    return onlyFirst ? (1, index) : (sentence.positions, sentence.rows.lowerBound)
  }

  private var queryRows: Int { onlyFirst ? batch.sentences.count : batch.rows }

  /// Memory for a number of each head, query and key.
  private func matrices() -> [Numbers<Real>] {
    batch.sentences.indices.map { Numbers(heads * queries($0).count * batch.sentences[$0].positions) }
  }

  /// Calls `body` for each head of each sentence, on all threads.
  private func forHeads(_ body: (_ sentence: Int, _ head: Int) -> Void) {
    let work = batch.sentences.reduce(0) { $0 + $1.positions * $1.positions } * hidden
    pass.machine.team.forEach(batch.sentences.count * heads, alone: work < 16_384) { part, _ in
      body(part / heads, part % heads)
    }
  }

  /// `biases`: [head, query, key] for each sentence, added to the scaled scores.
  func forward(_ projections: Projections<Real>, biases: [Numbers<Real>]?) -> AttentionRecord<Real> {
    let context = Numbers<Real>(queryRows * hidden)
    let probabilities = matrices()
    let stride = projections.stride
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let (positions, queries) = (sentence.positions, queries(index).count)
      let scores = probabilities[index].pointer + head * queries * positions
      let panels = panels(inner: headSize, columns: arithmetic.panelColumns)
      multiply(
        Matrix(
          projections.queries(index, row: sentence.rows.lowerBound) + head * headSize, stride: projections.queryStride),
        rows: queries, inner: headSize,
        by: Matrix(projections.keys(row: sentence.rows.lowerBound) + head * headSize, stride: stride),
        isTransposed: true, columns: positions, scale: scale * arithmetic.scoreScale, panels, into: scores,
        stride: positions)
      arithmetic.softmax(
        scores, rows: 0..<queries, visible[index],
        bias: biases.map { UnsafePointer($0[index].pointer + head * positions * positions) })
      if ablation(head) == .uniformAttention { spread(scores, queries: queries, visible[index].mask) }
    }
    let used = dropped(probabilities)
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let (positions, queries) = (sentence.positions, queries(index))
      let values = projections.keys(row: sentence.rows.lowerBound) + hidden + head * headSize
      multiply(
        Matrix(used[index].pointer + head * queries.count * positions, stride: positions), rows: queries.count,
        inner: positions, by: Matrix(values, stride: stride), isTransposed: false, columns: headSize,
        panels(inner: positions, columns: arithmetic.panelColumns),
        into: context.pointer + queries.row * hidden + head * headSize, stride: hidden)
    }
    silence(context)
    return AttentionRecord(projections: projections, probabilities: probabilities, context: context)
  }

  /// How a head of this layer is switched off; nil where it is not.
  private func ablation(_ head: Int) -> Ablation.Kind? {
    pass.ablations.isEmpty ? nil : pass.ablations[HeadIndex(layer: layer, head: head)]
  }

  /// The same probability for all keys that a query sees.
  private func spread(_ probabilities: UnsafeMutablePointer<Real>, queries: Int, _ mask: AttentionMask) {
    for query in 0..<queries {
      let share = 1 / Real(max(mask.visibleKeys(query: query), 1))
      for key in 0..<mask.size { probabilities[query * mask.size + key] = mask[query, key] ? share : 0 }
    }
  }

  /// Sets the parts of heads whose output is zero to 0 in a context, or in its gradient, [row, hidden].
  func silence(_ context: Numbers<Real>) {
    guard !pass.ablations.isEmpty else { return }
    for head in 0..<heads where ablation(head) == .zeroOutput {
      for row in 0..<queryRows {
        (context.pointer + row * hidden + head * headSize).update(repeating: 0, count: headSize)
      }
    }
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
    let result = matrices()
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let (positions, queries) = (sentence.positions, queries(index))
      let values = record.projections.keys(row: sentence.rows.lowerBound) + hidden + head * headSize
      multiply(
        Matrix(gradient.pointer + queries.row * hidden + head * headSize, stride: hidden), rows: queries.count,
        inner: headSize, by: Matrix(values, stride: record.projections.stride), isTransposed: true, columns: positions,
        panels(inner: headSize, columns: arithmetic.panelColumns),
        into: result[index].pointer + head * queries.count * positions, stride: positions)
    }
    for (index, numbers) in result.enumerated() { pass.drop(numbers, at: .attention(layer: layer, sentence: index)) }
    return result
  }

  /// A copy of [head, query, key] for each sentence, with 0 where a pair is blocked: nothing that is learnt changes such a
  /// probability.
  func visibleOnly(_ numbers: [Numbers<Real>]) -> [Numbers<Real>] {
    numbers.enumerated().map { index, numbers in
      let (result, mask) = (numbers.copy(), visible[index].mask)
      let pairs = mask.size * mask.size
      for place in 0..<result.count where !mask[place % pairs / mask.size, place % mask.size] {
        result.pointer[place] = 0
      }
      return result
    }
  }

  /// Differentiates P = softmax(S), S = scale · QKᵀ + bias, context = P V:
  /// ∂L/∂V = Pᵀ ∂L/∂context, ∂L/∂S = P ∘ (∂L/∂P - Σ P ∘ ∂L/∂P), ∂L/∂Q = scale · ∂L/∂S K, ∂L/∂K = scale · (∂L/∂S)ᵀ Q.
  ///
  /// `gradient` is ∂L/∂context. Returns the gradient of queries, keys and values, and that of the scores,
  /// [head, query, key] for each sentence, which is also the bias'.
  func backward(
    _ record: AttentionRecord<Real>, _ gradient: Numbers<Real>, _ probabilityGradients: [Numbers<Real>]
  ) -> (projections: Projections<Real>, scores: [Numbers<Real>]) {
    let inputs = record.projections
    let result = Projections<Real>(
      all: Numbers(batch.rows * inputs.stride), firstQueries: onlyFirst ? Numbers(queryRows * hidden) : nil,
      hidden: hidden)
    let used = dropped(record.probabilities)
    let stride = inputs.stride
    forHeads { index, head in
      let sentence = batch.sentences[index]
      let (positions, row) = (sentence.positions, sentence.rows.lowerBound)
      let queries = queries(index)
      let matrix = head * queries.count * positions
      let first = head * headSize
      let panels = panels(inner: positions, columns: arithmetic.panelColumns)
      let transposed = Numbers<Real>(queries.count * positions)

      func transpose(_ source: UnsafePointer<Real>) {
        arithmetic.transpose(
          source, stride: positions, rows: queries.count, columns: positions, into: transposed.pointer,
          stride: queries.count)
      }
      transpose(UnsafePointer(used[index].pointer + matrix))
      multiply(
        Matrix(transposed.pointer, stride: queries.count), rows: positions, inner: queries.count,
        by: Matrix(gradient.pointer + queries.row * hidden + first, stride: hidden), isTransposed: false,
        columns: headSize, panels, into: result.keys(row: row) + hidden + first, stride: stride)
      let scores = probabilityGradients[index].pointer + matrix
      arithmetic.softmaxGradient(
        scores, probabilities: UnsafePointer(record.probabilities[index].pointer + matrix), rows: queries.count,
        keys: positions)
      // Even probabilities follow from no scores.
      if ablation(head) == .uniformAttention { scores.update(repeating: 0, count: queries.count * positions) }
      multiply(
        Matrix(scores, stride: positions), rows: queries.count, inner: positions,
        by: Matrix(inputs.keys(row: row) + first, stride: stride), isTransposed: false, columns: headSize,
        scale: scale, panels, into: result.queries(index, row: row) + first, stride: result.queryStride)
      transpose(UnsafePointer(scores))
      multiply(
        Matrix(transposed.pointer, stride: queries.count), rows: positions, inner: queries.count,
        by: Matrix(inputs.queries(index, row: row) + first, stride: inputs.queryStride), isTransposed: false,
        columns: headSize, scale: scale, panels, into: result.keys(row: row) + first, stride: stride)
    }
    return (result, probabilityGradients)
  }
}
