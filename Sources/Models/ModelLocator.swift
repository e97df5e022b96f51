import Glibc
import Support

/// Finds models: in folders of models, in the cache of Hugging Face's libraries, or wherever a path says.
public struct ModelLocator: Sendable {
  /// Folders that hold one model a subfolder, in the order in which they are searched.
  public let modelsFolders: [String]
  /// The cache of Hugging Face's libraries; nil where there is no home folder to look for it in.
  public let cacheFolder: String?

  /// Where weights were last seen; nil where there is no home folder to remember it in.
  let weightsIndex: WeightsIndex?
  /// The digests of the weights that sessions mean by a name.
  var recordedWeights: [String: String] = [:]

  private let home: String?
  private let currentFolder: String

  /// The model that is used where none is named.
  static let defaultModel = "all-MiniLM-L6-v2"

  /// - Parameters:
  ///   - environment: the process's environment variables.
  ///   - executablePath: the program's own path, without links.
  ///   - currentFolder: what relative paths start from.
  public init(environment: [String: String], executablePath: String, currentFolder: String) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let home = value("HOME")
    func expanded(_ path: String) -> String { Self.absolute(path, home: home, currentFolder: currentFolder) }
    self.home = home
    self.currentFolder = currentFolder

    let data = value("XDG_DATA_HOME").map(expanded) ?? home.map { Files.join($0, ".local/share") }
    let binaries = Files.parent(of: executablePath)
    modelsFolders =
      [
        value("HEADSCOPE_MODELS").map(expanded),
        Files.join(binaries, "models"),
        Self.checkout(of: executablePath).map { Files.join($0, "models") },
        Files.join(Files.parent(of: binaries), "share/headscope/models"),
        data.map { Files.join($0, "headscope/models") },
      ].compactMap(\.self)

    let state = value("XDG_STATE_HOME").map(expanded) ?? home.map { Files.join($0, ".local/state") }
    weightsIndex = state.map { WeightsIndex(folder: Files.join($0, "headscope/weights")) }

    let caches = value("XDG_CACHE_HOME").map(expanded) ?? home.map { Files.join($0, ".cache") }
    let hugging = value("HF_HOME").map(expanded) ?? caches.map { Files.join($0, "huggingface") }
    cacheFolder =
      (value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE")).map(expanded) ?? hugging.map { Files.join($0, "hub") }
  }

  /// The model that a reference means: a folder's path, a name in a models folder, an id ORG/NAME or a NAME in the
  /// cache; without a reference the default model. It may be incomplete.
  ///
  /// Where a session says which weights it means by the name, and the name leads to others or nowhere, the folder counts in
  /// which those weights were last seen.
  public func locate(_ reference: String?) throws(ModelError) -> ModelLocation {
    guard let reference else { return try defaultLocation() }
    return withBase(try recorded(reference))
  }

  private func recorded(_ reference: String) throws(ModelError) -> ModelLocation {
    guard let digest = recordedWeights[reference] else { return try find(reference) }
    do throws(ModelError) {
      let location = try find(reference)
      // Weights that were seen nowhere else need not be read: there is no other folder to choose.
      guard weightsIndex?.folders(of: digest).contains(where: { $0 != place(of: location) }) == true,
        !location.isComplete
          || WeightsDigest.digest(of: location.weightFiles) != digest
      else { return location }
      return remembered(digest) ?? location
    } catch {
      guard let location = remembered(digest) else { throw error }
      return location
    }
  }

  func find(_ reference: String) throws(ModelError) -> ModelLocation {
    let path = Self.absolute(reference, home: home, currentFolder: currentFolder)
    if !reference.isEmpty, Files.isFolder(path) { return location(ofFolder: path) }
    if !reference.isEmpty, Files.isFile(path) { throw .isFile(reference) }
    if Self.isPath(reference) { throw .noFolder(reference) }
    if let found = try named(reference) { return found }
    throw .notFound(reference, searched: searched)
  }

  /// Every model in the models folders and in the cache, also incomplete ones; where two have the same name in models
  /// folders, only the first is what the name means, but both are listed.
  public func list() -> [ModelLocation] {
    var seen: Set<String> = []
    let models = modelsFolders.flatMap { folder in Self.models(in: folder) }
    let cached = cacheFolder.map { HubCache(folder: $0).repositories.compactMap(\.location) } ?? []
    return (models + cached).filter { seen.insert(Files.resolved($0.folder) ?? $0.folder).inserted }.map(withBase)
  }

  // MARK: -

  private func defaultLocation() throws(ModelError) -> ModelLocation {
    if let location = try? named(Self.defaultModel), location.isComplete { return location }
    let all = list()
    guard let first = all.first(where: \.isComplete) ?? all.first else { throw .noModels(searched: searched) }
    return first
  }

