import Activations
import Canvas
import Explorer
import ExplorerViews
import Insights
import Sessions
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// The explorer's loop without a terminal.
@MainActor struct LoopTests {
  private let setting: JourneySetting
  private var folder: TemporaryFolder { setting.folder }
  private var models: JourneyModels { setting.models }

  init() throws { setting = try JourneySetting() }

  /// Presses keys in a loop, and lets everything come to rest; without `waits` nothing is computed before the last key.
  @discardableResult
  private func press(
    _ keys: [Key], state: State, actions: [Action] = [], recorder: Recorder? = nil, replay: Replay? = nil,
    waits: Bool = true
  ) -> State {
    let display = HeadlessDisplay(clock: setting.clock)
    let loop = setting.loop(state, display, recorder: recorder, replay: replay)
    var keys = keys
    display.haste = { waits || keys.isEmpty ? nil : 0 }
    display.next = { _ in keys.isEmpty ? .end : .inputs([.key(keys.removeFirst())]) }
    loop.run(actions)
    _ = loop.finish()
    return loop.workspace.state
  }

  private let typed: [Key] = "bm8bu".map(Key.character) + [.control("r")]

  @Test(arguments: [true, false]) func aComparisonThatIsWantedAgainIsWorkedOut(waits: Bool) throws {
    let end = press(typed, state: try setting.state(), actions: [.texts(["The cat ran"], pair: nil)], waits: waits)
    #expect(Sight.unrest(of: end) == nil)
    #expect(end.view == .compare)
  }

