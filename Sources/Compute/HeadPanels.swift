import KernelParameters

/// The keys and values of heads as kernels multiply by them, each in a place of its own.
public struct HeadPanels {
  private let kernels: Kernels
  private let positions: Int
  private let heads: Int
  private let headSize: Int
  /// Queries, keys and values beside each other: [position, 3 · heads · headSize].
  private let fused: UnsafePointer<Float>
  /// The keys' panels, [panel, headSize, width], and then the values, [position, valueStride].
  private let places: [UnsafeMutablePointer<Float>]
  /// How many keys a panel holds.
  private let width: Int

  /// `memory` is asked for so many numbers for each of the places.
  public init(
    _ kernels: Kernels, _ fused: UnsafePointer<Float>, positions: Int, heads: Int, headSize: Int, places: Int,
    memory: (_ place: Int, _ count: Int) -> UnsafeMutablePointer<Float>
  ) {
    self.kernels = kernels
    self.positions = positions
    self.heads = heads
    self.headSize = headSize
    self.fused = fused
    width = min(kernels.panelColumns, (positions + 15) / 16 * 16)
    let panels = (positions + width - 1) / width
    let count = panels * width * headSize + positions * HeadPanels.valueStride(headSize)
    self.places = (0..<places).map { memory($0, count) }
  }

  /// How far apart the rows of values lie: a kernel reads whole registers of them.
  private static func valueStride(_ headSize: Int) -> Int { (headSize + 15) / 16 * 16 }

  private var valueStride: Int { HeadPanels.valueStride(headSize) }
  private var stride: Int { 3 * heads * headSize }
  private var panelCount: Int { (positions + width - 1) / width }

  /// The part of a place where the values are.
  private func values(_ place: Int) -> UnsafeMutablePointer<Float> {
    places[place] + panelCount * width * headSize
  }

  /// Brings a head's keys and values into a place.
  public func pack(_ head: Int, _ place: Int) {
    let keys = fused + (heads + head) * headSize
    kernels.packPanels(
      PanelPacking(
        weights: keys, outputs: positions, inputs: headSize, stride: stride, panels: places[place], width: width,
        paddedInputs: headSize))
    let source = fused + (2 * heads + head) * headSize
    let target = values(place)
    for position in 0..<positions {
      let row = target + position * valueStride
      row.update(from: source + position * stride, count: headSize)
      if headSize < valueStride { (row + headSize).update(repeating: 0, count: valueStride - headSize) }
    }
  }

  /// The same keys, and others around them, so that whole panels are multiplied.
  public func widened(_ keys: Range<Int>) -> Range<Int> {
    keys.isEmpty
      ? 0..<0 : keys.lowerBound / width * width..<min((keys.upperBound + width - 1) / width * width, positions)
  }

  /// scores = scale · QKᵀ for some queries and keys, which are whole panels: [rows, keys].
  public func multiplyByKeys(
    _ queries: UnsafePointer<Float>, rows: Int, keys: Range<Int>, scale: Float, _ place: Int,
    into scores: UnsafeMutablePointer<Float>
  ) {
    for first in Swift.stride(from: keys.lowerBound, to: keys.upperBound, by: width) {
      kernels.multiplyByPanel(
        PanelProduct(
          a: queries, aStride: stride, rows: rows, inner: headSize, panel: places[place] + first * headSize,
          panelStride: width, columns: min(width, keys.upperBound - first), scale: scale,
          c: scores + first - keys.lowerBound, cStride: keys.count))
    }
  }

  /// The values of some keys, weighted by their probabilities, [rows, keys]: `context` is [rows, headSize] of all heads beside each
  /// other.
  public func multiplyByValues(
    _ probabilities: UnsafePointer<Float>, rows: Int, keys: Range<Int>, _ place: Int,
    into context: UnsafeMutablePointer<Float>
  ) {
    for first in Swift.stride(from: 0, to: headSize, by: kernels.panelColumns) {
      kernels.multiplyByPanel(
        PanelProduct(
          a: probabilities, aStride: keys.count, rows: rows, inner: keys.count,
          panel: values(place) + keys.lowerBound * valueStride + first,
          panelStride: valueStride, columns: min(kernels.panelColumns, headSize - first), c: context + first,
          cStride: heads * headSize))
    }
  }
}
