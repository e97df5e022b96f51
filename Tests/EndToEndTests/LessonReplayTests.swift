import Canvas
import Explorer
import ExplorerApp
import ExplorerViews
import Models
import Sessions
import TestSupport
import Testing
import UserInput

@testable import headscope

/// Every session that comes with the program, played forwards and backwards on the real encoder.
@Suite struct LessonReplayTests {
  /// Each place is drawn in one of these, one after the other.
  private static let screens: [(size: Size, depth: ColorDepth)] = [
    (Size(columns: 80, rows: 24), .truecolor), (Size(columns: 160, rows: 50), .truecolor),
    (Size(columns: 80, rows: 24), .eight), (Size(columns: 160, rows: 50), .none),
    (Size(columns: 80, rows: 24), .indexed256),
  ]

  /// A replay without a terminal: a state, and a player that moves it.
  private struct Replay {
    var state: State
    var player: Player
    var handler: EffectHandler

    init(_ session: Session, model: Model) {
      state = State(model: model.description, reference: session.header.model.name)
      player = Player(session, from: state, isPaused: true)
      handler = EffectHandler(
        model: model, reference: session.header.model.name,
        training: TrainingGround(tasks: TrainingTasks(folder: Fixtures.root + "/assets/tasks")),
        surveys: SurveyShelf(folder: Fixtures.root + "/assets/surveys"))
      tell(.scene(player.scene()))
      tellPlayback()
    }

    mutating func open() {
      player.open()
      perform(.go(player.scene()))
    }

    mutating func perform(_ move: Player.Move) {
      switch move {
      case .stay: break
      case .go(let scene): tell(.scene(scene))
      case .play(let events): for case .action(let action) in events.map(\.content) { tell(.action(action)) }
      }
      tellPlayback()
    }

    /// What its numbers need is computed first.
    private mutating func tellPlayback() {
      let said = player.status
      tell(.playback(state.quoting(said)))
      if said.note?.contains("{") == true { tell(.playback(state.quoting(said))) }
    }

    private mutating func tell(_ message: Message) {
      let effects = reduce(&state, message)
      settle(&state, effects) { effect in try? handler.answer(effect) }
    }

    func picture(_ step: Int) -> Canvas {
      let screen = LessonReplayTests.screens[step % LessonReplayTests.screens.count]
      return draw(
        state, appearance: Appearance(depth: screen.depth, glyphs: .unicode, scales: [.grey]), size: screen.size)
    }
  }

  @Test(arguments: SessionFilesTests.files)
  func goingBackShowsWhatGoingForwardsHasShown(name: String) throws {
    let session = try SessionFile.read(Fixtures.root + "/sessions/" + name)
    let isLesson = name.first?.isNumber == true
    let locator = ModelLocator(
      environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"], executablePath: "", currentFolder: "/")
    var replay = Replay(session, model: try Model.load(try locator.locate(session.header.model.name)))
    if isLesson { replay.open() }
    var pictures = [replay.picture(0)]
    while true {
      // Lessons as with a clicker, other sessions action by action.
      let move = isLesson ? replay.player.lessonForward() : replay.player.stepForward()
      guard move != .stay else { break }
      replay.perform(move)
      while replay.player.isOnItsWay { replay.perform(replay.player.lessonForward()) }
      pictures.append(replay.picture(pictures.count))
    }
    for (step, expected) in pictures.enumerated().reversed().dropFirst() {
      replay.perform(isLesson ? replay.player.lessonBack() : replay.player.stepBack())
      compare(replay.picture(step), expected, "back at step \(step)")
    }
    // And to a place far away.
    replay.perform(replay.player.goToEnd())
    compare(replay.picture(pictures.count - 1), pictures[pictures.count - 1], "at the end")
  }

  /// Says in which row pictures differ: all of their cells would fill pages.
  private func compare(_ found: Canvas, _ expected: Canvas, _ place: String) {
    guard found != expected else { return }
    let row = (0..<found.size.rows).first { found.text(row: $0) != expected.text(row: $0) }
    Issue.record(
      "\(place): \(row.map { "was \(expected.text(row: $0)), is \(found.text(row: $0))" } ?? "colours differ")")
  }
}
