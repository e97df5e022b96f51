import Activations

/// ‖f(x)‖ of every head and position of a layer, [head, position], as in `TransformedValues`, without the vectors themselves.
///
/// With G = W_Oᵀ W_O over a head's columns, ‖W_O v‖² is vᵀ G v: what is as large as the hidden size is summed once a head,
/// not once a token. `values` is [head, position, headSize], `outputProjection` [hidden, heads · headSize]. Nil where the
/// shapes do not fit together.
public func transformedValueNorms(values: Tensor, outputProjection: Tensor) -> Tensor? {
  guard values.shape.count == 3, outputProjection.shape.count == 2,
    outputProjection.shape[1] == values.shape[0] * values.shape[2]
  else { return nil }
  let (heads, positions, headSize) = (values.shape[0], values.shape[1], values.shape[2])
  let hidden = outputProjection.shape[0]
  let (values, projection) = (values.withPackedRows, outputProjection.withPackedRows)
  var gram = [Float](repeating: 0, count: headSize * headSize)
  var product = [Float](repeating: 0, count: headSize)
  return Tensor(shape: [heads, positions]) { result in
    withExtendedLifetime((values, projection)) {
      gram.withUnsafeMutableBufferPointer { gram in
        product.withUnsafeMutableBufferPointer { product in
          guard let sums = gram.baseAddress, let image = product.baseAddress else { return }
          for head in 0..<heads {
            sums.update(repeating: 0, count: headSize * headSize)
            for row in 0..<hidden {
              let weights = projection.pointer(row: row) + head * headSize
              for i in 0..<headSize {
                let (weight, line) = (weights[i], sums + i * headSize)
                for j in 0..<headSize { line[j] += weight * weights[j] }
              }
            }
            for position in 0..<positions {
              let value = values.pointer(head, row: position)
              image.update(repeating: 0, count: headSize)
              for i in 0..<headSize {
                let (component, line) = (value[i], sums + i * headSize)
                for j in 0..<headSize { image[j] += component * line[j] }
              }
              let square = preciseDotProduct(value, UnsafePointer(image), count: headSize)
              result[head * positions + position] = Float(max(square, 0).squareRoot())
            }
          }
        }
      }
    }
  }
}

/// The largest p · weight of a head, where `probabilities` are [query, key] and each key has a weight.
public func largestWeighted(_ probabilities: Tensor, by weights: [Float]) -> Float {
  let rows = probabilities.withPackedRows
  precondition(rows.shape[1] == weights.count, "a weight for every key")
  var largest: Float = 0
  withExtendedLifetime(rows) {
    weights.withUnsafeBufferPointer { weights in
      guard let start = weights.baseAddress else { return }
      for query in 0..<rows.shape[0] {
        largest = max(largest, largestProduct(rows.pointer(row: query), start, count: weights.count))
      }
    }
  }
  return largest
}
