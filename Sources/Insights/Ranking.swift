import Activations

/// The place of a key among all keys of a query, from 1 for the largest probability; equal ones share the better place.
public func rank(of key: Int, in probabilities: [Float]) -> Int {
  guard probabilities.indices.contains(key) else { return 0 }
  return 1 + probabilities.count { $0 > probabilities[key] }
}

extension Tensor {
  /// The largest number, 0 where there is none. NaN is passed over.
  public func largest() -> Float {
    values().reduce(0) { $1 > $0 ? $1 : $0 }
  }
}
