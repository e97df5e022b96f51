import Activations
import Explorer

/// A matrix brought to a size in dots: each dot shows the maximum of the pairs that fall on it, since an average would
/// hide spikes; where there are more dots than pairs, a pair takes several.
struct HeatImage {
  let columns: Int
  let rows: Int
  /// Row-major probabilities; nil where the mask blocks every pair of the dot.
  let dots: [Float?]
  /// True for dots that only stand for pairs that are hidden from the picture; empty where nothing is hidden.
  let hidden: [Bool]

  /// A whole head in a picture of `columns` × `rows` dots; each key's probabilities are multiplied by its weight, if any.
  ///
  /// - Parameter pooling: how many queries and keys a dot stands for; nil shares them out among the dots.
  init(
    _ probabilities: Tensor, mask: AttentionMask, positions: Int, columns: Int, rows: Int, pooling: Int? = nil,
    filter: PictureFilter? = nil, weights: [Float]? = nil
  ) {
    func covered(_ dots: Int) -> [Range<Int>] {
      (0..<max(dots, 0)).map { dot in
        guard let pooling, pooling > 1 else { return HeatImage.covered(dot, of: dots, among: positions) }
        // Of cells that are higher than wide, two may show the same tokens.
        let group = dot * ((positions + pooling - 1) / pooling) / dots
        let first = min(group * pooling, max(positions - 1, 0))
        return first..<min(first + pooling, max(positions, 1))
      }
    }
    self.init(
      probabilities, mask: mask, filter: filter, weights: weights, queries: covered(rows), keys: covered(columns))
  }

  /// A part of a head, each dot standing for `pooling` queries and keys.
  init(
    _ probabilities: Tensor, mask: AttentionMask, queries: Range<Int>, keys: Range<Int>,
    pooling: (queries: Int, keys: Int), filter: PictureFilter? = nil
  ) {
    func groups(_ range: Range<Int>, _ size: Int) -> [Range<Int>] {
      stride(from: range.lowerBound, to: range.upperBound, by: max(size, 1)).map {
        $0..<min($0 + max(size, 1), range.upperBound)
      }
    }
    self.init(
      probabilities, mask: mask, filter: filter, queries: groups(queries, pooling.queries),
      keys: groups(keys, pooling.keys))
  }

  /// A matrix of differences or similarities, each dot standing for `pooling` queries and keys: it shows the number that
  /// is largest in either direction.
  init(differences: Tensor, places: Range<Int>, pooling: Int) {
    let groups = stride(from: places.lowerBound, to: places.upperBound, by: max(pooling, 1)).map {
      $0..<min($0 + max(pooling, 1), places.upperBound)
    }
    rows = groups.count
    columns = groups.count
    hidden = []
    dots = groups.flatMap { queries in
      groups.map { keys in
        var largest: Float = 0
        for query in queries {
          for key in keys { largest = largest.pooledByMagnitude(with: differences[query, key]) }
        }
        return largest
      }
    }
  }

  private init(
    _ probabilities: Tensor, mask: AttentionMask, filter: PictureFilter?, weights: [Float]? = nil,
    queries: [Range<Int>], keys: [Range<Int>]
  ) {
    columns = keys.count
    rows = queries.count
    let filter = filter.flatMap { $0.isActive ? $0 : nil }
    let columnMaxima = ColumnMaxima(probabilities, mask: mask, weights: weights)
    let shownKeys = keys.map { keys in
      keys.clamped(to: 0..<columnMaxima.count).filter { filter?.hides(key: $0) != true }
    }
    var dots: [Float?] = []
    var hidden: [Bool] = []
    dots.reserveCapacity(columns * rows)
    for coveredQueries in queries {
      let shownQueries = coveredQueries.filter { filter?.hides(query: $0) != true }
      let maxima = columnMaxima.of(shownQueries)
      for keys in shownKeys {
        dots.append(ColumnMaxima.value(keys.reduce(ColumnMaxima.blocked) { max($0, maxima[$1]) }))
        if filter != nil { hidden.append(shownQueries.isEmpty || keys.isEmpty) }
      }
    }
    self.dots = dots
    self.hidden = hidden
  }

  /// Whether there is nothing to show at a dot.
  func isHidden(_ column: Int, _ row: Int) -> Bool { !hidden.isEmpty && hidden[row * columns + column] }

  subscript(column: Int, row: Int) -> Float? {
    column >= 0 && column < columns && row >= 0 && row < rows ? dots[row * columns + column] : nil
  }

  /// Which of `positions` fall on dot `index` of `count`; never nothing, so that no token is dropped.
  static func covered(_ index: Int, of count: Int, among positions: Int) -> Range<Int> {
    let start = index * positions / count
    let end = (index + 1) * positions / count
    return start..<max(end, start + 1)
  }
}

/// The maximum of each key over some queries. Whole rows at a time, as vector units like it: a picture of all heads looks
/// at every probability that there is.
///
/// Numbers from 0 on are compared by their bits, which have the same order and put NaN above all numbers, so that it is not
/// hidden.
private struct ColumnMaxima {
  /// Below all numbers.
  static let blocked: Int32 = -1

  /// The number that has these bits; nil where the mask blocks all.
  static func value(_ bits: Int32) -> Float? {
    bits == blocked ? nil : Float(bitPattern: UInt32(bitPattern: bits))
  }

  private let probabilities: Tensor
  private let mask: AttentionMask
  /// One factor a key; 1 where there are none.
  private let weights: [Float]
  /// How many keys there are.
  let count: Int

  init(_ probabilities: Tensor, mask: AttentionMask, weights: [Float]?) {
    self.probabilities = probabilities
    self.mask = mask
    count = min(probabilities.shape[1], mask.size)
    let given = (weights ?? []).prefix(count)
    self.weights = given + Array(repeating: 1, count: count - given.count)
  }

  /// The bits of the maxima; `blocked` for keys that the mask blocks for all of the queries.
  func of(_ queries: [Int]) -> [Int32] {
    var maxima = [Int32](repeating: ColumnMaxima.blocked, count: count)
    let step = probabilities.strides[1]
    withExtendedLifetime(probabilities.storage) {
      for query in queries where query >= 0 && query < min(probabilities.shape[0], mask.size) {
        let row = probabilities.storage.pointer + probabilities.offset + query * probabilities.strides[0]
        maxima.withUnsafeMutableBufferPointer { maxima in
          mask.allowed.withUnsafeBufferPointer { allowed in
            weights.withUnsafeBufferPointer { weights in
              let first = query * mask.size
              let allowed = UnsafeBufferPointer(rebasing: allowed[first..<first + count])
              @inline(__always) func take(_ probability: Float, of key: Int) {
                let weighted = probability * weights[key]
                // Of NaN, the sign is taken away.
                let bits = weighted < 0 ? 0 : Int32(bitPattern: weighted.bitPattern) & 0x7fff_ffff
                let candidate = allowed[key] ? bits : ColumnMaxima.blocked
                maxima[key] = candidate > maxima[key] ? candidate : maxima[key]
              }
              // A loop of its own for numbers that lie side by side: only these are taken several at a time, and only where
              // no sum that could overflow stands in it.
              if step == 1 {
                for key in 0..<count { take(row[key], of: key) }
              } else {
                for key in 0..<count { take(row[key * step], of: key) }
              }
            }
          }
        }
      }
    }
    return maxima
  }
}
