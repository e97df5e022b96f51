import CProcessor
import KernelParameters

/// Computes a product with a panel.
///
/// Outer products: a row of B is loaded once for several rows of a, and nothing has to be summed across a vector. Where the
/// processor has fused multiplication and addition, that is what it does; the size of a tile follows from how many registers
/// there are.
@inline(never)
public func multiplyByPanel(_ product: PanelProduct) {
  for first in stride(from: 0, to: product.columns, by: widestTile) {
    let tile = Tile(product, from: first)
    let count = min(product.columns - first, widestTile)
    if count % Register.scalarCount == 0 {
      tile.multiply(product.rows, registers: count / Register.scalarCount)
    } else {
      tile.multiplyAside(product.rows, columns: count)
    }
  }
}

/// How many numbers a line of the cache holds.
private let numbersInLine = 16

/// How far ahead of what is multiplied a panel is asked for, in numbers: 10 KB.
private let fetchDistance = 2560

/// The most columns that there are registers for at a time.
private let widestTile = 4 * Register.scalarCount

/// A number of registers beside each other.
private struct Width<let count: Int> {}

/// A number of rows below each other.
private struct Height<let count: Int> {}

/// What is asked for while rows are multiplied: the panel itself, ahead of its use, and the next one, a line every few steps.
/// 1 or 0 each.
private struct Fetch<let own: Int, let next: Int> {}

/// Columns that are computed together, whole registers of them.
private struct Tile {
  var a: UnsafePointer<Float>
  let aStride: Int
  let inner: Int
  let panel: UnsafePointer<Float>
  let panelStride: Int
  let scale: Float
  var bias: UnsafePointer<Float>?
  let adds: Bool
  let next: UnsafePointer<Float>?
  var c: UnsafeMutablePointer<Float>
  var cStride: Int

  /// The columns of a product from `first` on.
  @inline(__always)
  init(_ product: PanelProduct, from first: Int) {
    a = product.a
    aStride = product.aStride
    inner = product.inner
    panel = product.panel + first
    panelStride = product.panelStride
    scale = product.scale
    bias = product.bias.map { $0 + first }
    adds = product.adds
    next = product.next.map { $0 + first }
    c = product.c + first
    cStride = product.cStride
  }

  func multiply(_ rows: Int, registers: Int) {
    switch registers {
    case 1: multiply(rows, Width<1>())
    case 2: multiply(rows, Width<2>())
    case 3: multiply(rows, Width<3>())
    default: multiply(rows, Width<4>())
    }
  }

  /// For columns that do not fill the last register: into other memory first, where there is room for all of it.
  func multiplyAside(_ rows: Int, columns: Int) {
    let registers = (columns + Register.scalarCount - 1) / Register.scalarCount
    let mostRows = 6
    withUnsafeTemporaryAllocation(of: Float.self, capacity: (mostRows + 1) * widestTile) { memory in
      memory.initialize(repeating: 0)
      guard let aside = memory.baseAddress else { return }
      var part = self
      part.c = aside
      part.cStride = widestTile
      if let bias {
        let copy = aside + mostRows * widestTile
        copy.update(from: bias, count: columns)
        part.bias = UnsafePointer(copy)
      }
      for first in stride(from: 0, to: rows, by: mostRows) {
        let count = min(mostRows, rows - first)
        part.a = a + first * aStride
        if adds {
          for row in 0..<count { (aside + row * widestTile).update(from: c + (first + row) * cStride, count: columns) }
        }
        part.multiply(count, registers: registers)
        for row in 0..<count { (c + (first + row) * cStride).update(from: aside + row * widestTile, count: columns) }
      }
    }
  }

