import Support

/// The cache of Hugging Face's libraries: `models--ORG--NAME/` with `refs/`, `snapshots/` and `blobs/`.
///
/// A snapshot is a folder of links to blobs; a blob gets its name only when all of it has arrived, so a link that leads
/// nowhere is a file that is still missing. The layout is described in huggingface_hub's guide "Understand caching".
struct HubCache {
  let folder: String

  /// One model of the cache.
  struct Repository: Equatable {
    /// ORG/NAME, or NAME for the models from before organisations.
    let id: String
    let folder: String

    /// A folder `models--ORG--NAME`; nil if its name says something else.
    init?(folder: String) {
      let name = Files.name(of: folder)
      guard name.hasPrefix(Self.prefix), name.utf8.count > Self.prefix.utf8.count else { return nil }
      id = Self.id(ofFolderNamed: name)
      self.folder = folder
    }

    static let prefix = "models--"

    static func folderName(of id: String) -> String {
      prefix + id.split(separator: "/").joined(separator: "--")
    }

    private static func id(ofFolderNamed name: String) -> String {
      var rest = name.dropFirst(prefix.count)
      guard let separator = rest.firstRange(of: "--") else { return String(rest) }
      rest.replaceSubrange(separator, with: "/")
      return String(rest)
    }

    /// The snapshot to load: the one that `main` means, if it is complete, else the newest complete one, else the
    /// newest that has anything. Where nothing is finished yet, but something has arrived, it is this folder itself,
    /// which lacks everything.
    var location: ModelLocation? {
      let snapshots = Files.join(folder, "snapshots")
      var revisions = Files.list(snapshots).filter { Files.isFolder(Files.join(snapshots, $0)) }
      revisions.sort { left, right in
        let times = [left, right].map { Files.modificationTime(Files.join(snapshots, $0)) ?? 0 }
        return times[0] > times[1]
      }
      if let main = mainRevision, let position = revisions.firstIndex(of: main) {
        revisions.insert(revisions.remove(at: position), at: 0)
      }
      let locations = revisions.lazy.map {
        ModelLocation(name: id, folder: Files.join(snapshots, $0), source: .cache, revision: $0)
      }
      if let location = locations.first(where: \.isComplete) ?? locations.first { return location }
      guard !Files.list(Files.join(folder, "blobs")).isEmpty else { return nil }
      return ModelLocation(name: id, folder: folder, source: .cache)
    }

    private var mainRevision: String? {
      guard let bytes = Files.read(Files.join(folder, "refs/main"), limit: 1024) else { return nil }
      return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
  }

  /// Every model that anything has been downloaded of, sorted by name.
  var repositories: [Repository] {
    Files.list(folder).compactMap { Repository(folder: Files.join(folder, $0)) }.filter { Files.isFolder($0.folder) }
  }

  /// The models that a reference can mean: exactly that id, or for a bare NAME every ORG/NAME.
  func repositories(matching reference: String) -> [Repository] {
    let exact = Files.join(folder, Repository.folderName(of: reference))
    if Files.isFolder(exact), let repository = Repository(folder: exact), repository.id == reference {
      return [repository]
    }
    guard !reference.contains("/") else { return [] }
    return repositories.filter { $0.id.hasSuffix("/" + reference) }
  }
}
