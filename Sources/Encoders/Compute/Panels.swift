import Activations
import VectorKernels

// Products with our own kernel, where there is one for this processor. A row of the result is computed in the same order
// whatever stands above and below it: a sentence gets the same numbers alone, padded or among others.

extension ForwardPass {
  /// oneDNN is faster with more rows than this, in a layout of its own.
  private static let mostRows = 128
  /// So many numbers of a layer's input stay in a processor's own cache.
  private static let blockNumbers = 36_864
  /// Fewer rows than this would be multiplied faster than the weights for them come.
  private static let fewestBlockRows = 48

  /// The panels of a dense layer, where our own kernel computes it.
  func panels(of dense: Dense, rows: Int) -> (columns: Int, size: Int)? {
    guard workspace.kernels.multiply(dense.activation), let layout = dense.layout, layout.suits(workspace.kernels),
      rows <= Self.mostRows || layout.isOurs
    else { return nil }
    return layout.panels
  }

  func denseByPanels(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, _ panels: (columns: Int, size: Int),
    into output: UnsafeMutablePointer<Float>
  ) throws {
    guard let multiply = workspace.kernels.multiplyByPanel, let layout = dense.layout else { return }
    let weights = try dense.weights(in: layout, on: workspace.engine, workspace.streams[0])
    let (inner, columns, kernels) = (dense.inputSize, dense.outputSize, workspace.kernels)
    let panelCount = (columns + panels.columns - 1) / panels.columns
    let blockRows = layout.isOurs ? max(Self.fewestBlockRows, Self.blockNumbers / inner) : Self.fewestBlockRows

    func compute(_ rows: Range<Int>, _ someOfThem: Range<Int>) {
      let input = input + rows.lowerBound * inner
      let output = output + rows.lowerBound * columns
      for panel in someOfThem {
        let first = panel * panels.columns
        let width = min(panels.columns, columns - first)
        multiply(
          input, inner, rows.count, inner, weights + panel * panels.size, panels.columns, width, 1,
          dense.bias.map { UnsafePointer($0.pointer + first) }, output + first, columns)
        if dense.activation.isGelu { kernels.geluRows(output + first, rows.count, width, columns) }
      }
    }
    if rows * inner * columns < 100_000 {
      compute(0..<rows, 0..<panelCount)
    } else if rows <= blockRows {
      // The input stays where it is, so every thread reads other weights.
      team.run(min(team.size, panelCount)) { member, count in
        compute(0..<rows, ThreadTeam.share(of: panelCount, member: member, of: count))
      }
    } else {
      forRows(rows) { own in
        // As even as can be: a short last block would read all weights for little.
        let blocks = (own.count + blockRows - 1) / blockRows
        for block in 0..<blocks {
          let part = ThreadTeam.share(of: own.count, member: block, of: blocks)
          compute(own.lowerBound + part.lowerBound..<own.lowerBound + part.upperBound, 0..<panelCount)
        }
      }
    }
  }
}

extension BlockLayout {
  /// Whether our own kernel can multiply by a matrix in this layout, and does so at its full speed.
  func suits(_ kernels: Kernels) -> Bool {
    guard let panels else { return false }
    return panels.columns % 16 == 0 && panels.columns <= kernels.panelColumns
  }
}

/// The keys and values of one head at a time, as our own kernel multiplies by them: every member of the team has its own.
struct HeadPanels {
  private let kernels: Kernels
  private let multiply: Kernels.PanelProduct
  private let positions: Int
  private let heads: Int
  private let headSize: Int
  /// Queries, keys and values beside each other: [position, 3 · heads · headSize].
  private let fused: UnsafePointer<Float>
  /// For each member: the keys' panels, [panel, headSize, width], and then the values, [position, headSize].
  private let places: [UnsafeMutablePointer<Float>]
  /// How many keys a panel holds.
  private let width: Int

  /// `place` gives memory for so many numbers to each of the members. Nil where oneDNN computes attention.
  init?(
    _ kernels: Kernels, _ fused: FloatStorage, positions: Int, heads: Int, headSize: Int, members: Int,
    place: (_ member: Int, _ count: Int) -> UnsafeMutablePointer<Float>
  ) {
    guard let multiply = kernels.multiplyByPanel, headSize % 16 == 0, headSize <= widestPanel else { return nil }
    self.kernels = kernels
    self.multiply = multiply
    self.positions = positions
    self.heads = heads
    self.headSize = headSize
    self.fused = UnsafePointer(fused.pointer)
    width = min(kernels.panelColumns, (positions + 15) / 16 * 16)
    let panels = (positions + width - 1) / width
    let count = (panels * width + positions) * headSize
    places = (0..<members).map { place($0, count) }
  }

  private var stride: Int { 3 * heads * headSize }
  private var panelCount: Int { (positions + width - 1) / width }

  /// The part of a member's place where the values are.
  private func values(_ member: Int) -> UnsafeMutablePointer<Float> {
    places[member] + panelCount * width * headSize
  }

  /// Brings a head's keys and values into a member's place.
  func pack(_ head: Int, _ member: Int) {
    let keys = fused + (heads + head) * headSize
    kernels.packPanels(keys, positions, headSize, stride, places[member], width, headSize)
    let source = fused + (2 * heads + head) * headSize
    let target = values(member)
    for position in 0..<positions {
      (target + position * headSize).update(from: source + position * stride, count: headSize)
    }
  }

  /// scores = scale · QKᵀ for some queries: [rows, positions].
  func multiplyByKeys(
    _ queries: UnsafePointer<Float>, rows: Int, scale: Float, _ member: Int, into scores: UnsafeMutablePointer<Float>
  ) {
    for panel in 0..<panelCount {
      let first = panel * width
      multiply(
        queries, stride, rows, headSize, places[member] + first * headSize, width, min(width, positions - first), scale,
        nil, scores + first, positions)
    }
  }

  /// The values, weighted by the probabilities: `context` is [rows, headSize] of all heads beside each other.
  func multiplyByValues(
    _ probabilities: UnsafePointer<Float>, rows: Int, _ member: Int, into context: UnsafeMutablePointer<Float>
  ) {
    for first in Swift.stride(from: 0, to: headSize, by: kernels.panelColumns) {
      multiply(
        probabilities, positions, rows, positions, values(member) + first, headSize,
        min(kernels.panelColumns, headSize - first), 1, nil, context + first, heads * headSize)
    }
  }
}
