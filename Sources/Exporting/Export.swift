import Activations
import Models

/// Computes a request and writes everything that came out of it.
public struct Export {
  let model: Model
  let request: EncodeRequest
  let inputs: [TokenizedInput]
  let format: ExportFormat
  let stages: Bool
  let isAlone: Bool
  let program: String

  /// What will be computed and written.
  ///
  /// - Parameters:
  ///   - inputs: the request's sentences as the model tokenizes them, padded to one length unless each is computed alone.
  ///   - stages: whether queries, keys, values, scores and context are written, too; where the format holds them.
  ///   - isAlone: whether every sentence is computed without PAD; the tensors then hold 0 behind the shorter ones.
  ///   - program: the name and version of the program, as the file says them.
  public init(
    _ request: EncodeRequest, inputs: [TokenizedInput], of model: Model, as format: ExportFormat, stages: Bool,
    isAlone: Bool = false, program: String
  ) {
    self.model = model
    self.request = request
    self.inputs = inputs
    self.format = format
    self.stages = stages
    self.isAlone = isAlone
    self.program = program
  }

  /// Computes and writes; the file takes its place when everything is there.
  ///
  /// - Throws: `OutputError`, before anything is computed where that can be known, and what computing throws.
  public func run(to destination: OutputFile.Destination) throws {
    let file = try OutputFile(destination, randomAccess: format.isBinary)
    let contents = ExportContents(self)
    let writer = try format.writer(file, for: contents)
    if inputs.count > 1, let writer = writer as? any UnorderedTensorWriter {
      try encodeTogether(contents, into: writer)
    } else {
      // One sentence after the other, so that only one is held in memory.
      for sentence in inputs.indices {
        try writer.append(model.encode(inputs[sentence], sentence: sentence, of: request), of: contents)
      }
    }
    try writer.finish()
  }

  /// Several sentences at a time; each is written where it belongs, in whatever order they come.
  private func encodeTogether(_ contents: ExportContents, into writer: any UnorderedTensorWriter) throws {
    let (quantities, length, batch) = (contents.quantities, contents.length, inputs.count)
    try model.encodeEach(inputs, of: request) { encoding in
      for (index, quantity) in quantities.enumerated() {
        var done = 0
        try quantity.forEachPiece(of: encoding, length: length) { piece in
          try writer.write(piece, toTensor: index, sentence: encoding.request.sentence, of: batch, at: done)
          done += piece.count
        }
      }
    }
  }
}
