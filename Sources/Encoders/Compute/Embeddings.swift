import Activations

/// What becomes the input of the first layer: the sum of embeddings of tokens, positions and token types, normalized.
struct Embeddings: Sendable {
  let words: EmbeddingTable
  /// nil where the family has no absolute positions.
  let positions: EmbeddingTable?
  /// nil where the family has no token types.
  let tokenTypes: EmbeddingTable?
  let norm: LayerNorm

  var size: Int { words.columns }

  /// [position, size]
  func callAsFunction(
    _ input: TokenizedInput, positionIDs: [Int], into output: UnsafeMutablePointer<Float>
  ) throws {
    try sum(input, positionIDs: positionIDs, into: output)
    norm.apply(to: output, into: output, rows: input.count)
  }

  /// [position, size], not yet normalized.
  func sum(_ input: TokenizedInput, positionIDs: [Int], into output: UnsafeMutablePointer<Float>) throws {
    let row = FloatStorage(count: size)
    for position in 0..<input.count {
      let target = output + position * size
      try words.read(Int(input.inputIDs[position]), into: target)
      if let tokenTypes {
        // Where there is one type, that is everybody's: tokenizers say of pairs that there are two all the same.
        try tokenTypes.read(tokenTypes.rows == 1 ? 0 : Int(input.tokenTypeIDs[position]), into: row.pointer)
        Kernels.best.addElements(row.pointer, target, size)
      }
      if let positions {
        try positions.read(positionIDs[position], into: row.pointer)
        Kernels.best.addElements(row.pointer, target, size)
      }
    }
  }
}
