import Activations
import Support

/// The cosine similarity of every two positions of a hidden state, [position, position]; `hiddenState` is
/// [position, hidden]. Symmetric, 1 on the diagonal; a vector of length 0 is similar to none but its like.
public func cosineSimilarities(_ hiddenState: Tensor) -> Tensor {
  let rows = hiddenState.withPackedRows
  let (positions, hidden) = (rows.shape[0], rows.shape[1])
  return Tensor(shape: [positions, positions]) { result in
    withExtendedLifetime(rows) {
      let squares = (0..<positions).map { squareOfLength(rows.pointer(row: $0), count: hidden) }
      for a in 0..<positions {
        for b in 0..<a {
          let product = Double(dotProduct(rows.pointer(row: a), rows.pointer(row: b), count: hidden))
          result[a * positions + b] = Float(cosine(product, squares[a], squares[b]))
          result[b * positions + a] = result[a * positions + b]
        }
        result[a * positions + a] = squares[a].isFinite ? 1 : .nan
      }
    }
  }
}

/// A token, and how similar its vector is.
public struct SimilarToken: Sendable, Equatable {
  /// The position in the input.
  public let position: Int
  /// From −1 to 1.
  public let cosine: Double
}

/// The other tokens of a sentence by the cosine similarity of their vectors, most similar first. PAD is left out.
/// `hiddenState` is [position, hidden].
public func nearestTokens(to position: Int, in hiddenState: Tensor, of input: TokenizedInput) -> [SimilarToken] {
  let similarities = similarities(of: hiddenState, position, hiddenState, input.realPositions)
  // Swift's sort is stable.
  return similarities.filter { $0.position != position }.sorted { $0.cosine.isLarger(than: $1.cosine) }
}

private func similarities(of a: Tensor, _ position: Int, _ b: Tensor, _ others: [Int]) -> [SimilarToken] {
  let (rowsA, rowsB) = (a.withPackedRows, b.withPackedRows)
  let hidden = a.shape[1]
  precondition(
    (0..<a.shape[0]).contains(position) && others.allSatisfy((0..<b.shape[0]).contains), "positions of these states")
  return withExtendedLifetime((rowsA, rowsB)) {
    let row = rowsA.pointer(row: position)
    let square = squareOfLength(row, count: hidden)
    return others.map { other in
      let otherRow = rowsB.pointer(row: other)
      let product = preciseDotProduct(row, otherRow, count: hidden)
      return SimilarToken(
        position: other, cosine: cosine(product, square, squareOfLength(otherRow, count: hidden)))
    }
  }
}

extension AttentionTrace {
  /// How much each layer changes each token's vector: ‖h after − h before‖, [layer, position].
  public func representationChanges() -> Tensor {
    Tensor(shape: [layers.count, positions]) { result in
      for layer in layers.indices {
        let (before, after) = (hiddenStates[layer].withPackedRows, hiddenStates[layer + 1].withPackedRows)
        let hidden = before.shape[1]
        withExtendedLifetime((before, after)) {
          for position in 0..<positions {
            let (a, b) = (before.pointer(row: position), after.pointer(row: position))
            var square = 0.0
            for i in 0..<hidden {
              let difference = Double(b[i]) - Double(a[i])
              square += difference * difference
            }
            result[layer * positions + position] = Float(square.squareRoot())
          }
        }
      }
    }
  }

  /// The length of each token's vector in each hidden state, [hidden state, position]; 0 is the input of layer 0.
  public func representationNorms() -> Tensor {
    Tensor(shape: [hiddenStates.count, positions]) { result in
      for (index, state) in hiddenStates.enumerated() {
        let rows = state.withPackedRows
        withExtendedLifetime(rows) {
          for position in 0..<positions {
            result[index * positions + position] = Float(
              squareOfLength(rows.pointer(row: position), count: rows.shape[1]).squareRoot())
          }
        }
      }
    }
  }

  /// The cosine similarity of a token's vector and a token's of another trace of the same hidden size, for each hidden
  /// state that both have: the same word in two sentences starts alike, and drifts apart where it means something else.
  /// Empty where the sizes differ.
  public func similarities(at position: Int, to other: AttentionTrace, at otherPosition: Int) -> [Double] {
    zip(hiddenStates, other.hiddenStates).compactMap { a, b in
      guard a.shape[1] == b.shape[1] else { return nil }
      return Insights.similarities(of: a, position, b, [otherPosition]).first?.cosine
    }
  }
}

/// The tokens that two inputs have in common, as pairs of positions, in the order of `a`; special tokens and PAD left out.
public func sharedTokens(_ a: TokenizedInput, _ b: TokenizedInput) -> [(a: Int, b: Int)] {
  func words(_ input: TokenizedInput) -> [Int] {
    input.realPositions.filter { !input.specialTokensMask[$0] }
  }
  return words(a).flatMap { positionA in
    words(b).filter { a.tokens[positionA].utf8.elementsEqual(b.tokens[$0].utf8) }.map { (positionA, $0) }
  }
}
