import Activations

/// A number in a trace that is NaN or infinite.
public struct OddNumber: Sendable, Equatable {
  /// The tensors of a trace, in the order in which they are computed.
  public enum Place: Sendable, Equatable {
    /// 0 is the input of layer 0, n the output of layer n − 1.
    case hiddenState(Int)
    case queries(layer: Int)
    case keys(layer: Int)
    case values(layer: Int)
    case attentionProbabilities(layer: Int)
    case contextLayer(layer: Int)
  }

  /// The tensor that it is in.
  public let place: Place
  /// The number itself: NaN, or infinite.
  public let value: Float
  /// Where in the tensor it is, one index an axis.
  public let index: [Int]

  /// The first one of a trace, which is where to look for the cause; nil where all numbers are finite, and where `isCancelled`, which is
  /// asked before each layer, said yes. Probabilities are looked at after queries, keys and values, so an odd score shows as a row of
  /// odd probabilities.
  public static func first(in trace: AttentionTrace, isCancelled: () -> Bool = { false }) -> OddNumber? {
    for index in 0...max(trace.layers.count, trace.hiddenStates.count) {
      if isCancelled() { return nil }
      if index > 0, index <= trace.layers.count,
        let odd = first(in: trace.layers[index - 1], index - 1, isInParts: trace.isReadInParts)
      {
        return odd
      }
      if trace.hiddenStates.indices.contains(index), let odd = first(in: trace.hiddenStates[index], .hiddenState(index))
      {
        return odd
      }
    }
    return nil
  }

  /// Whether all vectors of a trace are finite. Its probabilities are not looked at: there are many more of them, and a
  /// fingerprint has seen whether they are.
  public static func vectorsAreFinite(in trace: AttentionTrace) -> Bool {
    let vectors = trace.layers.flatMap { [$0.queries, $0.keys, $0.values, $0.contextLayer] } + trace.hiddenStates
    return vectors.allSatisfy { first(in: $0, .hiddenState(0)) == nil }
  }

  private static func first(in layer: LayerTrace, _ index: Int, isInParts: Bool) -> OddNumber? {
    first(in: layer.queries, .queries(layer: index)) ?? first(in: layer.keys, .keys(layer: index))
      ?? first(in: layer.values, .values(layer: index))
      ?? (isInParts
        ? firstProbability(in: layer, index)
        : first(in: layer.attentionProbabilities, .attentionProbabilities(layer: index)))
      ?? first(in: layer.contextLayer, .contextLayer(layer: index))
  }

  /// The same number among probabilities that are not held, some rows at a time. Of finite values, the context of a row is finite only
  /// where its probabilities are: where that is so, they are not computed again.
  private static func firstProbability(in layer: LayerTrace, _ index: Int) -> OddNumber? {
    let queries = layer.mask.queries
    let context = layer.contextLayer
    for head in 0..<layer.heads {
      let vectors = layer.hasVectors && layer.ablations[head] != .zeroOutput ? context[slice: head] : nil
      let step = layer.readsRows ? 64 : max(queries, 1)
      for first in stride(from: 0, to: queries, by: step) {
        let block = first..<min(first + step, queries)
        if let vectors, Self.first(in: vectors[rows: block], .contextLayer(layer: index)) == nil { continue }
        guard
          let odd = Self.first(
            in: layer.probabilities(head: head, queries: block), .attentionProbabilities(layer: index))
        else { continue }
        return OddNumber(place: odd.place, value: odd.value, index: [head, first + odd.index[0], odd.index[1]])
      }
    }
    return nil
  }

  private static func first(in tensor: Tensor, _ place: Place) -> OddNumber? {
    let rows = tensor.withPackedRows
    guard let length = rows.shape.last, rows.count > 0 else { return nil }
    return withExtendedLifetime(rows) {
      var index = [Int](repeating: 0, count: rows.shape.count)
      for _ in 0..<rows.count / length {
        let start = zip(index, rows.strides).reduce(rows.offset) { $0 + $1.0 * $1.1 }
        let row = UnsafePointer(rows.storage.pointer + start)
        if !isFinite(row, count: length), let column = (0..<length).first(where: { !row[$0].isFinite }) {
          index[index.count - 1] = column
          return OddNumber(place: place, value: row[column], index: index)
        }
        advance(&index, in: rows.shape)
      }
      return nil
    }
  }

  /// Goes to the next row: counts up the axes before the last.
  private static func advance(_ index: inout [Int], in shape: [Int]) {
    for axis in shape.indices.dropLast().reversed() {
      index[axis] += 1
      if index[axis] < shape[axis] { return }
      index[axis] = 0
    }
  }
}
