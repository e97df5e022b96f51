import Activations
import KernelParameters

extension Engine {
  /// How large a part of a product is at most, so that what it reads again and again stays in a processor's own caches:
  /// rows and inner numbers of the input, and columns of the result.
  private static let largestPart = (rows: 96, inner: 384, columns: 192)
  /// With no more rows than this, a panel comes from memory for as long as it is multiplied.
  private static let fewRows = 48
  /// So many parts for every thread: enough for all to be done at nearly the same time, and where memory is what takes
  /// long, few, because what the next one begins with comes late.
  private static func partsPerThread(rows: Int) -> Int { rows > fewRows ? 8 : 3 }

  /// y = f(x Wᵀ + b): `input` is [rows, inputSize], `output` [rows, outputSize].
  ///
  /// A row of the result is computed in the same order whatever stands above and below it: a sentence gets the same numbers
  /// alone, padded or among others. `weights` are those of `dense`.
  public func multiply(
    _ input: UnsafePointer<Float>, rows: Int, by dense: Dense, _ weights: PackedWeights,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (inner, columns, kernels, width) = (dense.inputSize, dense.outputSize, kernels, weights.width)
    let panelCount = (columns + width - 1) / width

    /// Some panels from one of their inner numbers on.
    func place(_ panel: Int, _ start: Int) -> UnsafePointer<Float> {
      UnsafePointer(weights.start + panel * weights.panelSize + start * width)
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
          let first = panel * width
          let own = min(width, columns - first)
          kernels.multiplyByPanel(
            PanelProduct(
              a: input + start, aStride: inner, rows: rows.count, inner: count, panel: place(panel, start),
              panelStride: width, columns: own, bias: dense.bias.map { UnsafePointer($0.pointer + first) },
              adds: start > 0, next: next(panel, start, in: part), c: output + first, cStride: columns))
          if start + count == inner {
            kernels.applyActivation(
              dense.activation, ElementRows(x: output + first, rows: rows.count, columns: own, stride: columns))
          }
        }
      }
    }
    guard rows * inner * columns >= 100_000 else { return compute(0..<rows, 0..<panelCount) }
    let blocks = (rows + Self.largestPart.rows - 1) / Self.largestPart.rows
    let most = min(panelCount, max(1, Self.largestPart.columns / width))
    let wanted = blocks * panelCount / (team.size * Self.partsPerThread(rows: rows))
    let groups = panelCount / min(max(1, wanted), most)
    team.forEach(blocks * groups) { part, _ in
      compute(
        ThreadTeam.share(of: rows, member: part % blocks, of: blocks),
        ThreadTeam.share(of: panelCount, member: part / blocks, of: groups))
    }
  }
}
