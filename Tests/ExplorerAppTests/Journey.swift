import Activations
import Canvas
import Explorer
import ExplorerViews
import Foundation
import Models
import Sessions
import Support
import TestSupport
import UserInput

@testable import ExplorerApp

/// A person explores, replays, takes over, comes back, leaves and goes on, pressing keys at random; then everything that was
/// recorded on the way is replayed, and must show what was seen when it was recorded.
@MainActor
final class Journey {
  let seed: UInt64
  /// What was not as it should be, in words.
  private(set) var problems: [String] = []
  /// What was pressed, in order.
  private(set) var log: [String] = []
  /// How many moments were compared.
  private(set) var comparisons = 0

  var numbers: SeededGenerator
  let models: JourneyModels
  let handler: RememberingHandler
  let folder = TemporaryFolder()
  private let clock = JourneyClock()
  /// What was seen after so many actions of a session, by its file.
  private var seen: [String: [Int: Sight]] = [:]
  /// Files that hold the same as another one.
  private var copies: [String: String] = [:]

  init(seed: UInt64, models: JourneyModels, handler: RememberingHandler) {
    self.seed = seed
    numbers = SeededGenerator(seed: seed)
    self.models = models
    self.handler = handler
  }

  var sessions: String { folder["sessions"] }

  var surroundings: Surroundings {
    Surroundings(
      locator: { [locator = models.locator] in locator }, recordedModels: RecordedModels(), surveys: models.shelf,
      store: SessionStore(folder: sessions), lessons: nil,
      now: clock.now, version: "test")
  }

  /// - Parameter keys: how many times keys are pressed before the first leaving.
  func run(keys: Int) throws {
    folder.makeFolder("sessions")
    let path = folder["sessions/0.jsonl"]
    try explore(path, options: try firstOptions(), turns: keys)
    while numbers.once(in: 2), problems.isEmpty { try explore(path, options: laterOptions(), turns: keys / 2) }
    var compared: Set<String> = []
    // Forks are made on the way, also while others are compared.
    while compared.count < 5, problems.isEmpty, let path = seen.keys.sorted().first(where: { !compared.contains($0) }) {
      compared.insert(path)
      try compare(path)
    }
  }

  // MARK: Exploring

  private func firstOptions() throws -> OpeningOptions {
    var options = OpeningOptions(model: numbers.once(in: 4) ? "second" : "first", request: EncodeRequest(texts: []))
    if numbers.once(in: 3) { options.request.texts.append("a dog sat") }
    if numbers.once(in: 4) {
      options.request.texts.append("the cat")
      options.request.pair = "it ran"
    }
    choose(&options)
    if numbers.once(in: 3), let model = options.model, let path = models.surveys[model] {
      options.surveys = [try models.shelf.open(path, at: path)]
    }
    return options
  }

  private func choose(_ options: inout OpeningOptions) {
    if numbers.once(in: 3) { options.maskMode = MaskMode.none }
    if numbers.once(in: 3) { options.padTo = Int.random(in: 4...12, using: &numbers) }
    if numbers.once(in: 5) { options.padSide = numbers.once(in: 2) ? .left : .right }
  }

  private func laterOptions() -> OpeningOptions {
    var options = OpeningOptions(request: EncodeRequest(texts: []))
    if numbers.once(in: 3) { choose(&options) }
    if numbers.once(in: 4) { options.model = numbers.once(in: 2) ? "second" : "damaged" }
    if numbers.once(in: 4) { options.request.texts.append("another one") }
    return options
  }

  private func explore(_ path: String, options: OpeningOptions, turns: Int) throws {
    log.append("[explore \(options)]")
    let earlier = Files.exists(path) ? try SessionFile.read(path) : nil
    let opening =
      try earlier.map { try Opening(continuing: $0, options, load: models.load) }
      ?? Opening(new: options, load: models.load)
    let header = SessionHeader(
      title: "a journey", created: "2026-01-31T12:00:00Z", program: "test",
      model: SessionModel(opening.model.description, digest: nil))
    let recorder = try Recorder(path: path, header: header) { _ in }
    if let earlier { try recorder.requireEarlier(earlier) }
    let display = HeadlessDisplay(clock: clock)
    let loop = loop(opening.state, display, recorder: recorder)
    wander(loop, display, turns: turns)
    loop.run(opening.actions)
    _ = loop.finish()
  }

