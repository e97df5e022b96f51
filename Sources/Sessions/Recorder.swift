import Dispatch
import Explorer
import Glibc
import Insights

/// Writes a session as it happens. Whoever records never waits: lines are written by a queue of its own, each in one
/// piece, so that a program that is killed leaves whole lines.
///
/// When the disk is full or gone, exploring goes on: what could not be written is kept and tried again with every
/// later event, and `onStatus` is told.
public final class Recorder: Sendable {
  public let path: String
  private let queue = DispatchQueue(label: "headscope.recorder", qos: .utility)
  private let writer: Writer

  /// The seconds that a continued session had already lasted.
  public let elapsed: Double
  /// What was in the file before: none for a new session.
  public let earlier: Session?

  /// Opens a file to record in, and begins it with a header where it is new or empty; a session that is there is
  /// continued, a torn last line taken away first.
  ///
  /// - Throws: `SessionError` where the file cannot be written, is no session, or is being written by another program.
  public convenience init(
    path: String, header: SessionHeader, onStatus: @escaping @Sendable (RecordingStatus) -> Void
  ) throws(SessionError) {
    try self.init(path: path, header: header, write: { Glibc.write($0, $1, $2) }, onStatus: onStatus)
  }

  /// `write` stands for the system's call, so that a full disk can be had in a test.
  init(
    path: String, header: SessionHeader, write: @escaping SystemWrite,
    onStatus: @escaping @Sendable (RecordingStatus) -> Void
  ) throws(SessionError) {
    self.path = path
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SessionError("cannot record in \(path): \(SessionFile.reason())") }
    do throws(SessionError) {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw errno == EWOULDBLOCK
          ? SessionError("\(path) is being recorded by another headscope; choose another --session, or --no-record")
          : SessionError("cannot lock \(path): \(SessionFile.reason())")
      }
      let bytes = try SessionFile.bytes(of: descriptor, path: path)
      if bytes.isEmpty {
        earlier = nil
        elapsed = 0
        writer = Writer(descriptor: descriptor, path: path, write: write, onStatus: onStatus)
        append(SessionCoding.line(header))
      } else {
        let session = try SessionCoding.session(from: bytes, name: path)
        if session.problems.contains(where: \.isTornEnd), let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
          guard ftruncate(descriptor, end + 1) == 0 else {
            throw SessionError("cannot repair the last line of \(path): \(SessionFile.reason())")
          }
        }
        earlier = session
        elapsed = session.duration
        writer = Writer(descriptor: descriptor, path: path, write: write, onStatus: onStatus)
        if bytes.last != UInt8(ascii: "\n"), !session.problems.contains(where: \.isTornEnd) {
          append([UInt8(ascii: "\n")])
        }
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  public func record(_ event: SessionEvent) { append(SessionCoding.line(event)) }

  private func append(_ bytes: [UInt8]) { queue.async { [writer] in writer.write(bytes) } }

  /// Waits until what was recorded so far has been tried to write.
  func flush() { queue.sync {} }

  /// Waits until everything is written, but never longer than `seconds` for a disk that does not answer.
  public func finish(within seconds: Double = 2) {
    let done = DispatchSemaphore(value: 0)
    queue.async { [writer] in
      writer.close()
      done.signal()
    }
    _ = done.wait(timeout: .now() + seconds)
  }
}

/// `write(2)`, or what stands for it.
typealias SystemWrite = @Sendable (Int32, UnsafeRawPointer, Int) -> Int

/// The end of the queue: only code on the recorder's queue touches it.
private final class Writer: @unchecked Sendable {
  private var descriptor: Int32
  private let path: String
  private let systemWrite: SystemWrite
  private let onStatus: @Sendable (RecordingStatus) -> Void
  /// What has not been written yet.
  private var pending: [UInt8] = []
  private var hasFailed = false

  init(
    descriptor: Int32, path: String, write: @escaping SystemWrite,
    onStatus: @escaping @Sendable (RecordingStatus) -> Void
  ) {
    systemWrite = write
    self.descriptor = descriptor
    self.path = path
    self.onStatus = onStatus
  }

  func write(_ bytes: [UInt8]) {
    guard descriptor >= 0 else { return }
    pending += bytes
    while !pending.isEmpty {
      let count = systemWrite(descriptor, pending, pending.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        hasFailed = true
        onStatus(.failed(SessionFile.reason()))
        return
      }
      pending.removeFirst(count)
    }
    if hasFailed {
      hasFailed = false
      onStatus(.on(file: path))
    }
  }

  func close() {
    write([])
    guard descriptor >= 0 else { return }
    // A process that is just being started may still hold the descriptor, and with it the lock.
    flock(descriptor, LOCK_UN)
    Glibc.close(descriptor)
    descriptor = -1
  }
}
