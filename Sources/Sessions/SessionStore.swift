import Glibc
import Support

/// The folder of a person's sessions.
public struct SessionStore: Sendable {
  /// The path of the folder, which need not exist yet.
  public let folder: String

  /// A store in that folder; nothing is read or made yet.
  public init(folder: String) { self.folder = folder }

  /// `$HEADSCOPE_SESSIONS`, or `headscope/sessions` in the user's data folder as XDG defines it; nil without a home.
  public init?(environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let folder = value("HEADSCOPE_SESSIONS") {
      self.init(folder: folder)
    } else if let data = value("XDG_DATA_HOME"), data.hasPrefix("/") {
      self.init(folder: data + "/headscope/sessions")
    } else if let home = value("HOME") {
      self.init(folder: home + "/.local/share/headscope/sessions")
    } else {
      return nil
    }
  }

  /// A path for a new session in the folder, which is made where it is missing: 2026-01-31-120000-the-cat-ran.jsonl
  public func newPath(created: String, title: String) throws(SessionError) -> String {
    try makeFolder()
    let stamp = created.prefix(10) + "-" + created.dropFirst(11).prefix(8).filter { $0 != ":" }
    let words = SessionStore.slug(title)
    let base = "\(folder)/\(stamp)" + (words.isEmpty ? "" : "-" + words)
    return SessionFile.free(base + ".jsonl")
  }

  private func makeFolder() throws(SessionError) {
    guard Files.makeFolder(folder, permissions: 0o755) else {
      throw SessionError("cannot make the sessions folder \(folder): \(SessionFile.reason())")
    }
  }

  /// The session files of the folder, oldest first; empty where there is no such folder.
  public func paths() -> [String] {
    let names = Files.list(folder).filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }
    return names.map { folder + "/" + $0 }
  }

  /// The number of a lesson of the program, with which its file's name begins; nil for other sessions.
  public static func lessonNumber(of path: String) -> Int? {
    Int(decimal: (path.split(separator: "/").last ?? "").prefix { $0.isASCII && $0.isNumber })
  }

  /// What a person gave as FILE: a path, or the name of a session in the folder, with or without its ending.
  public static func resolve(_ reference: String, in store: SessionStore?) -> String {
    guard !Files.exists(reference), !reference.contains("/"), let store else { return reference }
    for candidate in [reference, reference + ".jsonl"] where Files.exists(store.folder + "/" + candidate) {
      return store.folder + "/" + candidate
    }
    return reference
  }

  /// Gives a session another title. A file that is named after its title gets the new one in its name, too. The old
  /// version goes to the trash.
  ///
  /// - Returns: where the session is now.
  public static func rename(_ path: String, to title: String, now: String) throws(SessionError) -> String {
    var document = try SessionDocument(reading: path)
    let old = slug(document.title)
    document.title = title
    let name = Files.name(of: path)
    let isNamedAfterTitle = !old.isEmpty && name.dropFirst(18).hasPrefix(old) && name.prefix(4).allSatisfy(\.isNumber)
    var target = path
    if isNamedAfterTitle, !slug(title).isEmpty, slug(title) != old {
      target = SessionFile.free("\(Files.parent(of: path))/\(name.prefix(18))\(slug(title)).jsonl")
    }
    if target == path {
      try document.replace(path, now: now)
    } else {
      try SessionFile.requireNotRecording(path)
      try SessionFile.write(document.bytes, to: target)
      try SessionTrash(for: path).take(path, now: now)
    }
    return target
  }

  /// A few words in small letters, digits and hyphens.
  static func slug(_ title: String) -> String {
    var result = ""
    for character in title.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        result.append(character)
      } else if !result.isEmpty, !result.hasSuffix("-") {
        result.append("-")
      }
      if result.count >= 40 { break }
    }
    while result.hasSuffix("-") { result.removeLast() }
    return result
  }

  /// Now, in UTC: 2026-01-31T12:00:00Z
  public static func timestamp() -> String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
