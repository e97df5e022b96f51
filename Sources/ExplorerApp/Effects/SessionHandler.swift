import Canvas
import Dispatch
import Explorer
import Glibc
import Models
import Sessions
import Support
import Synchronization

/// Does what the workspace asks for with files of sessions, one after the other, off the main thread.
package final class SessionHandler: Sendable {
  private let surroundings: Surroundings
  private let recordings: RecordingHandler
  private let queue: EffectQueue.Queue
  private let post: @Sendable (AppMessage) -> Void
  /// How often a preview was asked for: only the newest is made.
  private let previews = Atomic<Int>(0)
  /// Where the speaker's notes are told, by the path of the session; nil when the program ends.
  private let speakers = Mutex<[String: SpeakerChannel]?>([:])
  /// How many events are told of a session in the list.
  private static let mostPreviewed = 200

  /// - Parameters:
  ///   - recordings: goes on with a session that is opened for that.
  ///   - queue: a dispatch queue of its own by default.
  ///   - post: receives every answer.
  init(
    in surroundings: Surroundings, recordings: RecordingHandler, queue: EffectQueue.Queue? = nil,
    post: @escaping @Sendable (AppMessage) -> Void
  ) {
    self.surroundings = surroundings
    self.recordings = recordings
    let dispatch = DispatchQueue(label: "headscope.sessions", qos: .userInitiated)
    self.queue = queue ?? { work in dispatch.async(execute: work) }
    self.post = post
  }

  func perform(_ effect: SessionEffect) {
    switch effect {
    case .list(let id, let change): queue { [self] in post(.listed(id: id, list(after: change))) }
    case .preview(let path):
      let number = previews.add(1, ordering: .relaxed).newValue
      queue { [self] in
        guard previews.load(ordering: .relaxed) == number else { return }
        post(.previewed(path: path, Self.preview(of: path)))
      }
    case .open(let id, let request):
      queue { [self] in
        do {
          post(.opened(id: id, try open(request)))
        } catch {
          post(.openingFailed(id: id, reason: "\(error)"))
        }
      }
    case .poll(let tail):
      queue { [self] in
        var tail = tail
        let update = tail.poll()
        post(.polled(tail, update))
      }
    case .tellSpeaker(let path, let position): if surroundings.tellsSpeaker { queue { [self] in tell(position, path) } }
    case .closeSpeaker(let path):
      queue { [self] in speakers.withLock { $0?.removeValue(forKey: path) }?.clear() }
    }
  }

  /// Writes a file of what is on the screen, and says where it is.
  func save(_ takeaway: Takeaway) {
    queue { [post] in
      do {
        post(.saved(words: "saved: \(try takeaway.write())"))
      } catch {
        post(.saved(words: "\(error)"))
      }
    }
  }

  /// The program ends: the speaker's notes are told so.
  func finish() {
    let open = speakers.withLock { speakers in
      defer { speakers = nil }
      return speakers
    }
    for channel in (open ?? [:]).values { channel.clear() }
  }

  // MARK: The list

  private func list(after change: ListChange?) -> SessionListing {
    var listing = SessionListing()
    guard let store = surroundings.store else { return listing }
    if let change { (listing.changed, listing.words) = perform(change, in: store) }
    // The newest first: that is what people come back to.
    listing.own = SessionList(scanning: store.paths()).summaries.filter { !$0.isEmpty }.reversed()
    listing.lessons =
      surroundings.lessons.map { SessionList(scanning: $0.paths()).summaries.sorted { $0.place < $1.place } } ?? []
    listing.canRestore = !SessionTrash(folder: store.folder).items().isEmpty
    return listing
  }

  /// - Returns: where the changed session is now, if it is another place, and what was done, in words.
  private func perform(_ change: ListChange, in store: SessionStore) -> (path: String?, words: String) {
    do throws(SessionError) {
      switch change {
      case .rename(let path, let title):
        let target = try SessionStore.rename(path, to: title, now: SessionStore.timestamp())
        return (target, "renamed; the old version is in the trash")
      case .delete(let path, let title):
        try SessionTrash(for: path).take(path, now: SessionStore.timestamp())
        return (nil, "\"\(title)\" is in the trash; u brings it back")
      case .restore: return (try SessionTrash(folder: store.folder).restore(), "brought back from the trash")
      }
    } catch {
      return (nil, error.description)
    }
  }

  private static func preview(of path: String) -> [String] {
    do throws(SessionError) {
      return try SessionFile.read(path).events.prefix(mostPreviewed).compactMap { event in
        if case .fingerprint = event.content { return nil }
        if case .trained = event.content { return nil }
        return "\(clock(event.time))  \(visible(event.content.words))"
      }
    } catch {
      return [error.description]
    }
  }

  // MARK: Opening

  private func open(_ request: OpeningRequest) throws -> OpenedSession {
    let choice = request.session
    // Before anything is closed: the model may be missing.
    surroundings.recordedModels.add(choice.model, weights: choice.weights)
    _ = try surroundings.locator().locate(choice.model)
    let session = try SessionFile.read(choice.path)
    let start = State(model: request.model, reference: session.header.model.name)
    switch request.purpose {
    case .replay:
      surroundings.training.know(session)
      var player = Player(session, from: start)
      player.open()
      return .replay(
        player, path: choice.path, problem: session.problems.first?.description)
    case .goOn(let id):
      let recording = try recordings.goOn(with: session, at: choice.path, as: id)
      return .goingOn(recording, session.end(from: start).scene, words: Opening.words(continuing: session))
    case .fork:
      var header = session.header
      let actions = session.actions
      header.forkedFrom = SessionOrigin(session: header.title, time: session.duration, action: actions.count)
      return .fork(header, actions: ActionMinimizer.actions(like: actions, from: start), start: start)
    }
  }

  // MARK: The speaker's notes

  private func tell(_ position: SpeakerChannel.Position, _ path: String) {
    var position = position
    position.process = Int(getpid())
    speakers.withLock { speakers in
      guard speakers != nil else { return }
      if speakers?[path] == nil { speakers?[path] = SpeakerChannel(session: path) }
      speakers?[path]?.post(position)
    }
  }
}

extension SessionSummary {
  /// Where a lesson stands among others: by the number that its name begins with, and then by the name.
  fileprivate var place: (Int, String) { (lessonNumber ?? .max, name) }
}
