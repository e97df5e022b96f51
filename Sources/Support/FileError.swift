import Glibc

/// Why a file cannot be used. The description is one line: which file, what is wrong with it, and what to do.
public struct FileError: TextualError, Equatable, Sendable {
  /// What is wrong with a file.
  public enum Problem: Equatable, Sendable {
    /// What the system said, as `errno` has it.
    case cannotOpen(Int32)
    case cannotRead(Int32)
    case cannotWrite(Int32)
    case cannotMap(Int32)
    case isNoFile(FileKind)
    case isTooLarge(limit: Int)
  }

  /// As it was asked for. Untrusted text.
  public let path: String
  /// What is wrong with it.
  public let problem: Problem

  /// What is wrong with the file that was asked for as `path`.
  public init(_ path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// The file, and what is wrong with it.
  public var text: MessageText { "\(path): \(words: reason)" }

  /// What is wrong, to stand after the file's name.
  public var reason: String {
    switch problem {
    case .cannotOpen(let code): "cannot be opened: \(systemMessage(code))"
    case .cannotRead(let code): "cannot be read: \(systemMessage(code))"
    case .cannotWrite(let code): "cannot be written: \(systemMessage(code))"
    case .cannotMap(let code): "cannot be mapped into memory: \(systemMessage(code))"
    case .isNoFile(let kind): "is \(kind.words), not a file" + kind.advice
    case .isTooLarge(let limit): "is larger than the \(limit) bytes that such a file may have"
    }
  }

  /// What is wrong, to stand after words that say what could not be done.
  public var cause: String {
    switch problem {
    case .cannotOpen(let code), .cannotRead(let code), .cannotWrite(let code), .cannotMap(let code): systemMessage(code)
    case .isNoFile, .isTooLarge: "it \(reason)"
    }
  }
}

/// What a path can lead to other than a file.
public enum FileKind: Equatable, Sendable {
  case folder, pipe, socket, device, other

  /// Nil for a regular file.
  init?(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return nil
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFCHR, S_IFBLK: self = .device
    default: self = .other
    }
  }

  /// "a pipe"
  public var words: String {
    switch self {
    case .folder: "a folder"
    case .pipe: "a pipe"
    case .socket: "a socket"
    case .device: "a device"
    case .other: "something else"
    }
  }

  /// What to do instead, to be put after a sentence; empty where that is plain.
  public var advice: String { self == .pipe ? "; write what comes out of it into a file first" : "" }
}

/// What the system says of an error number.
public func systemMessage(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