  /// All rows, as many at a time as there are registers for, and what is left in parts that are as even as can be.
  @inline(__always)
  private func multiply<let N: Int>(_ rows: Int, _ width: Width<N>) {
    // Sums, a factor for every row, and what is multiplied by them.
    let most = min(6, (registerCount - 1) / (N + 1))
    var row = 0
    var fetched = 0
    while row < rows {
      let left = rows - row
      let count = left > most && left < 2 * most ? (left + 1) / 2 : min(left, most)
      // Later rows find the panel in the cache, and ask for the next one.
      if row == 0 {
        multiply(row, count, width, Fetch<1, 0>(), panel)
      } else if let next, fetched < inner * panelStride {
        multiply(row, count, width, Fetch<0, 1>(), next + fetched)
        fetched += inner / stepsAtOnce * numbersInLine
      } else {
        multiply(row, count, width, Fetch<0, 0>(), panel)
      }
      row += count
    }
  }

  /// Up to six rows from `row` on.
  @inline(__always)
  private func multiply<let N: Int, let Own: Int, let Next: Int>(
    _ row: Int, _ count: Int, _ width: Width<N>, _ fetch: Fetch<Own, Next>, _ next: UnsafePointer<Float>
  ) {
    switch count {
    case 1: multiply(row, Height<1>(), width, fetch, next)
    case 2: multiply(row, Height<2>(), width, fetch, next)
    case 3: multiply(row, Height<3>(), width, fetch, next)
    case 4: multiply(row, Height<4>(), width, fetch, next)
    case 5: multiply(row, Height<5>(), width, fetch, next)
    default: multiply(row, Height<6>(), width, fetch, next)
    }
  }

  /// M rows of N registers: M · N sums, which all stay in registers.
  @inline(__always)
  private func multiply<let M: Int, let N: Int, let Own: Int, let Next: Int>(
    _ row: Int, _ height: Height<M>, _ width: Width<N>, _ fetch: Fetch<Own, Next>, _ next: UnsafePointer<Float>
  ) {
    var sums = InlineArray<M, InlineArray<N, Register>>(repeating: InlineArray<N, Register>(repeating: .zero))
    let c = c + row &* cStride
    for n in 0..<N {
      if adds {
        for m in 0..<M { sums[m][n] = Register(at: c + (m &* cStride &+ n &* Register.scalarCount)) }
      } else if let bias {
        let start = Register(at: bias + n &* Register.scalarCount)
        for m in 0..<M { sums[m][n] = start }
      }
    }
    var a = a + row &* aStride
    var b = panel
    var next = next
    // Several steps at a time: what counts and moves pointers takes room that the multiplications need where two threads
    // share a processor.
    var left = inner
    while left >= stepsAtOnce {
      for _ in 0..<Next {
        headscope_prefetch(next)
        next += numbersInLine
      }
      for step in 0..<stepsAtOnce { add(a + step, b + step &* panelStride, fetch, to: &sums) }
      a += stepsAtOnce
      b += stepsAtOnce &* panelStride
      left &-= stepsAtOnce
    }
    while left > 0 {
      add(a, b, fetch, to: &sums)
      a += 1
      b += panelStride
      left &-= 1
    }
    for m in 0..<M {
      for n in 0..<N { (sums[m][n] * scale).store(at: c + (m &* cStride &+ n &* Register.scalarCount)) }
    }
  }

  /// Adds the products of a column of `a` and a row of `b`.
  @inline(__always)
  private func add<let M: Int, let N: Int, let Own: Int, let Next: Int>(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ fetch: Fetch<Own, Next>,
    to sums: inout InlineArray<M, InlineArray<N, Register>>
  ) {
    for line in 0..<Own * ((N * Register.scalarCount + numbersInLine - 1) / numbersInLine) {
      headscope_prefetch(b + (fetchDistance &+ line &* numbersInLine))
    }
    var factors = InlineArray<M, Register>(repeating: .zero)
    for m in 0..<M { factors[m] = Register(everywhere: a + m &* aStride) }
    for n in 0..<N {
      let numbers = Register(at: b + n &* Register.scalarCount)
      for m in 0..<M { sums[m][n].add(numbers, times: factors[m]) }
    }
  }
}
