import Activations

/// The maximum of each key over some queries. Whole rows at a time, as vector units like it: a picture of all heads looks
/// at every probability that there is.
///
/// Numbers from 0 on are compared by their bits, which have the same order and put NaN above all numbers, so that it is not
/// hidden.
package struct ColumnMaxima {
  /// Below all numbers.
  package static let blocked: Int32 = -1

  /// The number that has these bits; nil where the mask blocks all.
  package static func value(_ bits: Int32) -> Float? {
    bits == blocked ? nil : Float(bitPattern: UInt32(bitPattern: bits))
  }

  private let probabilities: Tensor
  /// The query of their first row.
  private let first: Int
  private let mask: AttentionMask
  /// One factor a key; 1 where there are none.
  private let weights: [Float]
  /// How many keys there are.
  package let count: Int

  /// Of [query, key] probabilities, or of some neighbouring queries of them, from `first` on.
  package init(_ probabilities: Tensor, from first: Int = 0, mask: AttentionMask, weights: [Float]?) {
    self.probabilities = probabilities
    self.first = first
    self.mask = mask
    count = min(probabilities.shape[1], mask.keys)
    let given = (weights ?? []).prefix(count)
    self.weights = given + Array(repeating: 1, count: count - given.count)
  }

  /// The bits of the maxima; `blocked` for keys that the mask blocks for all of the queries.
  package func of(_ queries: [Int]) -> [Int32] {
    var maxima = [Int32](repeating: ColumnMaxima.blocked, count: count)
    let step = probabilities.strides[1]
    withExtendedLifetime(probabilities.storage) {
      for query in queries where query >= first && query < min(first + probabilities.shape[0], mask.queries) {
        let row = probabilities.storage.pointer + probabilities.offset + (query - first) * probabilities.strides[0]
        maxima.withUnsafeMutableBufferPointer { maxima in
          mask.allowed.withUnsafeBufferPointer { allowed in
            weights.withUnsafeBufferPointer { weights in
              let start = query * mask.keys
              let allowed = UnsafeBufferPointer(rebasing: allowed[start..<start + count])
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
