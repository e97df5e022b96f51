import Glibc
import Support

/// Other programs that this one runs, and waits for.
enum ChildProcess {
  /// Where all that it says goes.
  enum Output {
    case nowhere, standardError
  }

  /// Runs a program without input; one that is named without a folder is looked for on PATH.
  ///
  /// - Returns: its exit status; nil where it could not be started, or a signal ended it.
  static func run(_ command: [String], output: Output) -> Int32? {
    guard let program = command.first else { return nil }
    var actions = posix_spawn_file_actions_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    switch output {
    case .nowhere:
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    case .standardError:
      posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    }
    // Signals that this process ignores, such as SIGPIPE, do what they usually do.
    var attributes = posix_spawnattr_t()
    guard posix_spawnattr_init(&attributes) == 0 else { return nil }
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    sigaddset(&signals, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    guard posix_spawnp(&process, program, &actions, &attributes, &arguments, environ) == 0 else { return nil }
    var status: Int32 = 0
    guard uninterrupted({ waitpid(process, &status, 0) }) >= 0, status & 0x7F == 0 else { return nil }
    return status >> 8 & 0xFF
  }
}
