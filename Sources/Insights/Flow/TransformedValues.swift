import Activations

/// The vectors that the heads of a layer carry from key to query, and how long they are (Kobayashi et al. 2020).
///
/// f(x) of a head is its value vector, bias included, taken through the head's part of the output projection, without that
/// projection's bias b_O: what the head adds to a query's output for a key of probability 1. What it does add is p f(x), so
/// ‖p f(x)‖ tells more than p: heads that do nothing attend to separators, whose f(x) is short. The sum of p f(x) over all
/// heads and keys, plus b_O, is the attention's output before the residual connection.
public struct TransformedValues: Sendable {
  /// f(x), [head, position, hidden].
  public let vectors: Tensor
  /// ‖f(x)‖, [head, position].
  public let norms: Tensor

  /// `values` is [head, position, headSize]. `outputProjection` is the weight of the layer's output projection as Hugging
  /// Face stores it, [out, in]: [hidden, heads · headSize]; the inputs of head h are the columns from h · headSize on. Nil
  /// where the shapes do not fit together. `check` is called now and then; what it throws ends the computation.
  public init?(values: Tensor, outputProjection: Tensor, check: () throws -> Void) rethrows {
    guard values.shape.count == 3, outputProjection.shape.count == 2,
      outputProjection.shape[1] == values.shape[0] * values.shape[2]
    else { return nil }
    let (heads, positions, headSize) = (values.shape[0], values.shape[1], values.shape[2])
    let hidden = outputProjection.shape[0]
    let values = values.withPackedRows
    // [in, out], so that a value's components weigh rows.
    let transposed = Tensor(
      storage: outputProjection.storage, offset: outputProjection.offset, shape: outputProjection.shape.reversed(),
      strides: outputProjection.strides.reversed())
    let projection = Tensor(shape: transposed.shape, transposed.values())
    let vectors = try Tensor(shape: [heads, positions, hidden]) { result in
      guard let start = result.baseAddress else { return }
      result.update(repeating: 0)
      try withExtendedLifetime(values) {
        for head in 0..<heads {
          try check()
          let part = Tensor(
            storage: projection.storage, offset: head * headSize * hidden, shape: [headSize, hidden])
          for position in 0..<positions {
            addRows(
              of: part, weights: values.pointer(head, row: position), count: headSize,
              to: start + (head * positions + position) * hidden)
          }
        }
      }
    }
    self.vectors = vectors
    norms = Tensor(shape: [heads, positions]) { result in
      withExtendedLifetime(vectors) {
        for head in 0..<heads {
          for position in 0..<positions {
            let vector = vectors.pointer(head, row: position)
            result[head * positions + position] = Float(
              squareOfLength(vector, count: hidden).squareRoot())
          }
        }
      }
    }
  }

  /// The same, without being asked to end.
  public init?(values: Tensor, outputProjection: Tensor) {
    self.init(values: values, outputProjection: outputProjection, check: {})
  }

  /// The same, without being asked to end.
  public func layerNorms(_ probabilities: Tensor) -> Tensor { layerNorms(probabilities, check: {}) }

  /// ‖p f(x)‖ of one head, [query, key]; `probabilities` are the head's, [query, key].
  public func weightedNorms(head: Int, _ probabilities: Tensor) -> Tensor {
    let rows = probabilities.withPackedRows
    let (queries, keys) = (rows.shape[0], rows.shape[1])
    precondition((0..<norms.shape[0]).contains(head) && keys == norms.shape[1], "a head, and as many keys as values")
    return Tensor(shape: [queries, keys]) { result in
      guard let start = result.baseAddress else { return }
      withExtendedLifetime((rows, norms)) {
        let lengths = norms.pointer(row: head)
        for query in 0..<queries {
          let row = rows.pointer(row: query)
          let products = start + query * keys
          for key in 0..<keys { products[key] = row[key] * lengths[key] }
        }
      }
    }
  }

  /// ‖Σ p f(x)‖ of a whole layer, [query, key]: the heads' vectors are summed first, and may cancel. `probabilities` is
  /// [head, query, key].
  ///
  /// - Parameters:
  ///   - carries: whether a head carries anything; one whose output was set to zero does not. Nil: all do.
  ///   - check: is called now and then; what it throws ends the computation.
  public func layerNorms(
    _ probabilities: Tensor, carries: ((_ head: Int) -> Bool)? = nil, check: () throws -> Void
  ) rethrows -> Tensor {
    let rows = probabilities.withPackedRows
    let (heads, queries, keys) = (rows.shape[0], rows.shape[1], rows.shape[2])
    precondition([heads, keys] == norms.shape, "as many heads and keys as values")
    let isOn = (0..<heads).map { carries?($0) ?? true }
    let products = productsOfHeads(keys: keys)
    return try Tensor(shape: [queries, keys]) { result in
      guard let start = result.baseAddress else { return }
      var squares = [Double](repeating: 0, count: keys)
      try withExtendedLifetime(rows) {
        for query in 0..<queries {
          if query % 32 == 0 { try check() }
          for key in 0..<keys { squares[key] = 0 }
          var pair = 0
          for a in 0..<heads {
            for b in 0...a {
              defer { pair += 1 }
              guard isOn[a], isOn[b] else { continue }
              let (rowA, rowB) = (rows.pointer(a, row: query), rows.pointer(b, row: query))
              addProducts(rowA, rowB, products, from: pair * keys, twice: a != b, to: &squares)
            }
          }
          let row = start + query * keys
          for key in 0..<keys { row[key] = Float(max(squares[key], 0).squareRoot()) }
        }
      }
    }
  }

  /// f_a(x) · f_b(x) for all pairs of heads b ≤ a, one pair after the other, [pair, position]: ‖Σ p f‖² = Σ p_a p_b f_a · f_b.
  private func productsOfHeads(keys: Int) -> [Double] {
    let (heads, hidden) = (vectors.shape[0], vectors.shape[2])
    var products: [Double] = []
    products.reserveCapacity(heads * (heads + 1) / 2 * keys)
    withExtendedLifetime(vectors) {
      for a in 0..<heads {
        for b in 0...a {
          for key in 0..<keys {
            products.append(
              preciseDotProduct(vectors.pointer(a, row: key), vectors.pointer(b, row: key), count: hidden))
          }
        }
      }
    }
    return products
  }

  /// What one head adds to a query's output: Σ p f(x) over the keys, [hidden]. `probabilities` are the head's, [query, key].
  public func output(head: Int, query: Int, _ probabilities: Tensor) -> [Float] {
    let hidden = vectors.shape[2]
    precondition(probabilities.shape[1] == vectors.shape[1], "as many keys as values")
    let row = probabilities.row(query)
    var output = [Float](repeating: 0, count: hidden)
    output.withUnsafeMutableBufferPointer { output in
      row.withUnsafeBufferPointer { row in
        guard let sums = output.baseAddress, let weights = row.baseAddress else { return }
        withExtendedLifetime(vectors) {
          addRows(of: vectors[slice: head], weights: weights, count: row.count, to: sums)
        }
      }
    }
    return output
  }
}

/// Adds p_a p_b g, or twice as much, for every key.
@inline(__always)
private func addProducts(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ products: [Double], from start: Int, twice: Bool,
  to squares: inout [Double]
) {
  let factor: Double = twice ? 2 : 1
  squares.withUnsafeMutableBufferPointer { squares in
    products.withUnsafeBufferPointer { products in
      guard let sums = squares.baseAddress, let g = products.baseAddress.map({ $0 + start }) else { return }
      for key in 0..<squares.count { sums[key] += Double(a[key]) * Double(b[key]) * g[key] * factor }
    }
  }
}
