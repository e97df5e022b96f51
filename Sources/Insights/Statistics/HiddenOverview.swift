import Activations
import Compute
import Synchronization

/// What pictures show of a head of a long text where tokens are hidden: as much as `HeadOverview` keeps of it where none are.
public struct HiddenOverview: Sendable, Equatable {
  /// The largest probability in each cell that is not hidden; nil where the mask blocks all of it, or all of it is hidden.
  public let picture: CoarsePicture
  /// The largest probability that is not hidden; NaN where there is one.
  public let largest: Float
  /// Where the largest one is among queries that are not PAD; nil where nothing is larger than 0.
  public let strongest: HeadOverview.Pair?
  /// How much of each query's attention goes to hidden keys.
  public let mass: [Double]

  /// Those of all heads of a layer of one sentence; nil where `isCancelled`, which is asked again and again, said yes.
  ///
  /// - Parameters:
  ///   - isHiddenQuery: one entry a query.
  ///   - isHiddenKey: one entry a key.
  public static func layer(
    _ index: Int, of encoding: Encoding, isHiddenQuery: [Bool], isHiddenKey: [Bool],
    isCancelled: @Sendable () -> Bool
  ) -> [HiddenOverview]? {
    let layer = encoding.trace.layers[index]
    precondition(
      isHiddenQuery.count == layer.mask.queries && isHiddenKey.count == layer.mask.keys, "an entry for every token")
    let found = Mutex([HiddenOverview?](repeating: nil, count: layer.heads))
    ThreadTeam.shared.forEach(layer.heads) { head, _ in
      let overview = HiddenOverview(head, layer, encoding.input, isHiddenQuery, isHiddenKey, isCancelled)
      found.withLock { $0[head] = overview }
    }
    let overviews = found.withLock { $0 }.compactMap(\.self)
    return overviews.count == layer.heads ? overviews : nil
  }

  /// Reads a head, some rows of cells at a time.
  private init?(
    _ head: Int, _ layer: LayerTrace, _ input: TokenizedInput, _ isHiddenQuery: [Bool], _ isHiddenKey: [Bool],
    _ isCancelled: () -> Bool
  ) {
    let (queries, keys) = (isHiddenQuery.count, isHiddenKey.count)
    let factor = HeadOverview.factor(queries: queries, keys: keys)
    func groups(_ count: Int) -> [Range<Int>] {
      stride(from: 0, to: count, by: factor).map { $0..<min($0 + factor, count) }
    }
    let rows = groups(queries)
    let shownKeys = groups(keys).map { $0.filter { !isHiddenKey[$0] } }
    var (cells, mass): ([Float?], [Double]) = ([], [])
    var (largest, best, strongest): (Float, Float, HeadOverview.Pair?) = (0, 0, nil)
    // About 512 queries: for each time, all keys are read.
    let step = max(512 / factor, 1)
    for first in stride(from: 0, to: rows.count, by: step) {
      if isCancelled() { return nil }
      let rows = rows[first..<min(first + step, rows.count)]
      let start = first * factor
      let map = layer.probabilities(head: head, queries: start..<(rows.last?.upperBound ?? start)).withPackedRows
      mass += hiddenMass(map, isHidden: isHiddenKey)
      let maxima = ColumnMaxima(map, from: start, mask: layer.mask, weights: nil)
      for row in rows {
        let shown = row.filter { !isHiddenQuery[$0] }
        let ofKeys = maxima.of(shown)
        let ofRow = shownKeys.map { keys in
          ColumnMaxima.value(keys.reduce(ColumnMaxima.blocked) { max($0, ofKeys[$1]) })
        }
        cells += ofRow
        // NaN is never hidden.
        for case let cell? in ofRow where cell.isNaN || cell > largest { largest = cell }
        guard ofRow.contains(where: { $0 ?? 0 > best }) else { continue }
        for query in shown where input.attentionMask[query] {
          for (key, value) in map.row(query - start).enumerated() where value > best {
            guard !isHiddenKey[key], layer.mask[query, key] else { continue }
            (best, strongest) = (value, HeadOverview.Pair(query: query, key: key))
          }
        }
      }
    }
    picture = CoarsePicture(factor: factor, columns: shownKeys.count, cells: cells, pooling: .largest)
    (self.largest, self.mass, self.strongest) = (largest, mass, strongest)
  }
}
