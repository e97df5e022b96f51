import Activations
import Canvas
import Explorer
import ExplorerAppTestSupport
import Insights
import Models
import Sessions
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// Training in the explorer without a terminal, on a tiny model and a tiny task.
@MainActor struct TrainingLoopTests {
  private let folder = TemporaryFolder()
  private let clock = JourneyClock()
  private let tiny = TinyModel()
  private let model: Model

  init() throws {
    folder.makeFolder("sessions")
    let lines = (0..<12).map { "\($0 % 2 == 0 ? "cat" : "dog")\tThe \($0 % 2 == 0 ? "cat" : "dog") ran \($0)." }
    let table = (["label\ttext"] + lines).joined(separator: "\n") + "\n"
    folder.write(table, to: "tasks/pets/train.tsv")
    folder.write(table, to: "tasks/pets/test.tsv")
    folder.write("label\ttext\na\tone\na\ttwo\n", to: "tasks/same/train.tsv")
    folder.write(
      #"{"goal":"Tell a cat from a dog.","input":"A sentence.","output":"cat or dog","sentence":"The dog ran.","steps":6}"#,
      to: "tasks/pets/task.json")
    model = try Model.load(ModelLocation(name: "tiny", folder: tiny.path, source: .folder))
  }

  private func surroundings() -> Surroundings {
    let locator = ModelLocator(
      environment: ["HEADSCOPE_MODELS": tiny.folder.path], executablePath: folder["bin/headscope"], currentFolder: "/")
    return Surroundings(
      locator: { locator }, recordedModels: RecordedModels(),
      training: TrainingGround(tasks: TrainingTasks(folder: folder["tasks"])),
      store: SessionStore(folder: folder["sessions"]), lessons: nil, now: clock.now, version: "test")
  }

  private var state: State { State(model: model.description, reference: "tiny") }

  /// Presses keys, each when all has come to rest, and looks at what came of them.
  @discardableResult
  private func press(
    _ keys: String, actions: [Action] = [], recorder: Recorder? = nil, replay: Replay? = nil,
    look: @escaping (State) -> Void = { _ in }
  ) -> State {
    let display = HeadlessDisplay(clock: clock)
    let surroundings = surroundings()
    var queues = display.queues
    queues.training = display.queue.add
    let loop = ExplorerLoop(
      state, recorder: recorder, replay: replay,
      handler: EffectHandler(
        model: model, reference: "tiny", training: surroundings.training, locator: surroundings.locator),
      display: display, mailbox: display.mailbox, scales: [.grey], surroundings: surroundings, queues: queues)
    var keys = keys.map { $0 == "\n" ? Key.enter : $0 == "\t" ? .pageDown : .character($0) }
    display.next = { [unowned loop] isAtRest in
      if isAtRest { look(loop.workspace.state) }
      return keys.isEmpty ? .end : .inputs([.key(keys.removeFirst())])
    }
    loop.run(actions)
    _ = loop.finish()
    return loop.workspace.state
  }

  private let pets: [Action] = [.texts(["The dog ran."], pair: nil), .training(.task("pets")), .show(.train)]

  @Test func everythingTrainedMovesHeadsAndLearns() throws {
    let end = press(" ", actions: pets)
    let learning = try #require(end.learning)
    #expect(learning.isAtRest && learning.step == 6 && learning.snapshot == 6 && learning.failure == nil)
    #expect(end.computation?.encoding.request == end.request && end.presentComputation != nil)
    #expect(try #require(end.headChanges).changed > 0)
    #expect(learning.heldOut.first?.step == 0 && learning.heldOut.last?.step == 6)
    let (before, after) = (end.results[.untrained]?.classification, end.computation?.classification)
    #expect(try #require(after).labels == ["cat", "dog"] && before != after)
    #expect(learning.facts?.trained == end.taskAnswer?.description?.trained[.everything])
  }

  @Test func onlyThePredictionLayerMovesNoHeadByABit() throws {
    let end = press("v ", actions: pets)
    let learning = try #require(end.learning)
    #expect(learning.isAtRest && learning.step == learning.plan.steps && learning.plan.scope == .head)
    let changes = try #require(end.headChanges)
    #expect(changes.changed == 0 && changes.largest(by: .cosine) == 0)
    let (before, after) = (end.results[.untrained], end.computation)
    #expect(before?.classification != after?.classification)
    for (layer, other) in zip(try #require(before).encoding.trace.layers, try #require(after).encoding.trace.layers) {
      #expect(layer.attentionProbabilities.values() == other.attentionProbabilities.values())
    }
  }

