import Activations
import Compute
import KernelParameters

/// Attention of one head at a time: softmax(scale · QKᵀ + bias, over visible keys), and that times V.
///
/// Its queries, keys and values stay what they are: what it computed once it can compute again. These are the same numbers
/// bit for bit, because a row does not depend on what other rows are computed with it.
struct HeadAttention: Sendable {
  let kernels: Kernels
  /// Queries, keys and values beside each other: [row, 3 · heads · headSize].
  let fused: FloatStorage
  /// The row of the sentence's first position.
  let firstRow: Int
  let positions: Int
  let heads: Int
  let headSize: Int
  let visible: VisibleKeys
  let scale: Float
  /// [head, query, key], added to the scaled scores.
  let bias: Tensor?
  /// The heads that are switched off.
  let ablations: [Int: Ablation.Kind]
  /// What the family builds into it; nil where only the family's name says so.
  var traits: AttentionTraits?

  private var hidden: Int { heads * headSize }
  private var stride: Int { 3 * hidden }
  private var start: UnsafeMutablePointer<Float> { fused.pointer + firstRow * stride }

  /// Where the context of a head begins for some queries, in memory that is [row, heads · headSize].
  func contextOffset(_ queries: Range<Int>, _ head: Int) -> Int {
    (firstRow + queries.lowerBound) * hidden + head * headSize
  }

  /// What there is to see of it.
  func trace(
    _ probabilities: FloatStorage, _ context: FloatStorage, _ output: OutputProjection
  ) -> LayerTrace {
    func view(_ storage: FloatStorage, offset: Int, stride: Int) -> Tensor {
      Tensor(
        storage: storage, offset: firstRow * stride + offset, shape: [heads, positions, headSize],
        strides: [headSize, stride, 1])
    }
    return LayerTrace(
      queries: view(fused, offset: 0, stride: stride), keys: view(fused, offset: hidden, stride: stride),
      values: view(fused, offset: 2 * hidden, stride: stride),
      attentionProbabilities: Tensor(storage: probabilities, shape: [heads, positions, positions]),
      contextLayer: view(context, offset: 0, stride: hidden), mask: visible.mask, scale: scale, scoreBias: bias,
      outputProjection: output, ablations: ablations, traits: traits, recompute: probabilitiesAgain,
      recomputeContext: contextAgain)
  }

  /// Memory for keys and values in the layout that kernels multiply by.
  func panels(places: Int, memory: (_ place: Int, _ count: Int) -> UnsafeMutablePointer<Float>) -> HeadPanels {
    HeadPanels(
      kernels, start, positions: positions, heads: heads, headSize: headSize, places: places, memory: memory)
  }

  /// The probabilities of some queries: [rows, positions]. The head has to have been packed into that place of `panels`.
  func probabilities(
    _ head: Int, _ rows: Range<Int>, _ panels: HeadPanels, _ place: Int, into scores: UnsafeMutablePointer<Float>
  ) {
    let queries = start + rows.lowerBound * stride + head * headSize
    panels.multiplyByKeys(queries, rows: rows.count, scale: scale * log2OfE, place, into: scores)
    visible.withUnsafePointers { allowed, ranges in
      kernels.softmaxRows(
        SoftmaxRows(
          scores: scores, rows: rows.count, keys: positions, visible: ranges + 3 * rows.lowerBound,
          allowed: allowed + rows.lowerBound * positions,
          bias: bias.map {
            UnsafePointer($0.storage.pointer + $0.offset + head * $0.strides[0] + rows.lowerBound * $0.strides[1])
          }, biasStride: bias?.strides[1] ?? 0))
      if ablations[head] == .uniformAttention { attendEvenly(scores, rows, allowed) }
    }
  }

  /// The values weighted by the probabilities of some queries; a row of `context` holds all heads beside each other.
  func context(
    _ head: Int, _ rows: Range<Int>, _ probabilities: UnsafePointer<Float>, _ panels: HeadPanels, _ place: Int,
    into context: UnsafeMutablePointer<Float>
  ) {
    if ablations[head] == .zeroOutput {
      for row in 0..<rows.count { (context + row * hidden).update(repeating: 0, count: headSize) }
    } else {
      panels.multiplyByValues(probabilities, rows: rows.count, place, into: context)
    }
  }

  /// Gives every visible key of some queries the same probability. `probabilities` is [rows, positions]; `allowed` has
  /// all queries.
  private func attendEvenly(
    _ probabilities: UnsafeMutablePointer<Float>, _ rows: Range<Int>, _ allowed: UnsafePointer<Bool>
  ) {
    for row in rows {
      let allowed = UnsafeBufferPointer(start: allowed + row * positions, count: positions)
      let share = 1 / Float(max(allowed.count(where: \.self), 1))
      let target = probabilities + (row - rows.lowerBound) * positions
      for key in 0..<positions { target[key] = allowed[key] ? share : 0 }
    }
  }

  /// Computes the probabilities of some heads once more, [heads, query, key], on the calling thread.
  @Sendable func probabilitiesAgain(_ again: Range<Int>) -> Tensor {
    Tensor(shape: [again.count, positions, positions]) { result in
      guard let start = result.baseAddress else { return }
      computeAgain(again, at: { start + ($0 - again.lowerBound) * positions * positions })
    }
  }

  /// Computes the context of all heads once more, [head, position, headSize], on the calling thread.
  @Sendable func contextAgain() -> Tensor {
    let context = FloatStorage(count: positions * hidden)
    let scores = FloatStorage(count: positions * positions)
    computeAgain(0..<heads, at: { _ in scores.pointer }, context.pointer)
    return Tensor(
      storage: context, shape: [heads, positions, headSize], strides: [headSize, hidden, 1])
  }

  /// `place` says where the probabilities of a head go, [query, key]; `context`, if any, is [position, heads · headSize].
  private func computeAgain(
    _ again: Range<Int>, at place: (_ head: Int) -> UnsafeMutablePointer<Float>,
    _ context: UnsafeMutablePointer<Float>? = nil
  ) {
    var memory: FloatStorage?
    let panels = panels(places: 1) { _, count in
      let storage = FloatStorage(count: count)
      memory = storage
      return storage.pointer
    }
    let all = 0..<positions
    withExtendedLifetime((memory, fused, bias?.storage)) {
      for head in again {
        let target = place(head)
        panels.pack(head, 0)
        probabilities(head, all, panels, 0, into: target)
        if let context { self.context(head, all, target, panels, 0, into: context + head * headSize) }
      }
    }
  }
}
