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
  let selection: ExportSelection
  let memory: Int?
  let program: String

  /// What will be computed and written.
  ///
  /// - Parameters:
  ///   - inputs: the request's sentences as the model tokenizes them, padded to one length unless each is computed alone.
  ///   - stages: whether queries, keys, values, scores and context are written, too; where the format holds them.
  ///   - isAlone: whether every sentence is computed without PAD; the tensors then hold 0 behind the shorter ones.
  ///   - selection: what of the attention is written.
  ///   - memory: how many bytes of probabilities are held at most: of more, they are computed as they are written, the same
  ///     numbers. Nil: as many as the memory that is available allows.
  ///   - program: the name and version of the program, as the file says them.
  public init(
    _ request: EncodeRequest, inputs: [TokenizedInput], of model: Model, as format: ExportFormat, stages: Bool,
    isAlone: Bool = false, selection: ExportSelection = ExportSelection(), memory: Int? = nil, program: String
  ) {
    self.model = model
    self.request = request
    self.inputs = inputs
    self.format = format
    self.stages = stages
    self.isAlone = isAlone
    self.selection = selection
    self.memory = memory
    self.program = program
  }

  /// Computes and writes; the file takes its place when everything is there.
  ///
  /// - Throws: `OutputError`, before anything is computed where that can be known, and what computing throws.
  public func run(to destination: OutputFile.Destination) throws {
    try selection.check(model.description, length: inputs.reduce(0) { max($0, $1.count) })
    let file = try OutputFile(destination, randomAccess: format.isBinary)
    let contents = ExportContents(self)
    let writer = try format.writer(file, for: contents)
    if inputs.count > 1, memory == nil, let writer = writer as? any UnorderedTensorWriter {
      try encodeTogether(contents, into: writer)
    } else {
      // One sentence after the other, so that only one is held in memory.
      let storage = ProbabilityStorage(limit: memory)
      for sentence in inputs.indices {
        try writer.append(
          model.encode(inputs[sentence], sentence: sentence, of: request, storage: storage), of: contents)
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
        try quantity.forEachPiece(of: encoding, contents.selection, length: length) { piece in
          try writer.write(piece, toTensor: index, sentence: encoding.request.sentence, of: batch, at: done)
          done += piece.count
        }
      }
    }
  }
}
