import Activations
import KernelParameters

/// What is kept of a head whose probabilities are too many to be held: a coarse picture, and its numbers.
public struct HeadOverview: Sendable, Equatable {
  /// How many queries and keys a cell of the picture stands for.
  public let factor: Int
  /// The largest probability in each cell, row by row; nil where the mask blocks all of it.
  public let cells: [Float?]
  /// How many cells a row has.
  public let columns: Int
  /// The largest probability that the mask lets through.
  public let largest: Float
  /// Where that is; nil where nothing is larger than 0.
  public let strongest: Pair?
  /// What the head does, in numbers.
  public let statistics: HeadStatistics

  /// A query and a key, by their positions.
  public struct Pair: Sendable, Equatable {
    /// The position of the query.
    public let query: Int
    /// The position of the key.
    public let key: Int

    /// A query and a key.
    public init(query: Int, key: Int) { (self.query, self.key) = (query, key) }
  }

  /// The picture has so many cells in each direction at most.
  static let mostCells = 128

  /// How many queries and keys a cell stands for where there are so many.
  public static func factor(queries: Int, keys: Int) -> Int { max((max(queries, keys) + mostCells - 1) / mostCells, 1) }

  /// How many rows of cells there are.
  public var rows: Int { columns > 0 ? cells.count / columns : 0 }

  /// Those of all heads of a layer, read some queries at a time; nil where `isCancelled`, which is asked again and again, said yes.
  public static func layer(_ index: Int, of encoding: Encoding, isCancelled: () -> Bool) -> [HeadOverview]? {
    let layer = encoding.trace.layers[index]
    let (scan, visible) = (HeadScan(of: encoding), VisibleQueries(layer.mask, of: encoding))
    var overviews: [HeadOverview] = []
    for head in 0..<layer.heads {
      guard let overview = self.head(head, layer, of: encoding, scan, visible, isCancelled) else { return nil }
      overviews.append(overview)
    }
    return overviews
  }

  /// That of a head; nil where `isCancelled`, which is asked again and again, said yes.
  public static func head(_ index: HeadIndex, of encoding: Encoding, isCancelled: () -> Bool) -> HeadOverview? {
    let layer = encoding.trace.layers[index.layer]
    return head(
      index.head, layer, of: encoding, HeadScan(of: encoding), VisibleQueries(layer.mask, of: encoding), isCancelled)
  }

  private static func head(
    _ head: Int, _ layer: LayerTrace, of encoding: Encoding, _ scan: HeadScan, _ visible: VisibleQueries,
    _ isCancelled: () -> Bool
  ) -> HeadOverview? {
    let (queries, keys) = (encoding.queryInput.count, encoding.input.count)
    let part = OverviewPart(0..<queries, keys: keys, scan, visible)
    // Some queries at a time, unless all of the head would be read for them.
    let step = layer.readsRows ? 64 : max(queries, 1)
    for first in stride(from: 0, to: queries, by: step) {
      if isCancelled() { return nil }
      let block = first..<min(first + step, queries)
      let map = layer.probabilities(head: head, queries: block).withPackedRows
      withExtendedLifetime(map) { part.read(queries: block, keys: 0..<keys, map.pointer(row: 0)) }
    }
    part.finish()
    let statistics = scan.sums.statistics(
      visible, queries: TokenRoles(encoding.queryInput), keys: TokenRoles(encoding.input),
      isOfOneSentence: !encoding.isCross)
    return HeadOverview([part.picture], columns: keys, statistics)
  }

  /// Of the pictures of parts that follow each other.
  init(_ parts: [OverviewPicture], columns keys: Int, _ statistics: HeadStatistics) {
    factor = parts.first?.factor ?? 1
    columns = (keys + factor - 1) / factor
    cells = parts.flatMap(\.cells)
    var best = (value: Float(0), pair: Pair?.none)
    for part in parts where part.largest > best.value { best = (part.largest, part.strongest) }
    (largest, strongest) = best
    self.statistics = statistics
  }
}

/// The coarse picture of some neighbouring queries of a head.
struct OverviewPicture: Sendable {
  let factor: Int
  /// As in `HeadOverview`.
  fileprivate(set) var cells: [Float?] = []
  /// The largest probability, and where it is: in the first row of cells that has it, the first key, the first query.
  fileprivate(set) var largest: Float = 0
  fileprivate(set) var strongest: HeadOverview.Pair?
}