  private func loop(
    _ state: State, _ display: HeadlessDisplay, recorder: Recorder? = nil, _ replay: Replay? = nil
  ) -> ExplorerLoop {
    ExplorerLoop(
      state, recorder: recorder, replay: replay, handler: handler, display: display, mailbox: display.mailbox,
      scales: [.grey], surroundings: surroundings, queues: display.queues)
  }

  /// Presses keys at random, and looks at what comes of them.
  private func wander(_ loop: ExplorerLoop, _ display: HeadlessDisplay, turns: Int) {
    var turns = turns
    display.haste = { [self] in numbers.once(in: 4) ? Int.random(in: 0...2, using: &numbers) : nil }
    display.next = { [self, unowned loop] isAtRest in
      if isAtRest { look(at: loop) }
      guard turns > 0, problems.isEmpty else { return .end }
      turns -= 1
      if numbers.once(in: 12) { return .pass(.seconds(2)) }
      let inputs = JourneyKeys.few(in: loop.workspace.state, &numbers, surveys: models.surveys.values.sorted())
      log.append(JourneyKeys.words(inputs))
      return .inputs(inputs)
    }
  }

  // MARK: Looking

  /// Compares what is on the screen with what was seen at this place of this session, or keeps it for later.
  private func look(at loop: ExplorerLoop) {
    let workspace = loop.workspace
    if let unrest = Sight.unrest(of: workspace.state) { return complain(unrest) }
    if workspace.awaitsFiles { return complain("a session is waited for") }
    if let notice = workspace.state.notice, notice.contains("this differs"), workspace.replay?.model == nil {
      return complain(notice)
    }
    let sight = Sight(workspace.state)
    if let replay = workspace.replay, workspace.state.lesson == nil {
      guard replay.model == nil else { return }
      compare(sight, replay.path, replay.player.playedActions, "replayed")
    } else if let recording = workspace.replay == nil ? workspace.recording : workspace.fork?.recording,
      case .on(let path) = recording.status
    {
      guard seen[path]?[recording.actions] == nil else {
        return compare(sight, path, recording.actions, "seen again")
      }
      seen[path, default: [:]][recording.actions] = sight
    }
  }

  private func compare(_ sight: Sight, _ path: String, _ place: Int, _ how: String) {
    let path = copies[path] ?? path
    guard let other = seen[path]?[place] else { return }
    comparisons += 1
    if let difference = sight.difference(from: other) {
      complain("\(Files.name(of: path)) after \(place) actions, \(how): \(difference)")
    } else if numbers.once(in: 200), let difference = sight.differenceOnScreen(from: other) {
      complain("\(Files.name(of: path)) after \(place) actions, \(how): on the screens \(difference)")
    }
  }

  private func complain(_ words: String) { problems.append(words + " [after \(log.suffix(3).joined(separator: " "))]") }

  // MARK: Comparing

  /// Replays a session in every way there is.
  private func compare(_ path: String) throws {
    log.append("[compare \(Files.name(of: path))]")
    // Whoever wanders about in the list of sessions may rename one: its old file lies in the trash then.
    guard Files.exists(path) || !isInTrash(path) else { return }
    let session = try SessionFile.read(path)
    guard session.problems.isEmpty else { return complain("\(session.problems)") }
    let name = session.header.model.name
    let model = try models.load(name)
    try cut(path, session, model)
    try replay(path, session, State(model: model.description, reference: name))
    let check = SessionCheck(session, model: model.description) { try handler.answer($0, isCancelled: { false }) }
    if let difference = check.differences.first { complain("checked: \(difference)") }
    if numbers.once(in: 2) { try follow(path, session, State(model: model.description, reference: name)) }
    if numbers.once(in: 4) { try replayWithAnotherModel(path, session) }
    if numbers.once(in: 20) { try film(path, session, model) }
  }

  private func isInTrash(_ path: String) -> Bool {
    let trash = Files.join(Files.parent(of: path), ".trash")
    return Files.list(trash).contains { $0.hasSuffix("~" + Files.name(of: path)) }
  }

  /// What is left of a file that was cut anywhere leads to what was seen there.
  private func cut(_ path: String, _ session: Session, _ model: Model) throws {
    var state = State(model: model.description, reference: session.header.model.name)
    for (place, action) in session.actions.enumerated() {
      if let other = seen[path]?[place], numbers.once(in: 4), !state.scene.isLike(other.state.scene) {
        complain("\(Files.name(of: path)) cut after \(place) actions")
      }
      fold(&state, action)
    }
    let bytes = try contents(of: path)
    for _ in 0..<2 {
      let end = Int.random(in: 0...bytes.count, using: &numbers)
      guard bytes[..<end].contains(UInt8(ascii: "\n")) else { continue }
      let part = try SessionCoding.session(from: Array(bytes[..<end]), name: path)
      if part.actions != Array(session.actions.prefix(part.actions.count)) { complain("cut after \(end) bytes") }
      if part.problems.contains(where: { !$0.isTornEnd }) { complain("cut after \(end) bytes: \(part.problems)") }
    }
  }

