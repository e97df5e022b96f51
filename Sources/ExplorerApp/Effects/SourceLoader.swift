import AttentionFiles
import Explorer
import Models
import Sessions
import Support

/// A file with attention as it is named on a command line, in sessions and in the list of models: `FILE`, or `FILE#ARRAY` where it
/// holds several.
package struct AttentionFileReference: Equatable {
  package let path: String
  package let array: String?

  /// Nil where the reference means no file of attention.
  package init?(_ reference: String) {
    let name = reference.lastIndex(of: "#").map { reference[..<$0] } ?? reference[...]
    func isFile(_ path: some StringProtocol) -> Bool { AttentionFile.endings.contains { path.hasSuffix($0) } }
    // A file's own name may have the sign in it.
    if isFile(reference) {
      (path, array) = (reference, nil)
    } else if isFile(name) {
      (path, array) = (String(name), String(reference[name.endIndex...].dropFirst()))
    } else {
      return nil
    }
  }
}

/// Loads what the explorer shows: a model, or attention from a file.
package enum SourceLoader {
  /// What a reference means: a model's folder or name, or a file of attention.
  ///
  /// - Throws: `ModelError`, `AttentionFileError`, and what keeps a model from being loaded.
  package static func load(_ reference: String?, locator: ModelLocator) throws -> any EncodingSource {
    if let reference, let file = AttentionFileReference(reference) {
      return try AttentionFile.load(file, as: reference, locator: locator)
    }
    return try Model.load(try locator.locate(reference), allowsDamagedWeights: true)
  }

  /// Remembers where it lies, so that a session that was recorded with it finds it again.
  package static func remember(_ source: any EncodingSource, digest: String?, locator: ModelLocator = .current) {
    if let model = source as? Model { locator.remember(model.location, weights: digest) }
    if let file = source as? AttentionFile { locator.remember(file: file.path, digest: digest) }
  }

  /// Loads what a session was recorded with, wherever it was last seen.
  ///
  /// - Parameter reference: something else, if that is wanted instead. Where it turns out to be what was recorded, its place is
  ///   remembered, and need not be named the next time.
  package static func load(
    recordedAs recorded: SessionModel, insteadOfIt reference: String? = nil
  ) throws -> any EncodingSource {
    let locator = ModelLocator.current
    if reference == nil, let file = AttentionFileReference(recorded.name),
      recorded.digest.flatMap(locator.rememberedFile) == nil, !Files.isFile(locator.path(file.path))
    {
      throw AttentionFileError(
        "the session is of attention from the file \(file.path), which is not where it was; name it with --model FILE")
    }
    guard let reference else {
      return try load(recorded.name, locator: locator.knowing(recorded.digest, of: recorded.name))
    }
    let source = try load(reference, locator: locator)
    if let digest = recorded.digest, source.weightsDigest() == digest {
      remember(source, digest: digest, locator: locator)
    }
    return source
  }
}

extension AttentionFile {
  /// Loads a file from where the reference says, or from where the numbers were last seen that a session means by it.
  static func load(
    _ file: AttentionFileReference, as reference: String, locator: ModelLocator
  ) throws(AttentionFileError) -> AttentionFile {
    let path = locator.path(file.path)
    // Another file may have its name where one is now.
    guard let digest = locator.recordedDigest(of: reference), ModelLocation.digest(ofFiles: [path]) != digest,
      let remembered = locator.rememberedFile(digest)
    else { return try AttentionFile(path, array: file.array) }
    return try AttentionFile(remembered, array: file.array)
  }
}
