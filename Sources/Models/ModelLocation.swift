import Checkpoints
import Support

/// Where a model lies, and whether all of it is there.
public struct ModelLocation: Sendable, Equatable {
  /// What kind of place it was found in.
  public enum Source: String, Sendable {
    /// A folder that was named by its path.
    case folder
    /// A folder of models that Headscope looks into.
    case modelsFolder
    /// The cache of Hugging Face's libraries.
    case cache
  }

  /// What people call it: the folder's name, or ORG/NAME. Untrusted text.
  public let name: String
  /// The folder with `config.json`.
  public let folder: String
  /// How it was found.
  public let source: Source
  /// Which commit of the model it is, where it comes from a cache.
  public let revision: String?
  /// Files that an encoder needs and that are not there. A tokenizer alone may need fewer.
  public let missing: [String]

  /// Whether all files are there that an encoder needs.
  public var isComplete: Bool { missing.isEmpty }

  /// Looks into `folder` for what is missing.
  public init(name: String, folder: String, source: Source, revision: String? = nil) {
    self.name = name
    self.folder = folder
    self.source = source
    self.revision = revision
    missing = Self.missingFiles(in: folder)
  }

  /// The files of the weights, sorted by name; those that are not there are left out.
  public var weightFiles: [String] {
    WeightNames.model.files(in: folder).map { Files.join(folder, $0) }.filter(Files.isFile)
  }

  /// How many bytes have arrived of a model in a cache, files that are not yet complete included.
  public var downloadedBytes: Int {
    let snapshots = Files.parent(of: folder)
    let repository = Files.name(of: snapshots) == "snapshots" ? Files.parent(of: snapshots) : folder
    let blobs = Files.join(repository, "blobs")
    return Files.list(blobs).map { Files.size(Files.join(blobs, $0)) ?? 0 }.saturatingSum
  }

  // MARK: - What belongs to a model

  /// Alternatives in the order of preference; one of them has to be there in full.
  private static let tokenizerFiles = [["tokenizer.json"], ["vocab.txt"], ["vocab.json", "merges.txt"]]

  private static func missingFiles(in folder: String) -> [String] {
    func isThere(_ name: String) -> Bool { Files.isFile(Files.join(folder, name)) }
    var missing = isThere("config.json") ? [] : ["config.json"]
    if !tokenizerFiles.contains(where: { $0.allSatisfy(isThere) }) { missing.append("tokenizer.json") }
    return missing + WeightNames.model.files(in: folder).filter { !isThere($0) }
  }
}
