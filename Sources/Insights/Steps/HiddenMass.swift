import Activations

/// How much of each query's attention goes to keys that are hidden from the picture, one number a query, from 0 to 1.
///
/// Hiding changes nothing in the computation: the rows that remain visible sum to 1 less this. `probabilities` is
/// [query, key], `isHidden` has one entry a key.
public func hiddenMass(_ probabilities: Tensor, isHidden: [Bool]) -> [Double] {
  precondition(probabilities.shape[1] == isHidden.count, "one entry a key")
  let hidden = isHidden.indices.filter { isHidden[$0] }
  return (0..<probabilities.shape[0]).map { query in
    hidden.reduce(0) { $0 + Double(probabilities[query, $1]) }
  }
}
