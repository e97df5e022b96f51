import Encoders
import Glibc
import JSON
import Support

/// A trained model's folder, as Hugging Face's tools read it: built beside its place, and moved there when all of it is there.
package struct ModelFolder {
  /// Where it will be.
  package let path: String
  /// Whether what is there already may be replaced.
  private let replaces: Bool

  /// What belongs to a tokenizer, in the layouts of all families.
  private static let tokenizerFiles = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt",
    "vocab.json",
    "merges.txt", "sentencepiece.bpe.model", "spiece.model", "spm.model", "tokenizer.model", "bpe.codes",
  ]
  private static let ownFiles = ["config.json", "model.safetensors", "training.json"]

  /// - Throws: where something is there already that may not be replaced.
  package init(_ path: String, replaces: Bool) throws(TrainingError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    self.replaces = replaces
    guard Files.exists(path) else { return }
    guard replaces else { throw TrainingError("\(path): is there already; --force replaces it") }
    let known = Set(Self.tokenizerFiles + Self.ownFiles)
    if !Files.isFolder(path) { throw TrainingError("\(path): is there already, and is no folder") }
    if let other = Files.list(path).first(where: { !known.contains($0) }) {
      throw TrainingError("\(path): holds '\(other)', which is no part of a trained model: it is not replaced")
    }
  }

  /// Writes the folder.
  ///
  /// - Parameters:
  ///   - source: the folder of the model that was trained; the tokenizer's files are copied from there.
  ///   - record: what `training.json` says.
  package func write(
    configuration: JSONObject, parameters: ParameterStore, tokenizerFrom source: String, record: JSONObject
  ) throws {
    let parent = Files.parent(of: path)
    guard Files.makeFolder(parent) else { throw TrainingError("\(parent): cannot be made: \(words: systemMessage())") }
    let unfinished = Files.join(parent, Files.unguessableName())
    guard mkdir(unfinished, 0o777) == 0 else {
      throw TrainingError("\(path): cannot be made: \(words: systemMessage())")
    }
    do {
      for name in Self.tokenizerFiles {
        let file = Files.join(source, name)
        guard Files.isFile(file) else { continue }
        let bytes = try InputFile(file).bytes(limit: FileLimit.tokenizer)
        try Files.replace(Files.join(unfinished, name), with: bytes)
      }
      try writeJSON(configuration, to: Files.join(unfinished, "config.json"))
      try writeJSON(record, to: Files.join(unfinished, "training.json"))
      try parameters.write(to: Files.join(unfinished, "model.safetensors"))
      try takePlace(unfinished)
    } catch {
      Self.remove(unfinished)
      throw error
    }
  }

  private func writeJSON(_ object: JSONObject, to file: String) throws {
    try Files.replace(file, with: Array((JSONValue.object(object).serialized(pretty: true) + "\n").utf8))
  }

  private func takePlace(_ unfinished: String) throws(TrainingError) {
    var old: String?
    if replaces, Files.isFolder(path) {
      let aside = Files.join(Files.parent(of: path), Files.unguessableName(ending: ".old"))
      guard rename(path, aside) == 0 else {
        throw TrainingError("\(path): cannot be replaced: \(words: systemMessage())")
      }
      old = aside
    }
    guard rename(unfinished, path) == 0 else {
      let reason = systemMessage()
      if let old { _ = rename(old, path) }
      throw TrainingError("\(path): cannot be written: \(words: reason)")
    }
    if let old { Self.remove(old) }
  }

  /// Removes a folder of which only files are known to be in.
  private static func remove(_ folder: String) {
    for name in Files.list(folder) { unlink(Files.join(folder, name)) }
    rmdir(folder)
  }
}
