import CNcurses
import Canvas
import Glibc
import Support

/// A description of the user's terminal with 24-bit colour added, compiled by `tic`.
///
/// ncurses takes 24-bit colours only from a description that has them, and few do; so the program brings a template
/// (`assets/headscope.terminfo`) that builds on the description the user has.
struct TerminfoEntry {
  /// The terminal's name in the new description.
  let name: String
  /// The database that it lies in.
  let folder: String
  /// Whether the folder is to be removed once the description has been read.
  let isTemporary: Bool

  /// Finds the entry in the user's cache, or makes it: there, or in a temporary folder if the cache cannot be written.
  ///
  /// Nil if there is no template, no `tic`, or the terminal has a name that does not belong into a file.
  static func prepare(for terminal: String, assets: String?, environment: Environment) -> TerminfoEntry? {
    guard isPlain(terminal), let assets, let template = Files.read("\(assets)/headscope.terminfo", limit: 1 << 20)
    else { return nil }
    let source = String(decoding: template, as: UTF8.self).split(separator: "@TERM@", omittingEmptySubsequences: false)
      .joined(separator: terminal)
    let name = "headscope-\(terminal)"
    let folder = cache(environment).map { "\($0)/headscope/terminfo/\(digest(source))" }
    if let folder, holds(folder, name) { return TerminfoEntry(name: name, folder: folder, isTemporary: false) }

    if let folder, Files.makeFolder(Files.parent(of: folder), permissions: 0o700),
      let workshop = Files.makeTemporaryFolder(in: Files.parent(of: folder))
    {
      defer { Files.remove(workshop) }
      // Renamed as a whole, so that no other process ever sees half of it; if one was faster, its entry is as good.
      if compile(source, in: workshop), rename("\(workshop)/database", folder) == 0 || holds(folder, name) {
        return TerminfoEntry(name: name, folder: folder, isTemporary: false)
      }
    }

    guard let workshop = Files.makeTemporaryFolder(in: environment["TMPDIR"] ?? "/tmp") else { return nil }
    if compile(source, in: workshop), holds("\(workshop)/database", name) {
      return TerminfoEntry(name: name, folder: "\(workshop)/database", isTemporary: true)
    }
    Files.remove(workshop)
    return nil
  }

  /// Runs something while ncurses finds the entry.
  func whileFound<Result>(_ body: () -> Result) -> Result {
    let before = getenv("TERMINFO").map { String(cString: $0) }
    setenv("TERMINFO", folder, 1)
    defer {
      if let before { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
      if isTemporary { Files.remove(Files.parent(of: folder)) }
    }
    return body()
  }

  private static func cache(_ environment: Environment) -> String? {
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder }
    return environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.cache" : nil }
  }

  /// Whether a name can stand in a description and in a file's name.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100
      && name.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber || "-_.+".contains(character))
      } && !name.hasPrefix(".")
  }

  /// Entries lie in folders by their first letter, on some systems by its number.
  private static func holds(_ folder: String, _ name: String) -> Bool {
    Files.exists("\(folder)/h/\(name)") || Files.exists("\(folder)/68/\(name)")
  }

  /// Another template, or another terminal, lies in another folder.
  private static func digest(_ text: String) -> String {
    FNV1a(text.utf8).digits
  }

  private static func compile(_ source: String, in workshop: String) -> Bool {
    let file = "\(workshop)/source"
    guard (try? Files.replace(file, with: Array(source.utf8), isDurable: false)) != nil,
      mkdir("\(workshop)/database", 0o700) == 0
    else { return false }
    return run(["tic", "-x", "-o", "\(workshop)/database", file])
  }

  /// Runs a program quietly, and says whether it succeeded.
  private static func run(_ command: [String]) -> Bool {
    var actions = posix_spawn_file_actions_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return false }
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    guard posix_spawnp(&process, command[0], &actions, nil, &arguments, hs_environment()) == 0 else { return false }
    var status: Int32 = 0
    return uninterrupted { waitpid(process, &status, 0) } >= 0 && status == 0
  }
}
