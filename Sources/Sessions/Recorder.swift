import Dispatch
import Explorer
import Glibc
import Insights
import Support

/// Writes a session as it happens. Recording never blocks the caller: lines are written on a queue of its own, each in one
/// piece, so that a program that is killed leaves whole lines.
///
/// When the disk is full or gone, exploring goes on: what could not be written is kept and tried again with every later
/// event, and `onReport` is told. When the file is moved, recording goes on in it; when it is removed, replaced or cut short,
/// in a new one that begins with everything recorded so far.
public final class Recorder: Sendable {
  /// The path of the session file, as it was opened.
  public let path: String
  private let queue = DispatchQueue(label: "headscope.recorder", qos: .utility)
  private let writer: RecordedFile

  /// The seconds that a continued session had already lasted.
  public let elapsed: Double
  /// What was in the file before: none for a new session.
  public let earlier: Session?

  /// Opens a file to record in, and begins it with a header where it is new or empty; a session that is there is
  /// continued, a torn last line taken away first.
  ///
  /// - Throws: `SessionError` where the file cannot be written, is no session, or is being written by another program.
  public convenience init(
    path: String, header: SessionHeader, onReport: @escaping @Sendable (RecordingReport) -> Void
  ) throws(SessionError) {
    try self.init(path: path, header: header, write: { Glibc.write($0, $1, $2) }, onReport: onReport)
  }

  /// - Parameters:
  ///   - write: stands for the system's call, so that a test can make the disk full.
  ///   - rescueFolders: where a session is put at the end that could not be written to its own place.
  init(
    path: String, header: SessionHeader, write: @escaping SystemWrite,
    rescueFolders: [String] = RecordedFile.rescueFolders,
    onReport: @escaping @Sendable (RecordingReport) -> Void
  ) throws(SessionError) {
    self.path = path
    let opened: Int32
    do throws(FileError) {
      opened = try Files.open(path, O_RDWR | O_CREAT | O_APPEND, permissions: 0o644).descriptor
    } catch {
      guard case .isNoFile(let kind) = error.problem else {
        throw SessionError("cannot record in \(path): \(error.cause)")
      }
      throw SessionError("cannot record in \(path): it is \(kind.words), and a session is recorded in a file")
    }
    let file = RecordedFile(
      descriptor: opened, path: path, write: write, rescueFolders: rescueFolders, onReport: onReport)
    guard file.lock() else {
      throw errno == EWOULDBLOCK
        ? SessionError("\(path) is being recorded by another headscope; choose another --session, or --no-record")
        : SessionError("cannot lock \(path): \(SessionFile.reason())")
    }
    let bytes = try orSessionError { () throws(FileError) in try file.open() }
    writer = file
    guard !bytes.isEmpty else {
      earlier = nil
      elapsed = 0
      append(SessionCoding.line(header))
      return
    }
    let session = try SessionCoding.session(from: bytes, name: path)
    let isTorn = session.problems.contains(where: \.isTornEnd)
    if isTorn, let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
      guard file.cut(to: end + 1) else {
        throw SessionError("cannot repair the last line of \(path): \(SessionFile.reason())")
      }
    }
    earlier = session
    elapsed = session.duration
    if bytes.last != UInt8(ascii: "\n"), !isTorn { append([UInt8(ascii: "\n")]) }
  }

  /// Makes sure that the file still held a session, as it was read a moment ago, when it was opened to go on with it.
  ///
  /// - Throws: `SessionError` if another process has changed it meanwhile; then nothing more is written to it.
  public func requireEarlier(_ session: Session) throws(SessionError) {
    guard earlier?.header == session.header, earlier?.events.count == session.events.count else {
      finish()
      throw SessionError("\(path) was changed by another program just now; try again")
    }
  }

  /// Hands an event to the queue and returns at once; its time counts from the start of the session.
  public func record(_ event: SessionEvent) { append(SessionCoding.line(event)) }

  private func append(_ bytes: [UInt8]) { queue.async { [writer] in writer.write(bytes) } }

  /// Waits until what was recorded so far has been tried to write.
  func flush() { queue.sync {} }

  /// Waits until everything is written, but never longer than `seconds` for a disk that does not answer.
  ///
  /// - Returns: what is not where it should be; nil where all is well.
  @discardableResult
  public func finish(within seconds: Double = 2) -> RecordingLoss? {
    let done = DispatchSemaphore(value: 0)
    let result = LossBox()
    queue.async { [writer] in
      result.loss = writer.finish()
      done.signal()
    }
    guard done.wait(timeout: .now() + seconds) == .success else {
      return RecordingLoss(path: path, reason: "the disk does not answer", rescue: .none)
    }
    return result.loss
  }

  /// Handed from the queue to the waiting thread.
  private final class LossBox: @unchecked Sendable {
    var loss: RecordingLoss?
  }
}

/// How recording goes on, and what a person should know of it just now.
public struct RecordingReport: Sendable, Equatable {
  /// Whether events are being saved.
  public var status: RecordingStatus
  /// A line to show to the person; nil where there is nothing to tell.
  public var notice: String?

  /// A report with no notice unless one is given.
  public init(_ status: RecordingStatus, notice: String? = nil) {
    self.status = status
    self.notice = notice
  }
}

/// A session, the end of which could not be written to its file.
public struct RecordingLoss: Sendable, Equatable, CustomStringConvertible {
  /// Where all of the session is instead.
  public enum Rescue: Sendable, Equatable {
    case file(String)
    /// So many lines are nowhere.
    case lost(lines: Int)
    /// It is not known how much got through.
    case none
  }

  /// The session file that could not be written.
  public var path: String
  /// What the system says.
  public var reason: String
  /// Where the whole session is instead, or how much is lost.
  public var rescue: Rescue

  /// The text of the loss, on one line.
  public var description: String { text.description }

  /// All of it, in one line.
  public var text: MessageText {
    switch rescue {
    case .file(let file):
      "the end of the session could not be written to \(path): \(reason); all of it is in \(file)"
    case .lost(let lines):
      "the end of the session could not be written to \(path): \(reason); nowhere else was room for it, and "
        + (lines == 1 ? "its last line is lost" : "its last \(lines) lines are lost")
    case .none:
      "the end of the session may be missing in \(path): \(reason)"
    }
  }
}
