import Glibc
import Support

/// Session files on disk.
public enum SessionFile {
  /// Far more than any exploration: a larger file is no session.
  static let largest = 1 << 30

  /// Reads a session leniently: lines that cannot be used become its `problems`.
  ///
  /// - Throws: `SessionError` where the file cannot be read, is over 1 GiB, or has no header that this version knows.
  public static func read(_ path: String) throws(SessionError) -> Session {
    try SessionCoding.session(from: try bytes(of: path), name: path)
  }

  static func bytes(of path: String) throws(SessionError) -> [UInt8] {
    try orSessionError { () throws(FileError) in try InputFile(path).bytes(limit: largest) }
  }

  /// What the system says of the last error.
  static func reason() -> String { systemMessage() }

  /// The path, or a similar one that is not taken: a.jsonl, a-2.jsonl, a-3.jsonl ...
  static func free(_ path: String) -> String {
    let base = path.hasSuffix(".jsonl") ? String(path.dropLast(6)) : path
    let ending = path.dropFirst(base.count)
    var candidate = path
    var number = 2
    while Files.exists(candidate) {
      candidate = "\(base)-\(number)\(ending)"
      number += 1
    }
    return candidate
  }

  // MARK: Changing

  /// Moves a file; never over another one.
  static func move(_ path: String, to target: String) throws(SessionError) {
    guard !Files.exists(target) else { throw SessionError("\(target) is there already") }
    guard rename(path, target) == 0 else { throw SessionError("cannot move \(path) to \(target): \(reason())") }
  }

  /// Writes a file in one piece: it is built beside its place and renamed, so that no half of it is ever seen.
  static func write(_ bytes: [UInt8], to path: String) throws(SessionError) {
    do throws(FileError) { try Files.replace(path, with: bytes, permissions: 0o644) } catch {
      throw SessionError("cannot write \(path): \(error.cause)")
    }
  }

  /// Throws where another program is recording in the file.
  static func requireNotRecording(_ path: String) throws(SessionError) {
    let file = try orSessionError { () throws(FileError) in try InputFile(path) }
    // If a file cannot be locked at all, no other process can lock it either.
    if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw SessionError("\(path) is being recorded by another headscope; it can be changed when that has ended")
    }
    flock(file.descriptor, LOCK_UN)
  }
}

extension SessionError {
  /// Why a file cannot be read as a session.
  init(_ error: FileError) {
    switch error.problem {
    case .cannotOpen: self.init("cannot open the session \(error.path): \(words: error.cause)")
    case .cannotRead, .cannotWrite, .cannotMap:
      self.init("cannot read the session \(error.path): \(words: error.cause)")
    case .isNoFile(let kind):
      self.init("\(error.path) is \(words: kind.words): it holds no session\(words: kind.advice)")
    case .isTooLarge: self.init("\(error.path) is too large for a session (over 1 GiB)")
    }
  }
}

/// Does something with a session's file, and says what goes wrong in the words of sessions.
func orSessionError<Result: ~Copyable>(
  _ body: () throws(FileError) -> Result
) throws(SessionError) -> Result {
  do throws(FileError) { return try body() } catch { throw SessionError(error) }
}
