import Explorer
import ExplorerApp
import Models
import Sessions
import Support

/// An exploration full screen, from its opening until it is left, and its recording.
struct RecordedExploration {
  let opening: Opening
  /// What the session is called, where it is new.
  let title: String
  /// The file to record in; nil for a new one in the sessions folder.
  let session: String?
  /// What that file holds already; nil where it is new.
  let earlier: Session?
  let isRecorded: Bool
  let surroundings: Surroundings
  /// Whether the first screen may offer the tour, which it does once.
  var mayOfferTour = false
  /// Whether it begins with the tour.
  var beginsTour = false

  /// The session that is to be continued; nil where there is none yet.
  static func earlier(in session: String?) throws -> Session? {
    guard let session, Files.exists(session), Files.size(session) != 0 else { return nil }
    return try SessionFile.read(session)
  }

  @MainActor
  func run() throws {
    var state = opening.state
    // Reports of the recorder that come before there is a screen wait for it.
    let mailbox = Mailbox()
    if mayOfferTour { state.offersTour = TourOffer.isDue() }
    let recorder = try openRecorder(mailbox, state: &state)
    if let earlier { try recorder?.requireEarlier(earlier) }
    let screen = try FullScreen(mailbox: mailbox)
    let loop = ExplorerLoop(
      state, model: opening.model, ahead: opening.encoding, screen: screen, surroundings: surroundings,
      recorder: recorder)
    loop.run(opening.actions + (beginsTour ? [.beginTour] : []))
    screen.close()
    if case .failed(let reason) = state.recording {
      StandardStreams.note("this exploration was not recorded: \(reason)")
    }
    try loop.finish().complain()
  }

  /// A file that was named must be usable; the sessions folder may fail, and exploring goes on.
  private func openRecorder(_ mailbox: Mailbox, state: inout State) throws -> Recorder? {
    guard isRecorded else { return nil }
    let created = SessionStore.timestamp()
    let digest = opening.model.weightsDigest()
    SourceLoader.remember(opening.model, digest: digest)
    let header = SessionHeader(
      title: title, created: created, program: programVersion,
      model: SessionModel(opening.model.description, digest: digest))
    do throws(SessionError) {
      let path = if let session { session } else { try Self.newPath(created: created, title: title) }
      return try Recorder(path: path, header: header) {
        mailbox.post(.recording(id: Recording.first, $0))
      }
    } catch {
      guard session == nil else { throw error }
      state.recording = .failed(error.description)
      return nil
    }
  }

  private static func newPath(created: String, title: String) throws(SessionError) -> String {
    guard let store = SessionStore.ofUser else {
      throw SessionError("no home folder to record in; use --session FILE")
    }
    return try store.newPath(created: created, title: title)
  }
}