  @Test(arguments: [(MaskMode.keys, 0), (.none, 1), (.full, 2), (.causal, 3)])
  func everyMaskModeSaysWhatItDid(mode: MaskMode, times: Int) throws {
    let end = press(
      [Key](repeating: .character("m"), count: times), state: try setting.state(),
      actions: [.texts(["The cat ran"], pair: nil), .pad(to: 12)])
    let screen = draw(
      end, appearance: Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey]),
      size: Size(columns: 120, rows: 40)
    ).text
    #expect(screen.contains("mask \(mode.rawValue)"))
    #expect(screen.contains(mode == .none ? "PAD is attended to" : "the mask hides PAD"), "\(screen)")
  }

  /// What is typed after `M` before the models are listed waits for them.
  @Test(arguments: [true, false]) func keysTypedInOneGoAreNotLost(waits: Bool) throws {
    let path = folder["sessions/one.jsonl"]
    press(
      [.character("M"), .enter], state: try setting.state(), actions: [.texts(["The cat ran"], pair: nil)],
      recorder: try Recorder(path: path, header: session([]).header) { _ in }, waits: waits)
    #expect(try String(decoding: contents(of: path), as: UTF8.self).contains(#""action":"loadModel""#))
  }

  /// Where one starts is done like everything else: a session says it, and one that does not starts at the first head.
  @Test func aNewExplorationStartsAtATellingHead() throws {
    for name in ["second", "damaged"] {
      let options = OpeningOptions(model: name, request: EncodeRequest(texts: ["a dog sat"]), padTo: 8)
      let opening = try Opening(new: options, load: models.load)
      let encoding = try #require(opening.encoding)
      let head = TellingHead.of(opening.model, in: encoding)
      #expect(opening.state.isFresh && opening.state.exploration == State(model: opening.model.description).exploration)
      let path = folder["sessions/\(name).jsonl"]
      folder.makeFolder("lessons")
      for lesson in ["1-one", "another"] { folder.write("", to: "lessons/\(lesson).jsonl") }
      let end = press(
        [], state: opening.state, actions: opening.actions,
        recorder: try Recorder(path: path, header: session([]).header) { _ in })
      #expect(end.isFresh && end.lessonCount == 1)
      #expect(end.head == head ?? HeadIndex(layer: 0, head: 0) && end.range == .head && end.zoom == .words)
      #expect(end.padTo == 8 && end.past.isEmpty)
      let recorded = try SessionFile.read(path)
      #expect(recorded.end(from: State(model: opening.model.description)).exploration == end.exploration)
      #expect(!press([.character("m")], state: opening.state, actions: opening.actions).isFresh)
      #expect(press([.escape], state: opening.state, actions: opening.actions).isFresh, "nothing was done")
    }
  }

  /// What was computed to choose the head is the first answer, where it is what is asked for; once.
  @Test(arguments: [nil, 8]) func whatWasComputedAheadIsTheFirstAnswer(padTo: Int?) throws {
    let opening = try Opening(new: OpeningOptions(request: EncodeRequest(texts: ["a dog sat"])), load: models.load)
    let ahead = try #require(opening.encoding)
    let request = EncodeRequest(texts: ["a dog sat"], padTo: padTo)
    var handler = EffectHandler(model: opening.model, reference: "first", ahead: ahead)
    for isFirst in [true, false] {
      let answer = try handler.answer(.encode(id: 1, .shown, Subject(model: "first", request: request)))
      guard case .computed(let computation, _) = answer else {
        Issue.record("nothing was computed")
        return
      }
      let shares = isFirst && padTo == nil
      let (a, b) = (ahead.trace.layers[0], computation.encoding.trace.layers[0])
      #expect((a.queries.storage === b.queries.storage) == shares)
      #expect(computation.encoding.request == request)
    }
  }

  /// Neighbours are shown before what only gathers attention, and nothing that has no name.
  @Test func aTellingHeadHasTheStrongestNamedPattern() throws {
    let words = ["the", "cat", "sat", "on", "the", "mat"]
    let table = HeadStatistics.table(of: Synthetic.computation(words: words).encoding)
    let head = try #require(TellingHead.strongest(in: table))
    let names = Set(table.joined().map { HeadPattern($0).name })
    #expect(names.isSuperset(of: ["previous", "self"]), "\(names)")
    #expect(HeadPattern(table[head.layer][head.head]).name == "previous")
    #expect(TellingHead.strongest(in: []) == nil)
    #expect(TellingHead.strongest(in: table.map { $0.filter { HeadPattern($0).name == "broad" } }) == nil)
  }

  @Test func undoTakesNothingBackThatTheCommandLineAskedFor() throws {
    let actions: [Action] = [.texts(["a dog sat"], pair: nil), .pad(to: 8), .mask(.none)]
    let end = press("uuu".map(Key.character), state: try setting.state(), actions: actions)
    #expect(end.texts == ["a dog sat"] && end.padTo == 8 && end.maskMode == .none)
    #expect(end.notice == "there is nothing to undo")
  }

  private func session(_ actions: [Action]) -> Session {
    let model = SessionModel(name: "first", family: "bert", layers: 2, heads: 3, hidden: 36, digest: nil)
    return Session(
      header: SessionHeader(title: "a lesson", created: "2026-01-31T12:00:00Z", program: "", model: model),
      events: actions.enumerated().map { SessionEvent(time: Double($0), .action($1)) })
  }

  @Test func aForkHasTheModelThatItIsMadeWith() throws {
    let session = session([.texts(["The cat ran"], pair: nil), .mask(.none)])
    let second = try models.load("second").description
    let player = Player(session, from: try setting.state("second"), isPaused: true)
    let replay = Replay(player, path: folder["lesson.jsonl"], with: SessionModel(second, digest: nil))
    press([.pageDown, .tab, .character("m")], state: try setting.state("second"), replay: replay)
    let path = try #require(setting.store.paths().first)
    let fork = try SessionFile.read(path)
    #expect(fork.header.model.name == "second" && fork.header.model.layers == second.layers)
    #expect(fork.header.forkedFrom?.session == "a lesson")
    let check = try setting.check(fork)
    #expect(check.isClean && check.fingerprints > 0, "\(check.differences)")
  }

  @Test func goingOnWithASessionGoesOnFromExactlyWhereItEnded() throws {
    let path = folder["sessions/one.jsonl"]
    let header = session([]).header
    let first = try Recorder(path: path, header: header) { _ in }
    let left = press(
      [.character("m"), .character("M"), .end, .enter, .character("i"), .character("x")], state: try setting.state(),
      actions: [.texts(["The cat ran"], pair: nil)], recorder: first)
    #expect(left.prompt != nil && left.loadedModel == "second")
    let earlier = try SessionFile.read(path)
    let options = OpeningOptions(request: EncodeRequest(texts: []), padSide: .right, maskMode: .causal)
    let opening = try Opening(continuing: earlier, options, load: models.load)
    #expect(opening.state.loadedModel == "second")
    #expect(opening.state.scene.isLike(left.scene))
    #expect(opening.actions == [.mask(.causal)], "what changes nothing is not recorded")
    let again = try Recorder(path: path, header: header) { _ in }
    let end = press([.enter, .character("u")], state: opening.state, actions: opening.actions, recorder: again)
    #expect(end.maskMode == .causal)
    let whole = try SessionFile.read(path)
    #expect(whole.end(from: try setting.state()).scene.isLike(end.scene))
    let check = try setting.check(whole)
    #expect(check.isClean, "\(check.differences)")
  }
}
