import Dispatch
import Explorer
import Sessions
import Synchronization

/// Records sessions as the workspace asks for it: in the order of its effects, off the main thread, each event with the time
/// at which it happened.
package final class RecordingHandler: Sendable {
  private struct Open {
    let recorder: Recorder
    /// When recording began, or went on.
    let started: Duration
  }

  private let surroundings: Surroundings
  private let queue: EffectQueue.Queue
  private let post: @Sendable (AppMessage) -> Void
  private let open = Mutex<[Int: Open]>([:])
  private let losses = Mutex<[RecordingLoss]>([])

  /// - Parameters:
  ///   - queue: a dispatch queue of its own by default.
  ///   - post: receives how recording goes on.
  init(
    in surroundings: Surroundings, queue: EffectQueue.Queue? = nil, post: @escaping @Sendable (AppMessage) -> Void
  ) {
    self.surroundings = surroundings
    let dispatch = DispatchQueue(label: "headscope.recordings", qos: .utility)
    self.queue = queue ?? { work in dispatch.async(execute: work) }
    self.post = post
  }

  func perform(_ effect: RecordingEffect) {
    let time = surroundings.now()
    queue { [self] in
      switch effect {
      case .begin(let id, let header): begin(id, header, at: time)
      case .record(let id, let content): record(content, id, at: time)
      case .end(let id): end(id)
      }
    }
  }

  /// Goes on with a recorder that is open.
  ///
  /// - Returns: what the workspace knows of it.
  @discardableResult
  func add(_ recorder: Recorder, as id: Int) -> Recording {
    open.withLock { $0[id] = Open(recorder: recorder, started: surroundings.now()) }
    return Recording(id: id, status: .on(file: recorder.path), actions: recorder.earlier?.actions.count ?? 0)
  }

  /// Goes on with a session as it was read a moment ago.
  func goOn(with session: Session, at path: String, as id: Int) throws(SessionError) -> Recording {
    let recorder = try recorder(at: path, session.header, id)
    try recorder.requireEarlier(session)
    return add(recorder, as: id)
  }

  /// Waits until everything is written.
  ///
  /// - Returns: what could not be written to its place.
  func finish() -> [RecordingLoss] {
    let done = DispatchSemaphore(value: 0)
    queue { [self] in
      for id in open.withLock({ $0.keys.sorted() }) { end(id) }
      done.signal()
    }
    done.wait()
    return losses.withLock { $0 }
  }

  // MARK: On the queue

  private func begin(_ id: Int, _ header: SessionHeader, at time: Duration) {
    var header = header
    header.created = SessionStore.timestamp()
    header.program = surroundings.version
    do throws(SessionError) {
      guard let store = surroundings.store else { throw SessionError("no home folder to record in") }
      let path = try store.newPath(created: header.created, title: header.title)
      let recorder = try recorder(at: path, header, id)
      open.withLock { $0[id] = Open(recorder: recorder, started: time) }
      post(.recording(id: id, RecordingReport(.on(file: path))))
    } catch {
      // What is recorded under this number from here on is kept nowhere; the screen says so.
      post(.recording(id: id, RecordingReport(.failed(error.description))))
    }
  }

  private func recorder(at path: String, _ header: SessionHeader, _ id: Int) throws(SessionError) -> Recorder {
    try Recorder(path: path, header: header) { [post] in post(.recording(id: id, $0)) }
  }

  private func record(_ content: SessionEvent.Content, _ id: Int, at time: Duration) {
    guard let open = open.withLock({ $0[id] }) else { return }
    open.recorder.record(
      SessionEvent(time: open.recorder.elapsed + (time - open.started) / .seconds(1), content))
  }

  private func end(_ id: Int) {
    guard let open = open.withLock({ $0.removeValue(forKey: id) }) else { return }
    if let loss = open.recorder.finish() { losses.withLock { $0.append(loss) } }
  }
}
