import Activations
import ArgumentParser
import Canvas
import Explorer
import ExplorerApp
import Glibc
import Models
import Sessions
import Support
import Terminal

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Explore a sentence full screen (what happens when no command is named).")

  @OptionGroup var input: InputOptions

  @Option(help: "Record in FILE; a session that is there already is continued.")
  var session: String?

  @OptionGroup var train: TrainOption

  @Flag(help: "Do not record this exploration.")
  var noRecord = false

  func validate() throws {
    if session != nil, noRecord { throw ValidationError("--session and --no-record exclude each other") }
  }

  func run() throws {
    try FullScreen.requireTerminal()
    let request = try input.request()
    let earlier = try earlierSession()
    let surroundings = Surroundings.ofProcess
    if let model = earlier?.header.model { surroundings.recordedModels.add(model.name, weights: model.digest) }
    let load: Opening.Load = { reference in
      try FirstStart.loading {
        try Model.load(try surroundings.locator().locate(reference), allowsDamagedWeights: true)
      }
    }
    let options = OpeningOptions(
      model: input.model.model, request: request, padTo: input.padTo, padSide: input.padSide, maskMode: input.mask,
      train: try train.task(in: surroundings.training.tasks))
    let opening =
      try earlier.map { try Opening(continuing: $0, options, load: load) } ?? Opening(new: options, load: load)
    try MainActor.assumeIsolated { try explore(opening, request, earlier, in: surroundings) }
  }

  /// The session that is to be continued; nil where there is none yet.
  private func earlierSession() throws -> Session? {
    guard let session, Files.exists(session), Files.size(session) != 0 else { return nil }
    return try SessionFile.read(session)
  }

  @MainActor
  private func explore(
    _ opening: Opening, _ request: EncodeRequest, _ earlier: Session?, in surroundings: Surroundings
  ) throws {
    var state = opening.state
    // Reports of the recorder that come before there is a screen wait for it.
    let mailbox = Mailbox()
    let recorder = try openRecorder(request, model: opening.model, mailbox, state: &state)
    if let earlier { try recorder?.requireEarlier(earlier) }
    let screen = try FullScreen(mailbox: mailbox)
    let loop = ExplorerLoop(
      state, model: opening.model, ahead: opening.encoding, screen: screen, surroundings: surroundings,
      recorder: recorder)
    loop.run(opening.actions)
    screen.close()
    if case .failed(let reason) = state.recording {
      StandardStreams.note("this exploration was not recorded: \(reason)")
    }
    try loop.finish().complain()
  }

  /// A file that was named must be usable; the sessions folder may fail, and exploring goes on.
  private func openRecorder(
    _ request: EncodeRequest, model: Model, _ mailbox: Mailbox, state: inout State
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
