import Activations
import Compute
import KernelParameters

/// Rows of a rollout, or weighted sums of several, of a text so long that no layer's attention is held as a whole.
///
/// A row of the rollout of a layer is that row of its step times the rollout of the layer before (`AttentionRollout`). So rows go down
/// through the layers one by one, from the last to the first, and of a layer a block of its step is all that is needed at a time.
public struct RolledRows: Sendable {
  /// [row, position]: how much of each position before the layers that it has come through is in each row.
  public private(set) var shares: Tensor
  /// The layers that are still to come.
  public var layersLeft: Int { layers.count }

  private var layers: [LayerTrace]
  private let pooling: HeadPooling
  private let hasResidual: Bool
  private let engine: Engine
  /// Layers have few different masks.
  private var visible: VisibleKeys?

  /// So many queries of a layer are computed at a time, and so many of them by a thread.
  private static let together = 256
  private static let byThread = 16

  /// - Parameters:
  ///   - rows: [row, position after the last layer]: 1 at a position for its row, and weights for a sum of several.
  ///   - layers: those that are rolled through, from the first on.
  ///   - pooling: makes one matrix of the heads of a layer.
  ///   - hasResidual: whether half of everything goes straight on; else the rows are of attention alone.
  public init(
    _ rows: Tensor, through layers: [LayerTrace], pooling: HeadPooling, hasResidual: Bool = true,
    engine: Engine = Engine()
  ) {
    precondition(rows.shape.count == 2, "rows of positions")
    shares = rows.withPackedRows
    self.layers = layers
    self.pooling = pooling
    self.hasResidual = hasResidual
    self.engine = engine
  }

  /// Goes down through one more layer; false where `isCancelled`, which is asked again and again, said yes.
  public mutating func advance(isCancelled: () -> Bool) -> Bool {
    guard let layer = layers.last else { return true }
    if visible?.mask != layer.mask { visible = VisibleKeys(layer.mask) }
    let positions = shares.shape[1]
    let next = RolledRows.zeros(shares.shape[0], positions)
    for first in stride(from: 0, to: positions, by: RolledRows.together) {
      if isCancelled() { return false }
      let queries = first..<min(first + RolledRows.together, positions)
      guard let visible, hasShares(in: queries) else { continue }
      let keys = hasResidual ? visible.keys(of: queries).union(queries) : visible.keys(of: queries)
      if !keys.isEmpty { add(queries, keys, of: layer, to: next) }
    }
    shares = next
    layers.removeLast()
    return true
  }

  /// Adds what comes by way of some positions of a layer.
  private func add(_ queries: Range<Int>, _ keys: Range<Int>, of layer: LayerTrace, to next: Tensor) {
    let stride = RolledRows.padded(keys.count)
    let step = FloatStorage(count: queries.count * stride)
    let blocks = (queries.count + RolledRows.byThread - 1) / RolledRows.byThread
    engine.team.forEach(blocks) { block, _ in
      let first = block * RolledRows.byThread
      let part = queries.lowerBound + first..<min(queries.lowerBound + first + RolledRows.byThread, queries.upperBound)
      fill(step.pointer + first * stride, stride, part, keys, of: layer)
    }
    let width = engine.kernels.panelColumns
    withExtendedLifetime((step, shares, next)) {
      engine.team.forEach((keys.count + width - 1) / width) { panel, _ in
        let column = panel * width
        engine.kernels.multiplyByPanel(
          PanelProduct(
            a: shares.pointer(row: 0) + queries.lowerBound, aStride: shares.strides[0], rows: shares.shape[0],
            inner: queries.count, panel: step.pointer + column, panelStride: stride,
            columns: min(width, keys.count - column), adds: true,
            c: next.storage.pointer + keys.lowerBound + column, cStride: next.strides[0]))
      }
    }
  }

  /// The step of a layer for some queries, [queries, keys].
  private func fill(
    _ target: UnsafeMutablePointer<Float>, _ stride: Int, _ queries: Range<Int>, _ keys: Range<Int>,
    of layer: LayerTrace
  ) {
    layer.poolProbabilities(pooling, queries: queries, keys: keys, into: target, stride: stride)
    guard hasResidual else { return }
    for (place, query) in queries.enumerated() {
      AttentionRollout.addResidual(
        UnsafeMutableBufferPointer(start: target + place * stride, count: keys.count), at: query - keys.lowerBound)
    }
  }

  private func hasShares(in queries: Range<Int>) -> Bool {
    withExtendedLifetime(shares) {
      (0..<shares.shape[0]).contains { row in
        let row = shares.pointer(row: row)
        return queries.contains { row[$0] != 0 }
      }
    }
  }

  /// Whole registers are read of a row, and rows do not begin at the same place of a cache.
  private static func padded(_ columns: Int) -> Int { (columns + 15) / 16 * 16 + 16 }

  private static func zeros(_ rows: Int, _ columns: Int) -> Tensor {
    let stride = padded(columns)
    let storage = FloatStorage(count: rows * stride)
    storage.pointer.update(repeating: 0, count: rows * stride)
    return Tensor(storage: storage, shape: [rows, columns], strides: [stride, 1])
  }
}

extension Range<Int> {
  /// The smallest range that holds both.
  fileprivate func union(_ other: Range<Int>) -> Range<Int> {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
