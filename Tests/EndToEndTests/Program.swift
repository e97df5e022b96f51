import Glibc
import Models
import Support
import TestSupport
import Testing

/// Runs the built program as a process of its own.
struct Program {
  /// What came of a run.
  struct Outcome: Sendable {
    /// The exit status; 128 + n if signal n ended it, as a shell says it.
    let status: Int32
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The program lies beside the test bundle, which is the process that runs the tests.
  static let path: String = {
    let own = Files.resolved("/proc/self/exe") ?? CommandLine.arguments[0]
    return own[..<(own.lastIndex(of: "/") ?? own.endIndex)] + "/headscope"
  }()

  /// What is run: the program itself, unless told otherwise.
  var executable = Program.path

  /// Variables of the program's environment. Nothing is inherited but PATH, so that no cache of the user's is found.
  var environment: [String: String] = [:]

  /// Runs a command as a person would type it: in a shell, in a folder, with the program on PATH.
  static func shell(_ command: String, in folder: String, environment: [String: String] = [:]) throws -> Outcome {
    let own = path[..<(path.lastIndex(of: "/") ?? path.endIndex)]
    let shell = Program(executable: "/bin/sh", environment: environment)
    return try shell.run("-c", "PATH=\"$1:$PATH\"; cd \"$2\"; \(command)", "sh", String(own), folder)
  }

  /// - Parameter input: what standard input holds; nothing by default.
  func run(_ arguments: String..., input: [UInt8] = []) throws -> Outcome {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: [UInt8] = []) throws -> Outcome {
    try run(arguments.map { Array($0.utf8) }, input: input)
  }

  /// Arguments as bytes, for those that are no text.
  func run(_ arguments: [[UInt8]], input: [UInt8] = []) throws -> Outcome {
    let folder = TemporaryFolder()
    folder.write(input, to: "in")
    let actions = [
      ("in", O_RDONLY, STDIN_FILENO), ("out", O_WRONLY | O_CREAT, STDOUT_FILENO),
      ("err", O_WRONLY | O_CREAT, STDERR_FILENO),
    ]
    .map { (path: folder[$0.0], flags: $0.1, descriptor: $0.2) }
    let status = try spawn(arguments, actions)
    return Outcome(
      status: status, output: try contents(of: folder["out"]),
      errors: String(decoding: try contents(of: folder["err"]), as: UTF8.self))
  }

  /// Runs with the given files or descriptors as standard streams; a stream that has none is closed.
  func spawn(
    _ arguments: [[UInt8]], _ streams: [(path: String, flags: Int32, descriptor: Int32)],
    inheriting inherited: [Int32: Int32] = [:]
  ) throws -> Int32 {
    try Self.status(of: start(arguments, streams, inheriting: inherited))
  }

  /// Waits for the end of a process: its exit status, or 128 + n if signal n ended it.
  static func status(of process: pid_t) throws -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { try #require(errno == EINTR) }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// Starts the program; all signals do to it what they do by default, whatever the tests do about them.
  func start(
    _ arguments: [[UInt8]], _ streams: [(path: String, flags: Int32, descriptor: Int32)],
    inheriting inherited: [Int32: Int32] = [:]
  ) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // Threads that run tests may block signals, and whoever is started from them would, too.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in STDIN_FILENO...STDERR_FILENO {
      if let stream = streams.first(where: { $0.descriptor == descriptor }) {
        posix_spawn_file_actions_addopen(&actions, descriptor, stream.path, stream.flags, 0o600)
      } else if let own = inherited[descriptor] {
        posix_spawn_file_actions_adddup2(&actions, own, descriptor)
      } else {
        posix_spawn_file_actions_addclose(&actions, descriptor)
      }
    }
    var variables = environment
    variables["PATH"] = getenv("PATH").map { String(cString: $0) }
    // A signal is to end the program at once, not to show where it was.
    variables["SWIFT_BACKTRACE"] = "enable=no"
    let argumentVector = ([Array(executable.utf8)] + arguments).map(copy) + [nil]
    let environmentVector = variables.map { copy(Array("\($0)=\($1)".utf8)) } + [nil]
    defer { for pointer in argumentVector + environmentVector { pointer?.deallocate() } }
    var process = pid_t()
    let failure = posix_spawn(&process, executable, &actions, &attributes, argumentVector, environmentVector)
    try #require(failure == 0, "cannot start \(executable): \(String(cString: strerror(failure)))")
    return process
  }

  private func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    return copy
  }
}
