import Glibc
import Support

/// Where weights were last seen on this computer: sessions name their model, but carry no paths, and a folder that was named on a
/// command line is not found by its name.
///
/// A small file for each digest, in the user's folder for state, holds the folders that had those weights, the newest first. Nothing
/// depends on it: what is old is looked at before it is believed, and where it cannot be written nothing is remembered.
public struct WeightsIndex: Sendable, Equatable {
  /// Where the index lies.
  public let folder: String

  /// So many weights are remembered; then those are forgotten that were not seen for longest.
  static let mostWeights = 256
  /// In so many folders each.
  static let mostFolders = 8

  /// The index in a folder, which need not be there yet.
  public init(folder: String) { self.folder = folder }

  /// The folders that had weights with this digest, the newest first.
  public func folders(of digest: String) -> [String] {
    guard let name = WeightsIndex.fileName(of: digest), let bytes = Files.read(Files.join(folder, name), limit: 1 << 16)
    else { return [] }
    return Lines(of: bytes).lines.compactMap { String(validating: $0, as: UTF8.self) }
      .filter(WeightsIndex.canBeRemembered)
  }

  /// Remembers that weights with this digest lie in a folder.
  public func remember(_ place: String, of digest: String) {
    let known = folders(of: digest)
    guard let name = WeightsIndex.fileName(of: digest), WeightsIndex.canBeRemembered(place), known.first != place else {
      return
    }
    let lines = ([place] + known.filter { $0 != place }).prefix(WeightsIndex.mostFolders).map { $0 + "\n" }
    guard Files.makeFolder(folder, permissions: 0o700) else { return }
    // Another process that writes at the same time has seen the weights, too: the last one counts.
    try? Files.replace(
      Files.join(folder, name), with: Array(lines.joined().utf8), permissions: 0o600, isDurable: false)
    forgetOldest()
  }

  private func forgetOldest() {
    let files = Files.list(folder).map { Files.join(folder, $0) }
    guard files.count > WeightsIndex.mostWeights else { return }
    let byAge = files.map { (time: Files.modificationTime($0) ?? 0, path: $0) }.sorted { $0.time < $1.time }
    for file in byAge.prefix(files.count - WeightsIndex.mostWeights) { unlink(file.path) }
  }

  private static func canBeRemembered(_ place: String) -> Bool {
    place.hasPrefix("/") && place.utf8.count < Int(PATH_MAX) && !place.utf8.contains(UInt8(ascii: "\n"))
  }

  /// The digits of a digest; nil for what is none, since sessions can say anything.
  private static func fileName(of digest: String) -> String? {
    guard digest.hasPrefix(WeightsDigest.prefix) else { return nil }
    let digits = digest.dropFirst(WeightsDigest.prefix.count)
    let isHexadecimal = digits.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    return digits.utf8.count == 16 && isHexadecimal ? String(digits) : nil
  }
}

extension ModelLocator {
  /// A locator that knows which weights a session means by a name.
  public func knowing(_ digest: String?, of name: String) -> ModelLocator {
    var locator = self
    if let digest { locator.recordedWeights[name] = digest }
    return locator
  }

  /// The weights' folder is remembered, so that a session that was recorded with them finds it again.
  public func remember(_ location: ModelLocation, weights digest: String?) {
    guard let digest, let weightsIndex else { return }
    weightsIndex.remember(place(of: location), of: digest)
  }

  /// A file is remembered, so that a session that was recorded with it finds it again.
  public func remember(file: String, digest: String?) {
    guard let digest, let weightsIndex else { return }
    weightsIndex.remember(Files.resolved(file) ?? file, of: digest)
  }

  /// A file where numbers with this digest were seen, and still are.
  public func rememberedFile(_ digest: String) -> String? {
    (weightsIndex?.folders(of: digest) ?? []).first { Files.isFile($0) && WeightsDigest.digest(of: [$0]) == digest }
  }

  /// The digest that sessions mean by a name; nil where none has said so.
  public func recordedDigest(of name: String) -> String? { recordedWeights[name] }

  /// A model's folder as the index names it.
  func place(of location: ModelLocation) -> String { Files.resolved(location.folder) ?? location.folder }

  /// A folder where weights with this digest were seen, and still are.
  public func remembered(_ digest: String) -> ModelLocation? {
    for folder in weightsIndex?.folders(of: digest) ?? [] where Files.isFolder(folder) {
      let location = location(ofFolder: folder)
      if location.isComplete, WeightsDigest.digest(of: location.weightFiles) == digest { return location }
    }
    return nil
  }
}
