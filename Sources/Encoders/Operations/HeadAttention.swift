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

  /// What there is to see of it. `probabilities` are nil where they were not kept.
  func trace(
    _ probabilities: FloatStorage?, _ context: FloatStorage, _ output: OutputProjection
  ) -> LayerTrace {
    func view(_ storage: FloatStorage, offset: Int, stride: Int) -> Tensor {
      Tensor(
        storage: storage, offset: firstRow * stride + offset, shape: [heads, positions, headSize],
        strides: [headSize, stride, 1])
    }
    let again = AttentionRecomputation(heads: probabilitiesAgain, rows: probabilitiesAgain, context: contextAgain)
    let (queries, keys) = (view(fused, offset: 0, stride: stride), view(fused, offset: hidden, stride: stride))
    let (values, context) = (view(fused, offset: 2 * hidden, stride: stride), view(context, offset: 0, stride: hidden))
    guard let probabilities else {
      return LayerTrace(
        queries: queries, keys: keys, values: values, shape: [heads, positions, positions], contextLayer: context,
        mask: visible.mask, scale: scale, scoreBias: bias, outputProjection: output, ablations: ablations,
        traits: traits, again: again)
    }
    return LayerTrace(
      queries: queries, keys: keys, values: values,
      attentionProbabilities: Tensor(storage: probabilities, shape: [heads, positions, positions]),
      contextLayer: context, mask: visible.mask, scale: scale, scoreBias: bias, outputProjection: output,
      ablations: ablations, traits: traits, again: again)
  }

  /// Memory for keys and values in the layout that kernels multiply by.
  func panels(places: Int, memory: (_ place: Int, _ count: Int) -> UnsafeMutablePointer<Float>) -> HeadPanels {
    HeadPanels(
      kernels, start, positions: positions, heads: heads, headSize: headSize, places: places, memory: memory)
  }

  /// The keys that some queries see, and others around them, so that whole panels are multiplied.
  func keys(seenBy queries: Range<Int>, _ panels: HeadPanels) -> Range<Int> {
    panels.widened(visible.keys(of: queries))
  }

  /// The probabilities of some queries: [rows, keys]. `keys` are all, or as many as `keys(seenBy:)` says. The head has to have been
  /// packed into that place of `panels`.
  func probabilities(
    _ head: Int, _ rows: Range<Int>, keys: Range<Int>, _ panels: HeadPanels, _ place: Int,
    into scores: UnsafeMutablePointer<Float>
  ) {
    let queries = start + rows.lowerBound * stride + head * headSize
    panels.multiplyByKeys(queries, rows: rows.count, keys: keys, scale: scale * log2OfE, place, into: scores)
    finish(head, rows, keys: keys, scores)
  }

  /// Scores become probabilities, [rows, keys].
  private func finish(_ head: Int, _ rows: Range<Int>, keys: Range<Int>, _ scores: UnsafeMutablePointer<Float>) {
    visible.withUnsafePointers { allowed, ranges in
      kernels.softmaxRows(
        SoftmaxRows(
          scores: scores, rows: rows.count, keys: keys.count, visible: ranges + 3 * rows.lowerBound,
          firstKey: keys.lowerBound, allowed: allowed + rows.lowerBound * positions + keys.lowerBound,
          allowedStride: positions,
          bias: bias.map {
            UnsafePointer(
              $0.storage.pointer + $0.offset + head * $0.strides[0] + rows.lowerBound * $0.strides[1] + keys.lowerBound)
          }, biasStride: bias?.strides[1] ?? 0))
      if ablations[head] == .uniformAttention { attendEvenly(scores, rows, keys, allowed) }
    }
  }

  /// Makes rows of some keys, [rows, keys], rows of all of them, [rows, positions]: the others have the probability 0.
  func spread(
    _ probabilities: UnsafePointer<Float>, rows: Int, keys: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let to = target + row * positions
      to.update(repeating: 0, count: keys.lowerBound)
      (to + keys.lowerBound).update(from: probabilities + row * keys.count, count: keys.count)
      (to + keys.upperBound).update(repeating: 0, count: positions - keys.upperBound)
    }
  }

  /// The values weighted by the probabilities of some queries, [rows, keys]; a row of `context` holds all heads beside each other.
  func context(
    _ head: Int, _ rows: Range<Int>, keys: Range<Int>, _ probabilities: UnsafePointer<Float>, _ panels: HeadPanels,
    _ place: Int, into context: UnsafeMutablePointer<Float>
  ) {
    if ablations[head] == .zeroOutput || keys.isEmpty {
      for row in 0..<rows.count { (context + row * hidden).update(repeating: 0, count: headSize) }
    } else {
      panels.multiplyByValues(probabilities, rows: rows.count, keys: keys, place, into: context)
    }
  }

  /// Gives every visible key of some queries the same probability. `probabilities` is [rows, keys]; `allowed` has all queries and
  /// keys.
  private func attendEvenly(
    _ probabilities: UnsafeMutablePointer<Float>, _ rows: Range<Int>, _ keys: Range<Int>,
    _ allowed: UnsafePointer<Bool>
  ) {
    for row in rows {
      let allowed = UnsafeBufferPointer(start: allowed + row * positions + keys.lowerBound, count: keys.count)
      let share = 1 / Float(max(allowed.count(where: \.self), 1))
      let target = probabilities + (row - rows.lowerBound) * keys.count
      for key in 0..<keys.count { target[key] = allowed[key] ? share : 0 }
    }
  }

  // MARK: Once more

  /// How many queries are computed at a time, so that their scores stay in the second-level cache until they are used; and some at
  /// least, because for each time all keys and values are read.
  var queriesTogether: Int { max(kernels.scoresInCache / positions, 16) }

  /// Computes the probabilities of some heads once more, [heads, query, key], on the calling thread.
  @Sendable func probabilitiesAgain(_ again: Range<Int>) -> Tensor {
    Tensor(shape: [again.count, positions, positions]) { result in
      guard let start = result.baseAddress else { return }
      for head in again {
        rowsAgain(head, 0..<positions, into: start + (head - again.lowerBound) * positions * positions)
      }
    }
  }

  /// Computes the probabilities of some queries of a head once more, [queries, key], on the calling thread.
  @Sendable func probabilitiesAgain(_ head: Int, _ rows: Range<Int>) -> Tensor {
    Tensor(shape: [rows.count, positions]) { result in
      guard let start = result.baseAddress else { return }
      if rows.count <= HeadAttention.fewQueries {
        probabilitiesOfFew(head, rows, into: start)
      } else {
        rowsAgain(head, rows, into: start)
      }
    }
  }

  /// The probabilities of some queries, [queries, key], from the keys that they see.
  private func rowsAgain(_ head: Int, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    withPanels { panels in
      panels.pack(head, 0)
      var scores: FloatStorage?
      for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: queriesTogether) {
        let part = first..<min(first + queriesTogether, rows.upperBound)
        let keys = keys(seenBy: part, panels)
        let place = target + (first - rows.lowerBound) * positions
        if keys.count == positions {
          probabilities(head, part, keys: keys, panels, 0, into: place)
          continue
        }
        let few = scores ?? FloatStorage(count: queriesTogether * positions)
        scores = few
        probabilities(head, part, keys: keys, panels, 0, into: few.pointer)
        spread(few.pointer, rows: part.count, keys: keys, into: place)
      }
    }
  }

  /// Computes the context of all heads once more, [head, position, headSize], on the calling thread.
  @Sendable func contextAgain() -> Tensor {
    let context = FloatStorage(count: positions * hidden)
    let scores = FloatStorage(count: queriesTogether * positions)
    withPanels { panels in
      for head in 0..<heads {
        panels.pack(head, 0)
        for first in Swift.stride(from: 0, to: positions, by: queriesTogether) {
          let part = first..<min(first + queriesTogether, positions)
          let keys = keys(seenBy: part, panels)
          probabilities(head, part, keys: keys, panels, 0, into: scores.pointer)
          self.context(
            head, part, keys: keys, scores.pointer, panels, 0,
            into: context.pointer + first * hidden + head * headSize)
        }
      }
    }
    return Tensor(
      storage: context, shape: [heads, positions, headSize], strides: [headSize, hidden, 1])
  }

  /// For so many queries, it is they who become a panel, and the keys are read where they are.
  private static let fewQueries = 16

  /// The probabilities of a few queries, [queries, key], from the keys that any of them sees.
  private func probabilitiesOfFew(_ head: Int, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let (width, keys) = (HeadAttention.fewQueries, visible.keys(of: rows))
    if keys.count < positions { target.update(repeating: 0, count: rows.count * positions) }
    guard !keys.isEmpty else { return }
    let (panel, products) = (FloatStorage(count: width * headSize), FloatStorage(count: width * keys.count))
    let part = keys.count < positions ? FloatStorage(count: rows.count * keys.count) : nil
    let scores = part?.pointer ?? target
    withExtendedLifetime((panel, products, part, fused, bias?.storage)) {
      kernels.packPanels(
        PanelPacking(
          weights: start + rows.lowerBound * stride + head * headSize, outputs: rows.count, inputs: headSize,
          stride: stride, panels: panel.pointer, width: width, paddedInputs: headSize))
      kernels.multiplyByPanel(
        PanelProduct(
          a: start + hidden + keys.lowerBound * stride + head * headSize, aStride: stride, rows: keys.count,
          inner: headSize, panel: panel.pointer, panelStride: width, columns: width, scale: scale * log2OfE,
          c: products.pointer, cStride: width))
      kernels.transpose(
        Transposition(
          source: products.pointer, stride: width, rows: keys.count, columns: rows.count, target: scores,
          targetStride: keys.count))
      finish(head, rows, keys: keys, scores)
      guard part != nil else { return }
      for row in 0..<rows.count {
        (target + row * positions + keys.lowerBound).update(from: scores + row * keys.count, count: keys.count)
      }
    }
  }

  /// Room for the panels of one head.
  private func withPanels(_ body: (HeadPanels) -> Void) {
    var memory: FloatStorage?
    let panels = panels(places: 1) { _, count in
      let storage = FloatStorage(count: count)
      memory = storage
      return storage.pointer
    }
    withExtendedLifetime((memory, fused, bias?.storage)) { body(panels) }
  }
}
