import Glibc

/// What the system knows of other processes.
public enum Processes {
  /// Whether a process runs, or could if it were its turn. One that has ended does not, even if nobody has asked for its status.
  public static func isAlive(_ process: pid_t) -> Bool { !states(of: process).allSatisfy { "ZX".contains($0) } }

  /// Whether a process and all those that it has started wait for something: no thread of theirs has anything to do.
  public static func areAtRest(_ process: pid_t) -> Bool {
    states(of: process).allSatisfy { !"RD".contains($0) } && children(of: process).allSatisfy(areAtRest)
  }

  /// The processes that a process has started and that have not ended.
  public static func children(of process: pid_t) -> [pid_t] {
    TemporaryFolder.names(in: "/proc/\(process)/task").flatMap { thread in
      text("/proc/\(process)/task/\(thread)/children").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// The state of each thread: R runs or is ready to, S sleeps, T is stopped, Z has ended.
  private static func states(of process: pid_t) -> [Character] {
    TemporaryFolder.names(in: "/proc/\(process)/task").compactMap { thread in
      // The name of the program stands before it, in brackets, and can hold anything.
      let line = text("/proc/\(process)/task/\(thread)/stat")
      return line.lastIndex(of: ")").flatMap { line[$0...].dropFirst(2).first }
    }
  }

  private static func text(_ path: String) -> String { String(decoding: Fixtures.bytes(path), as: UTF8.self) }
}
