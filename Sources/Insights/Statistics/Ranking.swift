import Activations

/// The place of a key among all keys of a query, from 1 for the largest probability; equal ones share the better place.
public func rank(of key: Int, in probabilities: [Float]) -> Int {
  guard probabilities.indices.contains(key) else { return 0 }
  return 1 + probabilities.count { $0 > probabilities[key] }
}

extension Tensor {
  /// The largest finite number, 0 where none is larger. NaN and infinity are passed over.
  public func largest() -> Float {
    if isRowMajor {
      return withExtendedLifetime(storage) {
        Insights.largest(of: UnsafePointer(storage.pointer + offset), count: count)
      }
    }
    return values().withUnsafeBufferPointer { values in
      values.baseAddress.map { Insights.largest(of: $0, count: values.count) } ?? 0
    }
  }
}
