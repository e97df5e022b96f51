import Activations

/// The scores of all pairs of a head in cells of some queries and keys, each the number that is largest in either direction: of a long text,
/// of which a screen cannot show every pair.
package struct ScoreCells: Sendable, Equatable {
  /// q · k.
  package let scores: CoarsePicture
  /// The same scaled, with what the family adds.
  package let scaled: CoarsePicture
  /// The scaled scores of pairs that the mask lets through; nil where it blocks all of a cell.
  package let masked: CoarsePicture
  /// The largest magnitudes of finite numbers among them; 0 where there are none.
  package let largestScore: Float
  package let largestScaled: Float
  package let largestMasked: Float

  /// Those of a head; nil where `isCancelled`, which is asked again and again, said yes.
  package init?(_ layer: LayerTrace, head: Int, isCancelled: () -> Bool) {
    let (queries, keys) = (layer.queries[slice: head].withPackedRows, layer.keys[slice: head])
    let (rows, count, size) = (queries.shape[0], keys.shape[0], queries.shape[1])
    let factor = HeadOverview.factor(queries: rows, keys: count)
    // Place by place, so that neighbours are multiplied together; each sum is still made in the order of the places.
    let places = Tensor(shape: [size, count]) { target in
      for place in 0..<size {
        for key in 0..<count { target[place * count + key] = keys[key, place] }
      }
    }
    let bias = layer.scoreBias?[slice: head]
    var (scores, scaled, masked): ([Float?], [Float?], [Float?]) = ([], [], [])
    var (largestScore, largestScaled, largestMasked) = (Float(0), Float(0), Float(0))
    var products = [Float](repeating: 0, count: count)
    for first in stride(from: 0, to: rows, by: factor) {
      if isCancelled() { return nil }
      var tops = [Float](repeating: 0, count: 2 * count)
      var seen = [Float?](repeating: nil, count: count)
      for query in first..<min(first + factor, rows) {
        withExtendedLifetime((queries, places)) {
          ScoreCells.multiply(queries.pointer(row: query), places, into: &products)
        }
        for key in 0..<count {
          let score = products[key]
          let number = score * layer.scale + (bias?[query, key] ?? 0)
          tops[key].grow(with: score)
          tops[count + key].grow(with: number)
          largestScore.growFinite(with: score)
          largestScaled.growFinite(with: number)
          guard layer.mask[query, key] else { continue }
          largestMasked.growFinite(with: number)
          var top = seen[key] ?? number
          top.grow(with: number)
          seen[key] = top
        }
      }
      for start in stride(from: 0, to: count, by: factor) {
        var (score, number, top) = (Float(0), Float(0), Float?.none)
        for key in start..<min(start + factor, count) {
          score.grow(with: tops[key])
          number.grow(with: tops[count + key])
          guard let other = seen[key] else { continue }
          var largest = top ?? other
          largest.grow(with: other)
          top = largest
        }
        scores.append(score)
        scaled.append(number)
        masked.append(top)
      }
    }
    func picture(_ cells: [Float?]) -> CoarsePicture {
      CoarsePicture(
        factor: factor, columns: (count + factor - 1) / factor, cells: cells, pooling: .largestMagnitude)
    }
    (self.scores, self.scaled, self.masked) = (picture(scores), picture(scaled), picture(masked))
    (self.largestScore, self.largestScaled, self.largestMasked) = (largestScore, largestScaled, largestMasked)
  }

  /// The products of a query with all keys, which are [place, key].
  private static func multiply(_ query: UnsafePointer<Float>, _ keys: Tensor, into products: inout [Float]) {
    let count = products.count
    products.withUnsafeMutableBufferPointer { products in
      guard let products = products.baseAddress else { return }
      products.update(repeating: 0, count: count)
      for place in 0..<keys.shape[0] {
        let (factor, row) = (query[place], keys.pointer(row: place))
        for key in 0..<count { products[key] += factor * row[key] }
      }
    }
  }
}

extension Float {
  /// Becomes another number that is larger in either direction, or NaN; NaN stays.
  @inline(__always)
  mutating func grow(with other: Float) {
    if !isNaN, !(abs(other) <= abs(self)) { self = other }
  }

  /// Becomes the magnitude of another number that is larger, and finite.
  @inline(__always)
  fileprivate mutating func growFinite(with other: Float) {
    let magnitude = abs(other)
    if magnitude > self, magnitude < .infinity { self = magnitude }
  }
}
