import Activations
import Compute

/// What becomes the input of the first layer: the sum of embeddings of tokens, positions and token types, normalized.
struct Embeddings: Sendable {
  let words: EmbeddingTable
  /// nil where the family has no absolute positions.
  let positions: EmbeddingTable?
  /// nil where the family has no token types.
  let tokenTypes: EmbeddingTable?
  let norm: LayerNorm

  var size: Int { words.columns }

  /// [position, size], not yet normalized.
  func sum(_ input: TokenizedInput, positionIDs: [Int], into output: UnsafeMutablePointer<Float>, with kernels: Kernels)
    throws
  {
    let row = FloatStorage(count: size)
    for position in 0..<input.count {
      let target = output + position * size
      try words.read(Int(input.inputIDs[position]), into: target)
      if let tokenTypes {
        try tokenTypes.readType(input.tokenTypeIDs[position], into: row.pointer)
        kernels.addElements(row.pointer, target, size)
      }
      if let positions {
        try positions.read(positionIDs[position], into: row.pointer)
        kernels.addElements(row.pointer, target, size)
      }
    }
  }
}

extension ForwardPass {
  /// [row, hidden]: the embeddings of all sentences, projected where there is a projection.
  func embed(
    _ embeddings: Embeddings, projection: Dense? = nil,
    positionIDs: (TokenizedInput) -> [Int] = { Array(0..<$0.count) }
  ) throws -> FloatStorage {
    let hidden = storage(rows: rows, columns: projection?.outputSize ?? embeddings.size)
    let sums =
      projection == nil ? hidden.pointer : buffer(.embeddings, rows: rows, columns: embeddings.size)
    try sum(embeddings, positionIDs: positionIDs, into: sums)
    embeddings.norm.apply(to: sums, into: sums, rows: rows, on: engine)
    if let projection { try dense(projection, sums, rows: rows, into: hidden.pointer) }
    return hidden
  }

  /// [row, size]: the same, not yet normalized, nor projected.
  func sum(
    _ embeddings: Embeddings, positionIDs: (TokenizedInput) -> [Int] = { Array(0..<$0.count) },
    into sums: UnsafeMutablePointer<Float>
  ) throws {
    for sentence in sentences {
      try embeddings.sum(
        sentence.input, positionIDs: positionIDs(sentence.input),
        into: sums + sentence.rows.lowerBound * embeddings.size, with: engine.kernels)
    }
  }
}
