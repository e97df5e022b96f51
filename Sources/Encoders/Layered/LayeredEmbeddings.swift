import Activations
import Compute

/// What becomes the input of the first layer of a `Layered` encoder.
struct LayeredEmbeddings: Sendable {
  let words: EmbeddingTable
  private let parts: EmbeddingParts
  private let positions: EmbeddingTable?
  private let tokenTypes: EmbeddingTable?
  /// What is added at every position, [columns]; nil where nothing is.
  private let constant: [Float]?
  private let norm: Norm?
  private let projection: Dense?

  init(_ blueprint: Blueprint, _ reader: ParameterReader) throws {
    parts = blueprint.embeddings
    let (columns, epsilon) = (parts.columns, blueprint.epsilon)
    words = try reader.table(
      parts.words, elsewhere: parts.wordsElsewhere, rows: blueprint.sizes.vocabulary, columns: columns)
    func table(_ table: TableParts) throws -> EmbeddingTable {
      try reader.table([table.name], rows: table.rows, columns: columns)
    }
    if case .learned(let name, _) = parts.positions { positions = try table(name) } else { positions = nil }
    tokenTypes = try parts.tokenTypes.map(table)
    constant =
      try parts.constants.isEmpty
      ? nil
      : parts.constants.reduce(into: [Float](repeating: 0, count: columns)) { sum, part in
        let row = FloatStorage(count: columns)
        try table(part.table).read(0, into: row.pointer)
        for i in 0..<columns { sum[i] += Float(part.times) * row.pointer[i] }
      }
    norm = try parts.norm.map { try reader.norm($0, blueprint.norm, size: columns, epsilon: epsilon) }
    projection = try parts.projection.map {
      try reader.linear($0, inputs: columns, outputs: blueprint.sizes.hidden)
    }
  }

  /// [row, hidden]: the embeddings of all sentences.
  func embed(_ pass: ForwardPass, hidden: Int) throws -> FloatStorage {
    let result = pass.storage(rows: pass.rows, columns: hidden)
    let sums =
      projection == nil ? result.pointer : pass.buffer(.embeddings, rows: pass.rows, columns: parts.columns)
    for sentence in pass.sentences {
      try sum(sentence, into: sums + sentence.rows.lowerBound * parts.columns, with: pass.engine.kernels)
    }
    norm?.apply(to: sums, into: sums, rows: pass.rows, on: pass.engine)
    if let projection { try pass.dense(projection, sums, rows: pass.rows, into: result.pointer) }
    if parts.clearsPad {
      pass.clearRows(of: result, columns: hidden, unless: pass.sentences.flatMap { isReal($0) })
    }
    return result
  }

  /// [position, columns] of a sentence, not yet normalized.
  private func sum(
    _ sentence: ForwardPass.Sentence, into output: UnsafeMutablePointer<Float>, with kernels: Kernels
  ) throws {
    let (input, columns) = (sentence.input, parts.columns)
    let row = FloatStorage(count: columns)
    let scale = parts.scale * wordScale(sentence)
    let positionIDs = positionIDs(input)
    for position in 0..<input.count {
      let target = output + position * columns
      let id = Int(input.inputIDs[position])
      if id == parts.maskTokenID {
        target.update(repeating: 0, count: columns)
      } else {
        try words.read(id, into: target)
        if scale != 1 { for i in 0..<columns { target[i] *= scale } }
      }
      if let tokenTypes {
        try tokenTypes.readType(input.tokenTypeIDs[position], into: row.pointer)
        kernels.addElements(row.pointer, target, columns)
      }
      if let positions {
        try positions.read(positionIDs[position], into: row.pointer)
        kernels.addElements(row.pointer, target, columns)
      } else if case .computed(let numbers, _) = parts.positions {
        numbers(positionIDs[position]).withUnsafeBufferPointer { numbers in
          if let start = numbers.baseAddress { kernels.addElements(start, target, columns) }
        }
      }
      constant?.withUnsafeBufferPointer { constant in
        if let start = constant.baseAddress { kernels.addElements(start, target, columns) }
      }
    }
  }

  private func positionIDs(_ input: TokenizedInput) -> [Int] {
    switch parts.positions {
    case .none: []
    case .learned(_, .first(let first)), .computed(_, .first(let first)): Array(first..<first + input.count)
    case .learned(_, .afterPad(let pad)), .computed(_, .afterPad(let pad)):
      Encoders.positionIDs(of: input.inputIDs, pad: pad)
    }
  }

  /// ESM's token dropout: in training, 80 % of 15 % of the tokens were masked; what is left of them is scaled to the same sum.
  private func wordScale(_ sentence: ForwardPass.Sentence) -> Float {
    guard let maskTokenID = parts.maskTokenID else { return 1 }
    let real = isReal(sentence).count(where: \.self)
    let masked = sentence.input.inputIDs.count { Int($0) == maskTokenID }
    guard real > masked else { return 1 }
    return (1 - 0.15 * 0.8) / (1 - Float(masked) / Float(real))
  }

  /// What is no PAD: a PAD that some query may attend to is none.
  private func isReal(_ sentence: ForwardPass.Sentence) -> [Bool] {
    zip(sentence.mask.visiblePositions, sentence.input.attentionMask).map { $0 || $1 }
  }
}
