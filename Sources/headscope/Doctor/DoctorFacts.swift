import Compute
import Glibc
import Hub
import Models
import Sessions
import Support
import Terminal

/// What `headscope doctor` looks at, as values: tests bring their own.
struct DoctorFacts {
  /// A folder that the program writes into.
  struct Place {
    /// What lies there.
    let subject: String
    /// What the folder is called; nil where no name for it says nothing personal.
    let name: String?
    /// Why nothing can be written there; nil where it can.
    var failure: String?
    /// Bytes that the disk has left.
    var room: Int?
  }

  struct FoundModel {
    let name: String
    let family: String?
    /// In words.
    let state: String
    var isReady: Bool { state == "ready" }
  }

  var terminal: TerminalReport
  /// What stands between the program and the person: tmux, screen, ssh.
  var around: [String] = []
  /// NO_COLOR is set.
  var refusesColors = false
  var places: [Place] = []
  var models: [FoundModel] = []
  /// The model that opens where none is named.
  var defaultModel: String?
  /// How many colour scales, tasks and lessons there are; nil where the program's files were not found.
  var assets: (scales: Int, tasks: Int, lessons: Int)?
  /// How many sessions were recorded.
  var sessions = 0
  var processors = 1
  /// What the processor is called, if the system says so.
  var processor: String?
  var architecture = "x86_64"
  /// The fastest kernels that it runs.
  var kernels = "AVX2"
  var memory: AvailableMemory?
  /// The system, its kernel and glibc.
  var system = ""
  var glibc = ""
  /// Why models cannot be fetched.
  var downloadProblem: String?
}

extension DoctorFacts {
  /// What there is.
  static func gathered() -> DoctorFacts {
    let environment = variables()
    let names = PlaceNames(environment: environment)
    let folder = Assets.folder()
    var facts = DoctorFacts(terminal: MainActor.assumeIsolated { TerminalReport(assets: folder) })
    if environment["TMUX"] != nil { facts.around.append("tmux") }
    if environment["STY"] != nil { facts.around.append("screen") }
    if environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil { facts.around.append("ssh") }
    facts.refusesColors = environment["NO_COLOR"] != nil

    let locator = ModelLocator.current
    facts.models = locator.list().map { location in
      var model = ListedModel(location)
      model.check()
      return FoundModel(name: location.name, family: model.family, state: model.state)
    }
    facts.defaultModel = (try? locator.locate(nil)).flatMap { $0.isComplete ? $0.name : nil }
    if let folder {
      facts.assets = (
        Assets.colorScales(in: folder).count, Files.list(Files.join(folder, "tasks")).count,
        SessionStore.ofProgram?.paths().count ?? 0
      )
    }
    facts.sessions = SessionStore.ofUser?.paths().count ?? 0
    facts.places = places(locator, environment, names)

    facts.processors = Processor.count
    facts.kernels = Processor.kernels
    facts.processor = field("model name", in: "/proc/cpuinfo", separator: ":")
    facts.memory = AvailableMemory.now()
    var system = utsname()
    if uname(&system) == 0 {
      facts.architecture = text(system.machine)
      facts.system = "\(text(system.sysname)) \(text(system.release))"
    }
    if let name = field("PRETTY_NAME", in: "/etc/os-release", separator: "=") {
      facts.system = name.filter { $0 != "\"" } + ", " + facts.system
    }
    facts.glibc = libraryVersion()
    facts.downloadProblem = DownloadLibrary.problem()
    return facts
  }

  private static func variables() -> [String: String] {
    let names = [
      "HOME", "HEADSCOPE_MODELS", "HEADSCOPE_SESSIONS", "HEADSCOPE_ASSETS", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE",
      "HF_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMUX", "STY", "SSH_CONNECTION", "SSH_TTY",
      "NO_COLOR",
    ]
    var variables: [String: String] = [:]
    for name in names {
      if let value = getenv(name), value.pointee != 0 { variables[name] = String(cString: value) }
    }
    return variables
  }

  // MARK: - Folders

  private static func places(
    _ locator: ModelLocator, _ environment: [String: String], _ names: PlaceNames
  ) -> [Place] {
    let home = environment["HOME"]
    let cache = environment["XDG_CACHE_HOME"] ?? home.map { Files.join($0, ".cache") }
    let state = environment["XDG_STATE_HOME"] ?? home.map { Files.join($0, ".local/state") }
    let folders = [
      ("sessions", SessionStore.ofUser?.folder), ("cache", cache.map { Files.join($0, "headscope") }),
      ("models from the hub", locator.cacheFolder),
      ("where weights were seen", state.map { Files.join($0, "headscope") }),
    ]
    return folders.map { subject, folder in
      guard let folder else {
        return Place(subject: subject, name: nil, failure: "there is no home folder (HOME is not set)")
      }
      return probed(Place(subject: subject, name: names.name(of: folder)), at: folder)
    }
  }

  /// Tries to begin a file in the folder, or in the nearest one above it that is there. Nothing is left behind.
  static func probed(_ place: Place, at folder: String) -> Place {
    var place = place
    var nearest = folder
    while !Files.exists(nearest), nearest != "/", nearest != "." { nearest = Files.parent(of: nearest) }
    guard Files.isFolder(nearest) else {
      place.failure = "a file stands where the folder should be"
      return place
    }
    do throws(FileError) {
      _ = try ReplacementFile(for: Files.join(nearest, ".headscope-doctor"))
    } catch {
      place.failure = error.cause
    }
    var system = statvfs()
    if statvfs(nearest, &system) == 0 {
      let (room, overflow) = Int(clamping: system.f_bavail).multipliedReportingOverflow(
        by: Int(clamping: system.f_frsize))
      place.room = overflow ? nil : room
    }
    return place
  }

  // MARK: - What the system says

  /// The first value of a field in a file of lines.
  private static func field(_ name: String, in path: String, separator: Character) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&buffer, 1, buffer.count, file)
    for line in String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2, trimmed(parts[0]) == name else { continue }
      return trimmed(parts[1])
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// "glibc 2.36"
  private static func libraryVersion() -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    guard confstr(Int32(_CS_GNU_LIBC_VERSION), &buffer, buffer.count) > 0 else {
      return "a C library without a version"
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A field of `utsname`, which Swift has as a tuple.
  private static func text(_ field: some Any) -> String {
    withUnsafeBytes(of: field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
