import Activations
import Canvas
import Explorer
import ExplorerAppTestSupport
import Insights
import Models
import Sessions
import Support
import TestSupport
import Testing
import Training
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
      environment: ["HEADSCOPE_MODELS": tiny.folder.path, "XDG_STATE_HOME": folder["state"]],
      executablePath: folder["bin/headscope"], currentFolder: "/")
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
    surroundings: Surroundings? = nil,
    look: @escaping (State) -> Void = { _ in }
  ) -> State {
    let display = HeadlessDisplay(clock: clock)
    let surroundings = surroundings ?? self.surroundings()
    var queues = display.queues
    queues.training = display.queue.add
    queues.measures = display.queue.add
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
    #expect(try #require(end.shownChange).changed > 0)
    #expect(learning.heldOut.first?.step == 0 && learning.heldOut.last?.step == 6)
    let (before, after) = (end.results[.untrained]?.classification, end.computation?.classification)
    #expect(try #require(after).labels == ["cat", "dog"] && before != after)
    #expect(learning.facts?.trained == end.taskAnswer?.description?.trained[.everything])
  }

  @Test func onlyThePredictionLayerMovesNoHeadByABit() throws {
    let end = press("v ", actions: pets)
    let learning = try #require(end.learning)
    #expect(learning.isAtRest && learning.step == learning.plan.steps && learning.plan.scope == .head)
    let changes = try #require(end.shownChange)
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

  /// What is measured when training rests, against the worker's own numbers and the definitions.
  @Test func headsAreMeasuredOnHeldOutSentences() throws {
    let end = press(" f", actions: pets)
    let learning = try #require(end.learning)
    #expect(learning.facts?.measured == 12 && learning.facts?.isHeldOut == true)
    let importance = try #require(end.headImportance)
    #expect(importance.step == 6 && importance.heads.count == model.description.layers)
    #expect(importance.heads.joined().allSatisfy { $0 >= 0 } && importance.heads.joined().contains { $0 > 0 })
    let change = try #require(end.shownChange)
    #expect(end.training.ground == .heldOut && change.step == 6 && change.changed > 0)
    #expect(end.noMeasure == nil && end.changeAndImportance != nil)

    // The mean over the sentences, each as the screen would compare it.
    let single = (0..<12).map { number -> ShownChange? in
      let text = "The \(number % 2 == 0 ? "cat" : "dog") ran \(number)."
      return press(" ", actions: [.texts([text], pair: nil), .training(.task("pets")), .show(.train)]).shownChange
    }
    var largest = 0.0
    for layer in change.heads.indices {
      for head in change.heads[layer].indices {
        let expected = try single.map { try #require($0).heads[layer][head].distance }.reduce(0, +) / 12
        largest = max(largest, abs(change.heads[layer][head].distance - expected))
      }
    }
    print("mean change over held-out sentences: largest difference \(largest)")
    #expect(largest < 1e-6)
  }

  @Test func headsThatAreOffAreSeenInTheTask() throws {
    let off: Action = .intervention(.ablate(HeadIndex(layer: 0, head: 0), .zeroOutput))
    let end = press(" ", actions: pets + [off])
    let found = try #require(end.performance)
    #expect(found.step == 6 && found.on.sentences == 12 && found.on != found.off)
    // With all heads on it is what training found.
    let learning = try #require(end.learning)
    #expect(found.on.accuracy == learning.heldOut.last?.accuracy)
    #expect(press(" A", actions: pets + [off]).performance == nil)
  }

  @Test func whatIsMeasuredIsTheSameWithoutAScreen() throws {
    let end = press(" f", actions: pets)
    var handler = EffectHandler(
      model: model, reference: "tiny", training: surroundings().training, locator: surroundings().locator)
    var state = state
    settle(&state, start(&state)) { try? handler.answer($0) }
    let run = try #require(end.training.run)
    for action in pets + [.training(.train(run)), .training(.ground(.heldOut))] {
      settle(&state, reduce(&state, .action(action))) { try? handler.answer($0) }
    }
    #expect(state.headImportance?.heads == end.headImportance?.heads && state.shownChange == end.shownChange)
  }

  @Test func enterShowsTheHeadBeforeAndAfter() throws {
    let end = press(" n\n", actions: [.compare(.mode(.heads))] + pets)
    #expect(end.view == .compare && end.pictureA == nil && end.compare.mode == .tokens)
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

  // MARK: Files

  private static let birds = "label\ttext\nowl\tThe owl sat.\nhen\tThe hen sat.\nowl\tAn owl ran.\nhen\tA hen ran.\n"

  @Test func aFileOfOnesOwnIsOpenedByItsPathWhichNoSessionHolds() throws {
    folder.write(Self.birds, to: "private/birds.tsv")
    let path = folder["private/birds.tsv"]
    let end = try #require(try? recorded("o\(path)\n.") as Session?)
    #expect(end.actions.contains(.training(.task("birds.tsv"))))
    let bytes = try #require(Files.read(folder["sessions/run.jsonl"], limit: 1 << 20))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("private"))

    // A replay needs the file; where it has another name, it is known by its sentences.
    for (name, isThere) in [("birds.tsv", true), ("fowl.tsv", true), (nil, false)] as [(String?, Bool)] {
      let surroundings = surroundings()
      if let name {
        folder.write(Self.birds, to: "elsewhere/\(name)")
        _ = surroundings.training.tasks.add(file: folder["elsewhere/\(name)"])
      }
      var handler = EffectHandler(
        model: model, reference: "tiny", training: surroundings.training, locator: surroundings.locator)
      let check = SessionCheck(end, model: model.description) { try handler.answer($0) }
      #expect(check.isClean == isThere && check.trainings == 1, "\(name ?? "none"): \(check.differences)")
      if !isThere { #expect(check.differences.contains { $0.contains("--train FILE") }, "\(check.differences)") }
    }
  }

  @Test func sentencesOfAFileWithoutHeldOutOnesAreMeasuredThemselves() throws {
    folder.write(Self.birds, to: "birds.tsv")
    let end = press("o\(folder["birds.tsv"])\n.", actions: pets)
    let facts = try #require(end.learning?.facts)
    #expect(
      end.taskAnswer?.description?.labels == ["hen", "owl"] && end.taskAnswer?.tasks.contains("birds.tsv") == true)
    #expect(facts.measured == 4 && !facts.isHeldOut && end.headImportance?.step == 1)
  }

  @Test(arguments: ["nowhere.tsv", "same.tsv", "notes.txt"]) func whatCannotBeOpenedIsSaidAndNotLost(name: String) {
    folder.write("label\ttext\na\tone\na\ttwo\n", to: "same.tsv")
    folder.write("text", to: "notes.txt")
    let end = press(".o\(folder[name])\n", actions: pets)
    #expect(end.entry?.kind == .sentences && end.entry?.text == folder[name])
    #expect(end.notice?.contains(name) == true && end.training.task == "pets" && end.learning?.step == 1)
  }

  @Test func whatWasTrainedIsKeptInAFolderAndNothingIsOverwritten() throws {
    var end = press("F", actions: pets)
    #expect(end.entry == nil && end.notice?.contains("nothing has been trained") == true)
    end = press(" F\n", actions: pets)
    let path = tiny.folder["tiny-pets"]
    #expect(end.entry == nil && end.notice?.hasPrefix("kept: \(path)") == true, "\(end.notice ?? "")")
    #expect(Files.list(path).sorted() == ["config.json", "model.safetensors", "tokenizer.json", "training.json"])
    let kept = try PretrainedModel(folder: path, name: "kept")
    #expect(kept.labels == ["cat", "dog"])
    // It computes what was on the screen.
    let loaded = try Model.load(ModelLocation(name: "kept", folder: path, source: .folder))
    let encoding = try loaded.encode(end.request)
    let shown = try #require(end.computation)
    #expect(Fingerprint(encoding) == shown.fingerprint)
    let head = try SentenceClassifier(kept)
    let last = try #require(encoding.trace.hiddenStates.last)
    #expect(softmax(head.logits(last, encoding.input)).values == shown.classification?.probabilities)

    end = press(".F\n", actions: pets)
    #expect(end.entry?.kind == .trainedModel && end.entry?.text == "tiny-pets")
    #expect(end.notice?.contains("is there already") == true)
    #expect(try Fingerprint(loaded.encode(end.request)) == shown.fingerprint)
  }

  @Test func weightsThatWereKeptSpareAReplayTheTraining() throws {
    let session = try recorded(" F\n")
    guard case .trained(let kept)? = session.events.last?.content else {
      Issue.record("what was kept is not recorded")
      return
    }
    #expect(kept.weights?.hasPrefix("sampled-fnv1a64:") == true && kept.step == 6)
    #expect(session.keptTrainings.map(\.step) == [6])

    func replayed(_ keys: String = "") -> (State, notices: [String]) {
      let surroundings = surroundings()
      surroundings.training.know(session)
      var notices: [String] = []
      let replay = Replay(Player(session, from: state, isPaused: true), path: "run.jsonl")
      let end = press(
        String(repeating: "\t", count: session.events.count) + keys, replay: replay, surroundings: surroundings
      ) { state in
        if let notice = state.notice { notices.append(notice) }
      }
      return (end, notices)
    }
    let (end, notices) = replayed()
    let learning = try #require(end.learning)
    #expect(learning.keptIn == "tiny-pets" && learning.step == 6 && learning.isAtRest && learning.failure == nil)
    #expect(notices.contains { $0.contains("not trained anew") } && !notices.contains { $0.contains("differs") })
    let trained = press(" ", actions: pets)
    #expect(end.computation?.fingerprint == trained.computation?.fingerprint)
    #expect(end.computation?.classification == trained.computation?.classification)
    #expect(end.headImportance?.heads == trained.headImportance?.heads && end.shownChange == trained.shownChange)

    // A folder that says something else of itself is not taken.
    tiny.folder.write("{}", to: "tiny-pets/training.json")
    #expect(
      replayed().0.learning?.keptIn == nil && replayed().0.computation?.fingerprint == end.computation?.fingerprint)
    // A check always trains.
    var handler = EffectHandler(
      model: model, reference: "tiny", training: surroundings().training, locator: surroundings().locator)
    let check = SessionCheck(session, model: model.description) { try handler.answer($0) }
    #expect(check.isClean && check.trainings == 2)
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
    queues.measures = display.queue.add
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