/// Reads a part of a head: neighbouring queries, the first of which begins a row of cells.
final class OverviewPart: ProbabilityPartReader {
  private let scan: HeadScan
  private let visible: VisibleQueries
  private let keys: Int
  private let end: Int
  /// The bits of the maxima in the row of cells that is being read.
  private var maxima: [Int32]
  /// The largest probability in it.
  private var best: (value: Float, query: Int, key: Int) = (0, 0, 0)
  private(set) var picture: OverviewPicture
  private let isDone: ((OverviewPart) -> Void)?

  /// - Parameter isDone: called when all of the part has been read.
  init(
    _ queries: Range<Int>, keys: Int, _ scan: HeadScan, _ visible: VisibleQueries,
    isDone: ((OverviewPart) -> Void)? = nil
  ) {
    self.scan = scan
    self.visible = visible
    self.keys = keys
    self.isDone = isDone
    end = queries.upperBound
    maxima = [Int32](repeating: ColumnMaxima.blocked, count: keys)
    picture = OverviewPicture(factor: HeadOverview.factor(queries: visible.mask.queries, keys: keys))
    scan.clear()
  }

  /// What was summed.
  var sums: HeadSums { scan.sums }

  func read(queries: Range<Int>, keys: Range<Int>, _ probabilities: UnsafePointer<Float>) {
    scan.cover(keys)
    var first = queries.lowerBound
    while first < queries.upperBound {
      // As far as the row of cells goes.
      let next = min((first / picture.factor + 1) * picture.factor, queries.upperBound)
      let rows = probabilities + (first - queries.lowerBound) * keys.count
      readRow(first..<next, keys, rows)
      takeMaxima(first..<next, keys, rows)
      if next % picture.factor == 0 || next == end { endRowOfCells() }
      first = next
    }
  }

  /// Reads queries of one row of cells.
  private func readRow(_ queries: Range<Int>, _ keys: Range<Int>, _ rows: UnsafePointer<Float>) {
    func row(_ query: Int) -> UnsafePointer<Float> { rows + (query - queries.lowerBound) * keys.count }
    for run in visible.runs where run.overlaps(queries) {
      let run = run.clamped(to: queries)
      scan.add(run, row(run.lowerBound), stride: keys.count, keys, visible)
      for (place, query) in run.enumerated() {
        let (top, key) = scan.largest(place)
        take(top, query, key: keys.lowerBound + key)
      }
    }
    for query in queries where !visible.isCounted[query] {
      let top = largest(of: row(query), count: keys.count)
      take(
        top, query, key: keys.lowerBound + (top > 0 ? firstIndex(of: top, in: row(query), count: keys.count) ?? 0 : 0))
    }
  }

  private func take(_ top: Float, _ query: Int, key: Int) {
    // Of equal ones the first key, and of these the first query, in whichever order they come.
    guard top > 0, top >= best.value else { return }
    if top > best.value || (key, query) < (best.key, best.query) { best = (top, query, key) }
  }

  private func takeMaxima(_ queries: Range<Int>, _ keys: Range<Int>, _ rows: UnsafePointer<Float>) {
    visible.mask.allowed.withUnsafeBufferPointer { allowed in
      maxima.withUnsafeMutableBufferPointer { maxima in
        guard let allowed = allowed.baseAddress, let maxima = maxima.baseAddress else { return }
        scan.kernels.takeMaxima(
          MaximaRows(
            probabilities: rows, stride: keys.count, rows: queries.count, keys: keys.count,
            allowed: allowed + queries.lowerBound * visible.mask.keys + keys.lowerBound,
            allowedStride: visible.mask.keys, maxima: maxima + keys.lowerBound))
      }
    }
  }

  private func endRowOfCells() {
    for first in stride(from: 0, to: keys, by: picture.factor) {
      var largest = ColumnMaxima.blocked
      for key in first..<min(first + picture.factor, keys) { largest = max(largest, maxima[key]) }
      picture.cells.append(ColumnMaxima.value(largest))
    }
    for key in 0..<keys { maxima[key] = ColumnMaxima.blocked }
    if best.value > picture.largest {
      (picture.largest, picture.strongest) = (best.value, HeadOverview.Pair(query: best.query, key: best.key))
    }
    best = (0, 0, 0)
  }

  func finish() {
    scan.takeSums()
    isDone?(self)
  }
}
