import JSON

/// What an export can be written as. All that is particular to a format stands here and in its writer.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Hugging Face's file of tensors; words about the numbers stand in its metadata.
  case safetensors
  /// What `numpy.load` reads.
  case npz
  /// One object with nested arrays.
  case json
  /// A table of attention probabilities, one line a number.
  case csv

  /// The format that a file's ending stands for; nil for any other name.
  public init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
  }

  /// Whether a terminal cannot show it. Such a file is written at places that are known beforehand.
  public var isBinary: Bool { self == .safetensors || self == .npz }

  /// Whether it holds tensors by name, and so also what `stages` adds.
  public var holdsStages: Bool { self != .csv }

  /// Begins a file that will hold `contents`.
  func writer(_ file: OutputFile, for contents: ExportContents) throws -> any ExportWriter {
    switch self {
    case .safetensors:
      try SafetensorsExportWriter(file, tensors: contents.tensors, metadata: contents.metadata)
    case .npz:
      try NPZWriter(
        file, tensors: contents.tensors,
        comments: [contents.words.members + contents.tokenDetails.members, contents.words.members].map {
          JSONValue.object(JSONObject($0.map { ($0.key, $0.value) })).serialized()
        })
    case .json: try JSONExportWriter(file, tensors: contents.tensors, words: contents.words)
    case .csv: try CSVExportWriter(file, isBatch: contents.sentences > 1)
    }
  }
}