  /// The places that exist and were searched, for messages.
  public var searched: [String] { modelsFolders.filter(Files.isFolder) + (cacheFolder.map { [$0] } ?? []) }

  private func named(_ name: String) throws(ModelError) -> ModelLocation? {
    guard !name.isEmpty, !name.split(separator: "/").contains("..") else { return nil }
    for folder in modelsFolders {
      let path = Files.join(folder, name)
      if Files.isFolder(path) { return ModelLocation(name: name, folder: path, source: .modelsFolder) }
    }
    let cached = cacheFolder.map { HubCache(folder: $0).repositories(matching: name) } ?? []
    if cached.count > 1 { throw .ambiguous(name, candidates: cached.map(\.id)) }
    return cached.first?.location
  }

  /// A folder named by its path. Folders of a cache are recognised, so that they keep the name of their model.
  func location(ofFolder path: String) -> ModelLocation {
    if !Files.isFile(Files.join(path, "config.json")), let location = HubCache.Repository(folder: path)?.location {
      return location
    }
    let resolved = Files.resolved(path) ?? path
    let snapshots = Files.parent(of: resolved)
    if Files.name(of: snapshots) == "snapshots",
      let repository = HubCache.Repository(folder: Files.parent(of: snapshots))
    {
      return ModelLocation(
        name: repository.id, folder: path, source: .folder, revision: Files.name(of: resolved))
    }
    // The name is taken from the path as it was written, unless that is `.` or ends in `..`.
    let written = Files.name(of: path)
    return ModelLocation(
      name: written == "." || written == ".." ? Files.name(of: resolved) : written, folder: path, source: .folder)
  }

  private static func models(in folder: String) -> [ModelLocation] {
    let names = Files.list(folder).filter { !$0.hasPrefix(".") }
    return names.flatMap { name -> [ModelLocation] in
      let path = Files.join(folder, name)
      if let location = model(at: path, named: name) { return [location] }
      // ORG/NAME
      return Files.list(path).filter { !$0.hasPrefix(".") }.compactMap {
        model(at: Files.join(path, $0), named: "\(name)/\($0)")
      }
    }
  }

  private static func model(at path: String, named name: String) -> ModelLocation? {
    let location = ModelLocation(name: name, folder: path, source: .modelsFolder)
    return location.missing.contains("config.json") ? nil : location
  }

  /// A path as a person writes it: from the home folder, or from where the program was started.
  public func path(_ written: String) -> String { Self.absolute(written, home: home, currentFolder: currentFolder) }

  /// Where a model that is to be kept goes: a path leads there, a name into the first folder of models that can be written, or into
  /// the user's own.
  public func newFolder(_ reference: String) -> String? {
    if reference.contains("/") || Self.isPath(reference) { return path(reference) }
    let folder = modelsFolders.first { Files.isFolder($0) && access($0, W_OK) == 0 } ?? modelsFolders.last
    return folder.map { Files.join($0, reference) }
  }

  /// A reference that can only be a path.
  private static func isPath(_ reference: String) -> Bool {
    ["/", "./", "../", "~/"].contains { reference.hasPrefix($0) } || [".", "..", "~"].contains(reference)
  }

  private static func absolute(_ path: String, home: String?, currentFolder: String) -> String {
    if path.hasPrefix("/") { return path }
    if let home, path == "~" || path.hasPrefix("~/") { return home + path.dropFirst() }
    var path = path[...]
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    return path.isEmpty ? currentFolder : Files.join(currentFolder, String(path))
  }

  /// The checkout that a development build lies in: SwiftPM builds into `.build/<triple>/<configuration>`.
  private static func checkout(of executablePath: String) -> String? {
    let parts = executablePath.split(separator: "/")
    guard let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) else { return nil }
    return "/" + parts[..<build].joined(separator: "/")
  }
}

extension ModelLocator {
  /// For this process as it runs.
  public static var current: ModelLocator {
    ModelLocator(
      environment: processEnvironment(), executablePath: Files.resolved("/proc/self/exe") ?? CommandLine.arguments[0],
      currentFolder: Files.resolved(".") ?? "/")
  }

  private static let variables = [
    "HOME", "HEADSCOPE_MODELS", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
  ]

  /// Without HOME, as under some services, the user's entry in the password file says where home is.
  private static func processEnvironment() -> [String: String] {
    var environment: [String: String] = [:]
    for name in variables { environment[name] = getenv(name).map { String(cString: $0) } }
    if environment["HOME", default: ""].isEmpty, let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir {
      environment["HOME"] = String(cString: home)
    }
    return environment
  }
}
