import Activations
import ArgumentParser
import Canvas
import Explorer
import Glibc
import Models
import Sessions
import Synchronization
import Terminal

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Explore a sentence full screen (what happens when no command is named).")

  @OptionGroup var input: InputOptions

  @Option(help: "Record in FILE; a session that is there already is continued.")
  var session: String?

  @Flag(help: "Do not record this exploration.")
  var noRecord = false

  func validate() throws {
    if session != nil, noRecord { throw ValidationError("--session and --no-record exclude each other") }
  }

  func run() throws {
    try FullScreen.requireTerminal()
    let request = try input.request()
    let model = try Model.load(try input.model.locate(), letsDamagePass: true)
    if let padTo = request.padTo, padTo > model.description.maximumPositions {
      throw ModelError.padTooLong(
        name: model.description.name, asked: padTo, maximum: model.description.maximumPositions)
    }
    try MainActor.assumeIsolated { try explore(request, with: model) }
  }

  @MainActor
  private func explore(_ request: EncodeRequest, with model: Model) throws {
    var state = State(model: model.description)
    let statuses = StatusRelay()
    let recorder = try openRecorder(request, model: model, statuses: statuses, state: &state)
    let screen = try FullScreen()
    statuses.connect(screen.mailbox)
    let loop = ExplorerLoop(state: state, model: model, screen: screen, surroundings: .ofProcess)
    loop.run(recorder: recorder, actions: actions(request, isContinued: recorder?.earlier != nil))
    screen.close()
    if case .failed(let reason) = state.recording {
      StandardStreams.note("this exploration was not recorded: \(reason)")
    }
    try loop.finish().complain()
  }

  /// What the command line asks for, as actions: the start of a session is recorded like the rest of it.
  private func actions(_ request: EncodeRequest, isContinued: Bool) -> [Action] {
    var actions: [Action] = []
    if !request.texts.isEmpty || !isContinued {
      actions.append(.texts(request.texts.isEmpty ? [State.firstText] : request.texts, pair: request.pair))
    }
    if let padTo = request.padTo { actions.append(.pad(to: padTo)) }
    if request.padSide != .right { actions.append(.padSide(request.padSide)) }
    if request.maskMode != .keys { actions.append(.mask(request.maskMode)) }
    return actions
  }

  /// A file that was named must be usable; the sessions folder may fail, and exploring goes on.
  private func openRecorder(
    _ request: EncodeRequest, model: Model, statuses: StatusRelay, state: inout State
  ) throws -> Recorder? {
    guard !noRecord else { return nil }
    let created = SessionStore.timestamp()
    let title = request.texts.first ?? State.firstText
    let digest = model.weightsDigest()
    ModelLocator.current.remember(model.location, weights: digest)
    let header = SessionHeader(
      title: title, created: created, program: programVersion,
      model: SessionModel(model.description, digest: digest))
    do throws(SessionError) {
      let path = if let session { session } else { try Self.newPath(created: created, title: title) }
      let recorder = try Recorder(path: path, header: header) { statuses.post($0.messages) }
      state.recording = .on(file: path)
      if let earlier = recorder.earlier { resume(earlier, in: &state) }
      return recorder
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

  /// Takes an earlier session up where it ended.
  private func resume(_ earlier: Session, in state: inout State) {
    for event in earlier.events {
      guard case .action(let action) = event.content else { continue }
      if case .loadModel = action { continue }
      // Nothing is asked for on the way: whoever asks has to do it, too.
      fold(&state, action)
    }
    state.prompt = nil
    state.overlay = nil
    state.notice =
      earlier.problems.isEmpty
      ? "continuing this session after \(earlier.events.count) events"
      : "continuing this session; \(earlier.problems.map(\.description).joined(separator: "; "))"
  }
}

/// Status reports of the recorder that come before there is a screen wait for it.
private final class StatusRelay: Sendable {
  private let target = Mutex<(mailbox: Mailbox?, waiting: [Message])>((nil, []))

  func post(_ messages: [Message]) {
    target.withLock { target in
      if let mailbox = target.mailbox {
        for message in messages { mailbox.post(message) }
      } else {
        target.waiting += messages
      }
    }
  }

  func connect(_ mailbox: Mailbox) {
    target.withLock { target in
      target.mailbox = mailbox
      for message in target.waiting { mailbox.post(message) }
      target.waiting = []
    }
  }
}
