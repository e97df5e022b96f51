import Activations
import JSON
import Models

/// Computes a request and writes everything that came out of it.
struct Export {
  let model: Model
  let request: EncodeRequest
  /// The request's sentences as the model tokenizes them, padded to one length unless each is computed alone.
  let inputs: [TokenizedInput]
  let format: ExportFormat
  let destination: OutputFile.Destination
  let stages: Bool
  /// Whether every sentence is computed without PAD; the tensors then hold 0 behind the shorter ones.
  var isAlone = false

  func run() throws {
    // Before anything is computed: what cannot be written need not be.
    let file = try OutputFile(destination, randomAccess: format == .safetensors || format == .npz)
    let length = inputs.reduce(0) { max($0, $1.count) }
    let quantities = ExportedQuantity.exported(by: model.description, stages: stages)
    let tensors = quantities.map { $0.tensor(of: model.description, batch: inputs.count, length: length) }

    if format == .csv {
      let writer = try CSVExportWriter(file, isBatch: inputs.count > 1)
      try encodeAll { try writer.append($0) }
      try writer.finish()
      return
    }
    let writer: any TensorWriter =
      switch format {
      case .npz: try NPZWriter(file, tensors: tensors, comment: JSONValue.object(words).serialized())
      case .json: try JSONExportWriter(file, tensors: tensors, words: words)
      default: try SafetensorsExportWriter(file, tensors: tensors, metadata: metadata(words))
      }
    if inputs.count > 1, let writer = writer as? SafetensorsExportWriter {
      try encodeTogether(quantities, length: length, into: writer)
    } else {
      try encodeAll { encoding in
        for (index, quantity) in quantities.enumerated() {
          try quantity.forEachPiece(of: encoding, length: length) { try writer.append($0, toTensor: index) }
        }
      }
    }
    try writer.finish()
  }

  /// Several sentences at a time; each is written where it belongs, in whatever order they come.
  private func encodeTogether(
    _ quantities: [ExportedQuantity], length: Int, into writer: SafetensorsExportWriter
  ) throws {
    let batch = inputs.count
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

  /// One sentence after the other, so that only one is held in memory.
  private func encodeAll(_ body: (Encoding) throws -> Void) throws {
    for sentence in inputs.indices {
      try body(try model.encode(inputs[sentence], sentence: sentence, of: request))
    }
  }

  /// What the numbers are about.
  private var words: JSONObject {
    let description = model.description
    return [
      "program": JSONValue("headscope \(programVersion)"),
      "model": JSONValue(description.name),
      "family": JSONValue(description.family),
      "texts": .array(request.texts.map { JSONValue($0) }),
      "pair": request.pair.map { JSONValue($0) } ?? .null,
      "mask": JSONValue(request.maskMode.rawValue),
      "pad_to": request.padTo.map { JSONValue($0) } ?? .null,
      "pad_side": JSONValue(request.padSide.rawValue),
      "dropped_tokens": .array(inputs.map { JSONValue($0.droppedTokens) }),
      "alone": isAlone ? JSONValue(true) : .null,
      "tokens": .array(inputs.map { .array($0.tokens.map { JSONValue($0) }) }),
    ]
  }

  /// The same for a format that knows only texts: what is no text is written as JSON, what is not there is left out.
  private func metadata(_ words: JSONObject) -> [(String, String)] {
    words.members.compactMap { key, value in
      value.isNull ? nil : (key.string, value.stringValue ?? value.serialized())
    }
  }
}
