import Activations
import ArgumentParser
import Explorer
import ExplorerApp
import Exporting
import Models
import Sessions

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Replay a session, or check that it can be computed again.")

  @Argument(help: "The session: a path, a name in the sessions folder, or a lesson of the program.")
  var file: String

  @Option(help: "Play X times as fast.")
  var speed = 1.0

  @Flag(help: "Begin paused; '.' plays one action.")
  var step = false

  @Option(help: "Begin at PLACE: the title of a mark, or a time such as 1:30.")
  var from: String?

  @Option(help: ArgumentHelp("Let no pause be longer than so many SECONDS.", valueName: "seconds"))
  var idle = 30.0

  @Flag(help: "Show a session while another program records it.")
  var follow = false

  @Flag(help: "Begin anew at the end.")
  var loop = false

  @Flag(help: "Without a terminal: compute everything anew, compare, and print what differs.")
  var check = false

  @Flag(help: "The speaker's notes of a replay that runs in another terminal: what to say, answers, what comes next.")
  var notes = false

  @Option(help: "Use this model instead of the one that the session names.")
  var model: String?

  @OptionGroup var train: TrainOption

  @OptionGroup var survey: SurveyOption

  @OptionGroup var memory: MemoryOption

  func validate() throws {
    guard speed.isFinite, speed >= 0.01, speed <= 1000 else {
      throw ValidationError("--speed must lie between 0.01 and 1000")
    }
    guard idle.isFinite, idle > 0 else { throw ValidationError("--idle must be seconds, more than 0") }
    if notes, follow || check || loop || from != nil {
      throw ValidationError("--notes follows the replay in another terminal: leave out the other options")
    }
    if follow, loop || from != nil || check {
      throw ValidationError("--follow shows what happens now: leave out --loop, --from and --check")
    }
  }

  func run() throws {
    if !check { try FullScreen.requireTerminal() }
    let path = SessionStore.located(file)
    if notes {
      let session = try SessionFile.read(path)
      return try MainActor.assumeIsolated { try showNotes(of: session, at: path) }
    }
    let followed = follow ? try SessionTail.open(path) : nil
    let session = try followed?.session ?? SessionFile.read(path)
    let surroundings = Surroundings.ofProcess(memory)
    _ = try train.task(in: surroundings.training.tasks)
    _ = try survey.open(in: surroundings)
    func load() throws -> any EncodingSource {
      try SourceLoader.load(recordedAs: session.header.model, insteadOfIt: self.model)
    }
    let model = check ? try load() : try FirstStart.loading(load)
    if check {
      try CheckReport(session, path: path, model: model, surroundings).finish()
    } else {
      try MainActor.assumeIsolated { try play(session, at: path, followed?.tail, with: model, in: surroundings) }
    }
  }

  @MainActor
  private func showNotes(of session: Session, at path: String) throws {
    let notes = try SpeakerNotes(session, path: path)
    let screen = try FullScreen()
    notes.run(on: screen.terminal)
    screen.close()
  }

  @MainActor
  private func play(
    _ session: Session, at path: String, _ tail: SessionTail?, with model: any EncodingSource,
    in surroundings: Surroundings
  ) throws {
    let other = self.model.map { _ in SessionModel(model.description, digest: model.weightsDigest()) }
    var state = State(model: model.description, reference: other?.name ?? session.header.model.name)
    state.notice = session.problems.first?.description
    var player = Player(
      tail == nil ? session.cappingIdle(at: idle) : session, from: state, speed: speed, isPaused: step, loops: loop,
      isFollowing: tail != nil)
    player.open()
    if let from { _ = try player.go(to: SessionPlace(from)) }
    if tail != nil { _ = player.goToEnd() }
    surroundings.training.know(session)
    let screen = try FullScreen()
    let loop = ExplorerLoop(
      state, model: model, screen: screen, surroundings: surroundings,
      replay: Replay(player, path: path, tail: tail, with: other))
    loop.run()
    screen.close()
    try loop.finish().complain()
  }
}

/// What a check found, for people on standard output, and as an exit status.
struct CheckReport {
  private let path: String
  fileprivate let check: SessionCheck

  /// - Parameter surroundings: know the sentences that something is trained on, and the surveys that are shown.
  init(_ session: Session, path: String, model: any EncodingSource, _ surroundings: Surroundings) throws {
    self.path = path
    var handler = EffectHandler(
      model: model, reference: session.header.model.name, mostProbabilities: surroundings.mostProbabilities,
      training: surroundings.training, surveys: surroundings.surveys)
    check = SessionCheck(session, model: model.description) { effect in
      if case .train(let request) = effect {
        let plan = request.plan
        StandardStreams.note(
          "training anew: \(plan.scope.title) on \(plan.task.singleLine), up to step \(request.goal) of \(plan.steps)")
      }
      return try handler.answer(effect)
    }
  }

  /// Prints the report; throws the exit status 1 where anything differs.
  func finish() throws {
    let output = try StandardStreams.output()
    for remark in check.remarks { try output.append("note: \(remark.singleLine)\n") }
    for difference in check.differences { try output.append("differs: \(difference.singleLine)\n") }
    var counts = "\(check.actions) actions, \(check.fingerprints) fingerprints"
    var largest = "largest difference \(Float(check.largestDifference)) nats"
    if check.trainings > 0 {
      counts += ", \(check.trainings) \(check.trainings == 1 ? "training" : "trainings")"
      largest += ", of a loss \(Float(check.largestLossDifference)) nats"
    }
    counts += claims
    guard check.isClean else {
      try output.append("\(path.singleLine): DIFFERS (\(counts), \(largest))\n")
      try output.finish()
      throw ExitCode.failure
    }
    try output.append(
      "\(path.singleLine): the same as recorded\(check.isComplete ? "" : ", as far as it could be computed") (\(counts)"
        + (check.fingerprints + check.trainings > 0 ? ", \(largest))\n" : ": nothing to compare)\n"))
    try output.finish()
  }
}

extension CheckReport {
  /// What the session says that was computed, and what stands there as it is.
  private var claims: String {
    var parts: [String] = []
    func count(_ number: Int, _ singular: String, _ plural: String) {
      if number > 0 { parts.append("\(number) \(number == 1 ? singular : plural)") }
    }
    count(check.numbers, "number in words", "numbers in words")
    count(check.answers, "computed answer", "computed answers")
    count(check.plainNumbers, "number that nothing computes", "numbers that nothing computes")
    count(check.plainAnswers, "answer that nothing computes", "answers that nothing computes")
    return parts.map { ", " + $0 }.joined()
  }
}

extension [RecordingLoss] {
  /// Says on standard error what is not recorded where it should be. Where anything is, the program has not succeeded.
  func complain() throws {
    for loss in self { StandardStreams.complain(loss.text) }
    if !isEmpty { throw ExitCode.failure }
  }
}