  @Test func stepsCanBeTakenOneAtATimeAndUndoTakesAllOfThemBack() throws {
    var pretrained: Fingerprint?
    var steps: [Int] = []
    let end = press("..u", actions: pets) { state in
      if pretrained == nil { pretrained = state.computation?.fingerprint }
      if let step = state.learning?.step { steps.append(step) }
    }
    #expect(steps == [1, 2])
    #expect(end.learning == nil && end.computation?.fingerprint == pretrained && end.computation?.classification == nil)
  }

  @Test func enterShowsTheHeadBeforeAndAfter() throws {
    let end = press(" n\n", actions: pets)
    #expect(end.view == .compare && end.pictureA == nil)
    let comparison = try #require(end.headComparison)
    let pair = try #require(comparison.pairs.first)
    #expect(pair.head == end.head && comparison.largest > 0)
  }

  @Test func whatCannotBeLearntSaysWhy() {
    let end = press(" ", actions: [.training(.task("same")), .show(.train)])
    #expect(end.notice?.contains("nothing to tell apart") == true, "\(end.notice ?? "")")
    #expect(
      press(" ", actions: [.training(.task("none")), .show(.train)]).notice?.contains("there is no task") == true)
  }

  /// A session of a run, as it is recorded.
  private func recorded(_ keys: String) throws -> Session {
    let path = folder["sessions/run.jsonl"]
    let header = SessionHeader(
      title: "a run", created: "2026-01-31T12:00:00Z", program: "test",
      model: SessionModel(model.description, digest: nil))
    press(keys, actions: pets, recorder: try Recorder(path: path, header: header) { _ in })
    return try SessionFile.read(path)
  }

  @Test func aReplayTrainsAnewAndComparesTheLosses() throws {
    var session = try recorded(". u ")
    let trainings = session.events.filter { if case .trained = $0.content { true } else { false } }
    #expect(trainings.count == 3)
    var handler = EffectHandler(
      model: model, reference: "tiny", training: surroundings().training, locator: surroundings().locator)
    let check = SessionCheck(session, model: model.description) { try handler.answer($0) }
    #expect(check.isClean && check.trainings == 3 && check.largestLossDifference < 1e-5, "\(check.differences)")

    var notices: [String] = []
    let replay = Replay(Player(session, from: state, isPaused: true), path: "run.jsonl")
    press(String(repeating: "\t", count: session.events.count), replay: replay) { state in
      if let notice = state.notice { notices.append(notice) }
    }
    #expect(notices.contains { $0.contains("trained anew") })
    #expect(!notices.contains { $0.contains("differs") }, "\(notices)")

    for place in session.events.indices {
      guard case .trained(var found) = session.events[place].content else { continue }
      found.losses[0] += 0.5
      session.events[place].content = .trained(found)
    }
    handler = EffectHandler(
      model: model, reference: "tiny", training: surroundings().training, locator: surroundings().locator)
    #expect(SessionCheck(session, model: model.description) { try handler.answer($0) }.differences.count == 3)
  }

  @Test func otherSentencesThanWereRecordedAreNotTrainedOn() throws {
    let session = try recorded(".")
    folder.write("label\ttext\ncat\tThe cat sat.\ndog\tThe dog sat.\n", to: "tasks/pets/train.tsv")
    var handler = EffectHandler(
      model: model, reference: "tiny", training: surroundings().training, locator: surroundings().locator)
    let check = SessionCheck(session, model: model.description) { try handler.answer($0) }
    #expect(check.differences.contains { $0.contains("are not those") }, "\(check.differences)")
  }

  @Test func pressingSpaceAgainStopsItWhereItIs() throws {
    let display = HeadlessDisplay(clock: clock)
    let surroundings = surroundings()
    var queues = display.queues
    // Training has its turn after the key that stops it.
    let training = WorkQueue()
    queues.training = training.add
    let loop = ExplorerLoop(
      state,
      handler: EffectHandler(
        model: model, reference: "tiny", training: surroundings.training, locator: surroundings.locator),
      display: display, mailbox: display.mailbox, scales: [.grey], surroundings: surroundings, queues: queues)
    // The first step is taken; then training is begun again, and stopped before it has its turn.
    var keys: [Key?] = [.character("."), nil, .character(" "), .character(" ")]
    display.next = { _ in
      guard !keys.isEmpty else { return training.runNext() ? .inputs([]) : .end }
      if let key = keys.removeFirst() { return .inputs([.key(key)]) }
      while training.runNext() {}
      return .inputs([])
    }
    loop.run(pets)
    let learning = try #require(loop.workspace.state.learning)
    #expect(learning.isAtRest && learning.goal < learning.plan.steps && learning.goal >= 1)
    #expect(loop.workspace.state.training.run?.goal == learning.goal && !learning.isStopping)
  }
}
