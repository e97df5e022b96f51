import ArgumentParser

/// What an export can be written as.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case safetensors, npz, json, csv

  /// The format that a file's ending stands for.
  init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
  }
}
