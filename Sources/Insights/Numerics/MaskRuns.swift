import Activations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The keys that each query sees, as runs of neighbours. A long text has millions of pairs and few runs, so pictures and sums of its mask
/// are made of these.
package struct MaskRuns: Sendable, Equatable {
  /// How many queries and keys there are.
  package let queries: Int
  package let keys: Int
  /// Runs of keys, those of a query in order and with gaps between them; queries that see the same keys may share them.
  private let runs: [Range<Int32>]
  /// Which of `runs` are those of each query.
  private let places: [Range<Int32>]

  /// The runs of a mask.
  package init(_ mask: AttentionMask) {
    (queries, keys) = (mask.queries, mask.keys)
    let keys = mask.keys
    var runs: [Range<Int32>] = []
    var places: [Range<Int32>] = []
    places.reserveCapacity(mask.queries)
    mask.allowed.withUnsafeBytes { allowed in
      for query in 0..<mask.queries {
        guard let row = allowed.baseAddress.map({ $0 + query * keys }) else { break }
        if query > 0, let last = places.last, memcmp(row, row - keys, keys) == 0 {
          places.append(last)
          continue
        }
        let first = Int32(truncatingIfNeeded: runs.count)
        var start = MaskRuns.end(of: 0, from: 0, in: row, keys)
        while start < keys {
          let end = MaskRuns.end(of: 1, from: start, in: row, keys)
          runs.append(Int32(truncatingIfNeeded: start)..<Int32(truncatingIfNeeded: end))
          start = MaskRuns.end(of: 0, from: end, in: row, keys)
        }
        places.append(first..<Int32(truncatingIfNeeded: runs.count))
      }
    }
    self.runs = runs
    self.places = places
  }

  /// The first byte from a place on that is another one, or the end of the row; bytes are 0 and 1.
  private static func end(of byte: UInt8, from start: Int, in row: UnsafeRawPointer, _ count: Int) -> Int {
    let eight: UInt64 = byte == 0 ? 0 : 0x0101_0101_0101_0101
    var place = start
    while place + 8 <= count, row.loadUnaligned(fromByteOffset: place, as: UInt64.self) == eight { place += 8 }
    while place < count, row.load(fromByteOffset: place, as: UInt8.self) == byte { place += 1 }
    return place
  }

  /// The runs of a query.
  package subscript(query: Int) -> ArraySlice<Range<Int32>> {
    runs[Int(places[query].lowerBound)..<Int(places[query].upperBound)]
  }

  /// How many keys a query sees.
  package func visibleKeys(query: Int) -> Int { self[query].reduce(0) { $0 + $1.count } }

  /// How many of some keys a query sees.
  package func visibleKeys(query: Int, among keys: Range<Int>) -> Int {
    self[query].reduce(0) { sum, run in
      sum + max(min(Int(run.upperBound), keys.upperBound) - max(Int(run.lowerBound), keys.lowerBound), 0)
    }
  }

  /// How many keys a query sees here and by another mask, too.
  package func sharedKeys(query: Int, with other: MaskRuns) -> Int {
    self[query].reduce(0) { $0 + other.visibleKeys(query: query, among: Int($1.lowerBound)..<Int($1.upperBound)) }
  }

  /// What share of the pairs of each cell is let through: cells of so many neighbouring columns, in one row of them.
  ///
  /// - Parameters:
  ///   - queries: the queries of the row.
  ///   - places: how many columns lie before each key, and before the end: all keys are columns, or some of them.
  package func shares(_ queries: ArraySlice<Int>, places: [Int], factor: Int) -> [Float] {
    let columns = places.last ?? 0
    let cells = (columns + factor - 1) / max(factor, 1)
    // What a cell has beside whole rows, and where runs of whole rows of cells begin and end.
    var (parts, wholes) = ([Int](repeating: 0, count: cells + 1), [Int](repeating: 0, count: cells + 1))
    for query in queries {
      for run in self[query] {
        let (start, end) = (places[Int(run.lowerBound)], places[Int(run.upperBound)])
        guard start < end else { continue }
        let (first, last) = (start / factor, (end - 1) / factor)
        if first == last {
          parts[first] += end - start
        } else {
          parts[first] += (first + 1) * factor - start
          parts[last] += end - last * factor
          wholes[first + 1] += factor
          wholes[last] -= factor
        }
      }
    }
    var whole = 0
    return (0..<cells).map { cell in
      whole += wholes[cell]
      let pairs = (min((cell + 1) * factor, columns) - cell * factor) * queries.count
      return pairs > 0 ? Float(parts[cell] + whole) / Float(pairs) : 0
    }
  }
}