  /// Forwards and back, to places anywhere, as time passes.
  private func replay(_ path: String, _ session: Session, _ state: State) throws {
    let replay = Replay(Player(session, from: state, isPaused: true), path: path)
    let display = HeadlessDisplay(clock: clock)
    let loop = loop(state, display, replay)
    var script: [Key] = Array(repeating: .pageDown, count: session.events.count)
    script += Array(repeating: .pageUp, count: min(session.events.count, 12))
    let elsewhere: [Key] = "0123456789][gG".map(Key.character) + [.left, .right, .pageUp, .pageDown]
    for _ in 0..<12 { script.append(elsewhere.randomElement(using: &numbers) ?? .home) }
    script += [.character("g"), .character(" ")]
    var pauses = 8
    display.haste = { [self] in numbers.once(in: 8) ? Int.random(in: 0...2, using: &numbers) : nil }
    display.next = { [self, unowned loop] isAtRest in
      if isAtRest { look(at: loop) }
      guard problems.isEmpty else { return .end }
      if !script.isEmpty {
        let key = script.removeFirst()
        if key == .pageDown, loop.workspace.replay?.player.isAtEnd == true { return .inputs([]) }
        return .inputs([.key(key)])
      }
      pauses -= 1
      return pauses > 0 ? .pass(.seconds(numbers.once(in: 2) ? 1 : 20)) : .end
    }
    loop.run()
    _ = loop.finish()
  }

  /// Somebody else looks on while the file grows.
  private func follow(_ path: String, _ session: Session, _ state: State) throws {
    let bytes = try contents(of: path)
    let copy = folder["followed.jsonl"]
    copies[copy] = path
    var length = (bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
    folder.write(Array(bytes[..<length]), to: "followed.jsonl")
    let (tail, begun) = try SessionTail.open(copy)
    var player = Player(begun, from: state, isFollowing: true)
    _ = player.goToEnd()
    let display = HeadlessDisplay(clock: clock)
    let loop = loop(state, display, Replay(player, path: copy, tail: tail))
    display.next = { [self, unowned loop] isAtRest in
      if isAtRest { look(at: loop) }
      guard length < bytes.count, problems.isEmpty else { return .end }
      let piece = Int.random(in: 1...max(bytes.count / 6, 1), using: &numbers)
      folder.write(Array(bytes[..<min(length + piece, bytes.count)]), to: "followed.jsonl")
      length += piece
      return .pass(.seconds(1))
    }
    loop.run()
    _ = loop.finish()
    copies[copy] = nil
  }

  /// Wanders about in a replay with a model that is not the recorded one: forks of it are true, too.
  private func replayWithAnotherModel(_ path: String, _ session: Session) throws {
    let other = session.header.model.name == "first" ? "second" : "first"
    log.append("[replay --model \(other)]")
    let description = try models.load(other).description
    let state = State(model: description, reference: other)
    let player = Player(session, from: state, isPaused: true)
    let display = HeadlessDisplay(clock: clock)
    let replay = Replay(player, path: path, with: SessionModel(description, digest: nil))
    let loop = loop(state, display, replay)
    wander(loop, display, turns: 15)
    loop.run()
    _ = loop.finish()
  }

  /// The last picture of an exported session is what was seen last.
  private func film(_ path: String, _ session: Session, _ model: Model) throws {
    guard let last = seen[path]?[session.actions.count] else { return }
    var film = try SessionFilm(
      session, model: model, appearance: Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey]),
      size: Size(columns: 80, rows: 24), idle: nil, saysNotes: false,
      locator: { [locator = models.locator] in locator },
      note: { _ in })
    try film.play(to: .infinity) { _ in }
    var state = last.state
    state.notice = film.notice
    let sight = Sight(state, keepingNotice: true).canvas
    guard film.canvas != sight else { return }
    let rows = (0..<sight.size.rows).map { (film.canvas.text(row: $0), sight.text(row: $0)) }
    let different = rows.first { $0.0 != $0.1 }
    complain(
      "\(Files.name(of: path)) as a picture, \(different.map { "\"\($0.0)\" where \"\($0.1)\" was seen" } ?? "its colours")"
    )
  }
}
