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
    let row = FloatStorage(count: size)
    for position in 0..<input.count {
      let target = output + position * size
      try words.read(Int(input.inputIDs[position]), into: target)
      if let tokenTypes {
        try tokenTypes.read(Int(input.tokenTypeIDs[position]), into: row.pointer)
        add(row.pointer, to: target)
      }
      if let positions {
        try positions.read(positionIDs[position], into: row.pointer)
        add(row.pointer, to: target)
      }
    }
    norm.apply(to: output, into: output, rows: input.count)
  }

  private func add(_ row: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    Kernels.best.addElements(row, target, size)
  }
}
