import JSON
import Support

/// Reads a session that another process is still writing, perhaps on another machine: each call returns what is new.
///
/// The writer is never disturbed: the file is opened for reading, unlocked, and closed again. It may grow, stop in the
/// middle of a line, be cut, be replaced, or vanish and come back.
public struct SessionTail: Sendable, Equatable {
  /// What has come since the file was last read.
  public enum Update: Sendable, Equatable {
    /// Nothing new.
    case nothing
    case events([SessionEvent], problems: [SessionProblem])
    /// The file is not the one that was being read: everything has to be begun anew with this session.
    case replaced(Session)
    /// The file cannot be read now: why. What was read stays good.
    case unreadable(SessionError)
  }

  /// How often it is worth asking, in seconds: well within the second in which a class sees what its teacher does.
  public static let interval = 0.25

  /// The path of the session file.
  public let path: String
  /// How many bytes of whole lines have been taken.
  private var consumed = 0
  private var line = 0
  private var time = 0.0
  private var identity: FileIdentity?
  /// The last bytes that were taken, to know the file again by.
  private var memory: [UInt8] = []

  private static let memorySize = 256
  /// The most that is read at one time: a screen is drawn between two pieces of a long file.
  private static let largestPiece = 1 << 22

  /// Opens a session with what is there by now.
  ///
  /// - Throws: `SessionError` where there is no session (yet).
  public static func open(_ path: String) throws(SessionError) -> (tail: SessionTail, session: Session) {
    var tail = SessionTail(path: path)
    switch tail.begin() {
    case .success(let session): return (tail, session)
    case .failure(let error): throw error
    }
  }

  private init(path: String) { self.path = path }

  /// What has come since the last time.
  public mutating func poll() -> Update {
    do throws(SessionError) {
      // The file is opened each time: that is what makes a network file system ask its server.
      let file = try opened()
      guard file.identity == identity, file.size >= consumed,
        try bytes(of: file, from: consumed - memory.count, count: memory.count) == memory
      else { return restart() }
      guard file.size > consumed else { return .nothing }
      let bytes = try bytes(of: file, from: consumed, count: min(file.size - consumed, SessionTail.largestPiece))
      let (events, problems) = take(bytes)
      return events.isEmpty && problems.isEmpty ? .nothing : .events(events, problems: problems)
    } catch {
      return .unreadable(error)
    }
  }

  /// Begins anew with another file of that name. One that is only just being written says nothing yet.
  private mutating func restart() -> Update {
    var other = SessionTail(path: path)
    switch other.begin() {
    case .success(let session):
      self = other
      return .replaced(session)
    case .failure(let error): return .unreadable(error)
    }
  }

  private mutating func begin() -> Result<Session, SessionError> {
    do throws(SessionError) {
      let file = try opened()
      guard file.size <= SessionFile.largest else {
        throw SessionError(FileError(path, .isTooLarge(limit: SessionFile.largest)))
      }
      let bytes = try bytes(of: file, from: 0, count: file.size)
      guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
        throw SessionError("\(path) holds no session yet")
      }
      var session = Session(header: try SessionCoding.header(from: bytes[..<end], name: path))
      identity = file.identity
      line = 1
      consumed = end + 1
      memory = Array(bytes[...end].suffix(SessionTail.memorySize))
      (session.events, session.problems) = take(bytes[(end + 1)...])
      return .success(session)
    } catch {
      return .failure(error)
    }
  }

  /// What is read from a pipe is gone, and a device never ends: neither can be read again from its start.
  private func opened() throws(SessionError) -> InputFile {
    do throws(FileError) { return try InputFile(path) } catch {
      guard case .isNoFile(let kind) = error.problem else { throw SessionError(error) }
      throw SessionError("\(path) is \(kind.words): what can be followed is the file that another headscope records in")
    }
  }

  private func bytes(of file: borrowing InputFile, from start: Int, count: Int) throws(SessionError) -> [UInt8] {
    do throws(FileError) { return try file.bytes(from: start, count: count) } catch { throw SessionError(error) }
  }

  /// Takes the whole lines of what was read; the rest of a line that is still being written is left for later.
  private mutating func take(_ bytes: some BidirectionalCollection<UInt8>) -> ([SessionEvent], [SessionProblem]) {
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ([], []) }
    var events: [SessionEvent] = []
    var problems: [SessionProblem] = []
    for bytes in bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      guard !bytes.isEmpty else { continue }
      do throws(EventFailure) {
        let event = try SessionCoding.event(from: Array(bytes), after: time)
        time = event.time
        events.append(event)
      } catch {
        problems.append(.steppedOver(error, line: line))
      }
    }
    let taken = bytes[...end]
    consumed += taken.count
    memory = Array((memory + taken.suffix(SessionTail.memorySize)).suffix(SessionTail.memorySize))
    return (events, problems)
  }
}
