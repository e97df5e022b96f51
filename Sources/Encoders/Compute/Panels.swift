import Activations
import VectorKernels

// Products with our own kernel, where there is one for this processor. A row of the result is computed in the same order
// whatever stands above and below it: a sentence gets the same numbers alone, padded or among others.

extension ForwardPass {
  /// How large a part of a product is at most, so that what it reads again and again stays in a processor's own caches:
  /// rows and inner numbers of the input, and columns of the result.
  private static let largestPart = (rows: 96, inner: 384, columns: 192)
  /// With no more rows than this, a panel comes from memory for as long as it is multiplied.
  private static let fewRows = 48
  /// So many parts for every thread: enough for all to be done at nearly the same time, and where memory is what takes
  /// long, few, because what the next one begins with comes late.
  private static func partsPerThread(rows: Int) -> Int { rows > fewRows ? 8 : 3 }

  /// The panels of a dense layer, where our own kernel computes it.
  func panels(of dense: Dense) -> (columns: Int, size: Int)? {
    guard workspace.kernels.multiply(dense.activation), let panels = dense.layout?.panels,
      panels.columns % 16 == 0, panels.columns <= workspace.kernels.panelColumns
    else { return nil }
    return panels
  }

  func denseByPanels(
    _ dense: Dense, _ input: UnsafePointer<Float>, rows: Int, _ panels: (columns: Int, size: Int),
    into output: UnsafeMutablePointer<Float>
  ) throws {
    guard let multiply = workspace.kernels.multiplyByPanel, let layout = dense.layout else { return }
    let weights = try dense.weights(in: layout, on: workspace.engine, workspace.streams[0])
    let (inner, columns, kernels) = (dense.inputSize, dense.outputSize, workspace.kernels)
    let panelCount = (columns + panels.columns - 1) / panels.columns

    /// Some panels from one of their inner numbers on.
    func place(_ panel: Int, _ start: Int) -> UnsafePointer<Float> {
      UnsafePointer(weights + panel * panels.size + start * panels.columns)
    }

    /// What is multiplied after a panel of `part`, as far as can be known.
    func next(_ panel: Int, _ start: Int, in part: Range<Int>) -> UnsafePointer<Float>? {
      if panel + 1 < part.upperBound { return place(panel + 1, start) }
      if start + Self.largestPart.inner < inner { return place(part.lowerBound, start + Self.largestPart.inner) }
      return panel + 1 < panelCount ? place(panel + 1, 0) : nil
    }

    func compute(_ rows: Range<Int>, _ part: Range<Int>) {
      let input = input + rows.lowerBound * inner
      let output = output + rows.lowerBound * columns
      for start in stride(from: 0, to: inner, by: Self.largestPart.inner) {
        let count = min(Self.largestPart.inner, inner - start)
        for panel in part {
          let first = panel * panels.columns
          let width = min(panels.columns, columns - first)
          multiply(
            input + start, inner, rows.count, count, place(panel, start), panels.columns, width, 1,
            dense.bias.map { UnsafePointer($0.pointer + first) }, start > 0, next(panel, start, in: part),
            output + first, columns)
          if dense.activation.isGelu, start + count == inner {
            kernels.geluRows(output + first, rows.count, width, columns)
          }
        }
      }
    }
    guard rows * inner * columns >= 100_000 else { return compute(0..<rows, 0..<panelCount) }
    let blocks = (rows + Self.largestPart.rows - 1) / Self.largestPart.rows
    let most = min(panelCount, max(1, Self.largestPart.columns / panels.columns))
    let wanted = blocks * panelCount / (team.size * Self.partsPerThread(rows: rows))
    let groups = panelCount / min(max(1, wanted), most)
    team.forEach(blocks * groups) { part, _ in
      compute(
        ThreadTeam.share(of: rows, member: part % blocks, of: blocks),
        ThreadTeam.share(of: panelCount, member: part / blocks, of: groups))
    }
  }
}

/// The keys and values of heads as our own kernel multiplies by them, each in a place of its own.
struct HeadPanels {
  private let kernels: Kernels
  private let multiply: Kernels.PanelProduct
  private let positions: Int
  private let heads: Int
  private let headSize: Int
  /// Queries, keys and values beside each other: [position, 3 · heads · headSize].
  private let fused: UnsafePointer<Float>
  /// The keys' panels, [panel, headSize, width], and then the values, [position, headSize].
  private let places: [UnsafeMutablePointer<Float>]
  /// How many keys a panel holds.
  private let width: Int

  /// `memory` is asked for so many numbers for each of the places. Nil where oneDNN computes attention.
  init?(
    _ kernels: Kernels, _ fused: UnsafePointer<Float>, positions: Int, heads: Int, headSize: Int, places: Int,
    memory: (_ place: Int, _ count: Int) -> UnsafeMutablePointer<Float>
  ) {
    guard let multiply = kernels.multiplyByPanel, headSize % 16 == 0, headSize <= widestPanel else { return nil }
    self.kernels = kernels
    self.multiply = multiply
    self.positions = positions
    self.heads = heads
    self.headSize = headSize
    self.fused = fused
    width = min(kernels.panelColumns, (positions + 15) / 16 * 16)
    let panels = (positions + width - 1) / width
    let count = (panels * width + positions) * headSize
    self.places = (0..<places).map { memory($0, count) }
  }

  private var stride: Int { 3 * heads * headSize }
  private var panelCount: Int { (positions + width - 1) / width }

  /// The part of a place where the values are.
  private func values(_ place: Int) -> UnsafeMutablePointer<Float> {
    places[place] + panelCount * width * headSize
  }

  /// Brings a head's keys and values into a place.
  func pack(_ head: Int, _ place: Int) {
    let keys = fused + (heads + head) * headSize
    kernels.packPanels(keys, positions, headSize, stride, places[place], width, headSize)
    let source = fused + (2 * heads + head) * headSize
    let target = values(place)
    for position in 0..<positions {
      (target + position * headSize).update(from: source + position * stride, count: headSize)
    }
  }

  /// scores = scale · QKᵀ for some queries: [rows, positions].
  func multiplyByKeys(
    _ queries: UnsafePointer<Float>, rows: Int, scale: Float, _ place: Int, into scores: UnsafeMutablePointer<Float>
  ) {
    for panel in 0..<panelCount {
      let first = panel * width
      multiply(
        queries, stride, rows, headSize, places[place] + first * headSize, width, min(width, positions - first), scale,
        nil, false, nil, scores + first, positions)
    }
  }

  /// The values, weighted by the probabilities: `context` is [rows, headSize] of all heads beside each other.
  func multiplyByValues(
    _ probabilities: UnsafePointer<Float>, rows: Int, _ place: Int, into context: UnsafeMutablePointer<Float>
  ) {
    for first in Swift.stride(from: 0, to: headSize, by: kernels.panelColumns) {
      multiply(
        probabilities, positions, rows, positions, values(place) + first, headSize,
        min(kernels.panelColumns, headSize - first), 1, nil, false, nil, context + first, heads * headSize)
    }
  }
}
