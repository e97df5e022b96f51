import Activations
import Explorer
import Insights
import TestSupport
import Testing

@testable import Sessions

struct PlayerTests {
  private static let question = Question("Where?", answer: .cell(query: 1, key: 2))
  private let session = Session(
    header: CodingTests.header,
    events: [
      SessionEvent(time: 0, .action(.texts(["a"], pair: nil))),
      SessionEvent(time: 0.5, .fingerprint(Fingerprint(meanEntropies: [1]))), SessionEvent(time: 1, .mark("Padding")),
      SessionEvent(time: 2, .action(.pad(to: 8))), SessionEvent(time: 4, .action(.mask(.full))),
    ])

  /// With words and questions between the actions.
  private let lesson = Session(
    header: CodingTests.header,
    events: [
      SessionEvent(time: 0, .mark("Start")), SessionEvent(time: 0, .action(.texts(["a b"], pair: nil))),
      SessionEvent(time: 1, .note("Look")), SessionEvent(time: 3, .question(question)),
      SessionEvent(time: 4, .action(.pad(to: 8))), SessionEvent(time: 5, .mark("Masks")),
      SessionEvent(time: 6, .action(.mask(.full))), SessionEvent(time: 10, .action(.mask(.none))),
    ])

  private let start = State(model: Synthetic.model(), reference: "tiny")

  private func player(_ session: Session, speed: Double = 1, loops: Bool = false, isFollowing: Bool = false) -> Player {
    Player(session, from: start, speed: speed, loops: loops, isFollowing: isFollowing)
  }

  private func times(_ move: Player.Move) -> [Double] {
    if case .play(let events) = move { events.map(\.time) } else { [] }
  }

  private func scene(_ actions: some Collection<Action>) -> Scene {
    var state = start
    for action in actions { fold(&state, action) }
    return state.scene
  }

  /// Whatever asks for it.
  @Test func theSpeedIsOneThatThereIs() {
    for (asked, meant) in [
      (2, 2), (0, Player.slowest), (-3, Player.slowest), (1e9, Player.fastest), (.infinity, Player.fastest),
      (-.infinity, Player.slowest), (.nan, 1), (-.nan, 1),
    ] {
      var player = player(session, speed: asked)
      #expect(player.speed == meant)
      player.speed = 5
      player.speed = asked
      #expect(player.speed == meant)
      #expect(times(player.advance(by: 0)) == [0])
    }
  }

  @Test func eventsComeWhenTheyAreDue() {
    var player = player(session)
    #expect(times(player.advance(by: 0)) == [0])
    #expect(player.untilNext == 0.5)
    #expect(times(player.advance(by: 1.5)) == [0.5, 1])
    #expect(player.status.mark == "Padding")
    #expect(times(player.advance(by: 0.6)) == [2])
    #expect(times(player.advance(by: 100)) == [4])
    #expect(player.isAtEnd && player.untilNext == nil)
    #expect(player.status.position == 3 && player.status.count == 3)
  }

  @Test func speedAndPause() {
    var player = player(session, speed: 2)
    #expect(times(player.advance(by: 1)) == [0, 0.5, 1, 2])
    #expect(player.togglePause() == .stay)
    #expect(player.advance(by: 10) == .stay && player.untilNext == nil)
    #expect(player.togglePause() == .stay)
    #expect(player.untilNext == 1)
    player.speed = 1e9
    #expect(player.speed == 1000)
  }

  @Test func aStepIsOneAction() {
    var player = player(session)
    #expect(times(player.stepForward()) == [0, 0.5])
    #expect(player.status.isPaused)
    #expect(times(player.stepForward()) == [1, 2])
    #expect(times(player.stepForward()) == [4])
    #expect(player.stepForward() == .stay)
  }

  /// One thing changes at a time: the picture, or the words.
  @Test func stepsStopAtWordsAndGoBackTheSameWay() {
    var player = player(lesson)
    var forward: [PlaybackStatus] = []
    while player.stepForward() != .stay { forward.append(player.status) }
    #expect(forward.map(\.position) == [1, 1, 1, 2, 3, 4])
    #expect(forward.map(\.note) == [nil, "Look", "Look", "Look", nil, nil])
    #expect(forward.map { $0.question != nil } == [false, false, true, false, false, false])
    #expect(forward.map(\.mark) == ["Start", "Start", "Start", "Start", "Masks", "Masks"])
    for index in forward.indices.reversed().dropFirst() {
      guard case .go(let scene) = player.stepBack() else {
        Issue.record("no way back to step \(index)")
        return
      }
      #expect(player.status == forward[index])
      #expect(scene == self.scene(lesson.actions.prefix(forward[index].position)))
    }
    #expect(player.stepBack() == .go(scene([])))
    #expect(player.stepBack() == .stay)
  }

  /// A press of a clicker.
  @Test func aStepOfALessonGoesFromWordsToWords() {
    let walk: [SessionEvent] = [
      SessionEvent(time: 0, .action(.texts(["a b"], pair: nil))), SessionEvent(time: 1, .mark("Start")),
      SessionEvent(time: 1, .note("Look")),
      SessionEvent(time: 9, .action(.selectHead(HeadIndex(layer: 0, head: 1)))),
      SessionEvent(time: 9.3, .action(.selectHead(HeadIndex(layer: 0, head: 2)))),
      SessionEvent(time: 9.6, .action(.selectHead(HeadIndex(layer: 1, head: 2)))),
      SessionEvent(time: 10, .note("Here")), SessionEvent(time: 20, .action(.mask(.full))),
      SessionEvent(time: 22, .action(.mask(.keys))), SessionEvent(time: 23, .question(Self.question)),
      SessionEvent(time: 24, .note("")), SessionEvent(time: 24, .action(.show(.grid))),
    ]
    var player = player(Session(header: CodingTests.header, events: walk))
    player.open()
    #expect(player.scene() == scene(walk.prefix(1).map(\.content).compactMap(\.action)), "the first picture is its own")
    #expect(player.lessonBack() == .stay && player.seek(to: 0) == .go(player.scene()))
    #expect(times(player.lessonForward()) == [1, 1])
    // Heads on the way are seen, quickly.
    #expect(times(player.lessonForward()) == [9])
    #expect(player.untilNext ?? 1 < 0.1 && player.status.isPaused)
    #expect(times(player.advance(by: 0.06)) == [9.3])
    #expect(times(player.advance(by: 0.06)) == [9.6, 10])
    #expect(player.untilNext == nil && player.status.note == "Here")
    // A picture that is followed by another one two seconds later is to be seen.
    #expect(times(player.lessonForward()) == [20])
    #expect(times(player.lessonForward()) == [22, 23])
    #expect(player.status.question != nil)
    #expect(times(player.lessonForward()) == [24, 24])
    #expect(player.isAtEnd && player.lessonForward() == .stay)
    var back: [Double] = []
    while player.lessonBack() != .stay { back.append(player.time) }
    #expect(back == [23, 20, 10, 1, 0])
    // Who presses again does not wait.
    _ = player.lessonForward()
    _ = player.lessonForward()
    #expect(times(player.lessonForward()) == [9.3, 9.6, 10])
  }

  @Test func everyPlaceCanBeSought() {
    var player = player(lesson)
    #expect(player.seek(to: 4.5) == .go(scene(lesson.actions.prefix(2))))
    #expect(player.time == 4.5)
    #expect(player.seek(by: -5) == .go(scene([])))
    #expect(player.seek(toShare: 0.6) == .go(scene(lesson.actions.prefix(3))))
    #expect(player.goToEnd() == .go(scene(lesson.actions)))
    #expect(player.goToMark(forward: true) == nil)
    #expect(player.goToMark(forward: false) == .go(scene(lesson.actions.prefix(2))))
    #expect(player.time == 5)
    // What is said first at the mark comes with the picture that it is about.
    #expect(player.goToMark(forward: false) == .go(scene(lesson.actions.prefix(1))))
    #expect(player.status.mark == "Start" && player.status.note == "Look" && player.time == 1)
    #expect(player.goToMark(forward: true) == .go(scene(lesson.actions.prefix(2))))
    #expect(player.search("loo") == .go(scene(lesson.actions.prefix(1))))
    #expect(player.search("where") == .go(scene(lesson.actions.prefix(1))))
    #expect(player.search("nowhere") == nil && player.search("") == nil)
    #expect(throws: Never.self) { try player.go(to: SessionPlace("mask")) }
    #expect(player.time == 5 && player.playedActions == 2)
    #expect(throws: SessionError.self) { try player.go(to: SessionPlace("nowhere")) }
  }

  /// Going to a place shows what playing to it has shown, whatever lies between.
  @Test func seekingIsLikePlaying() {
    for tenth in 0..<40 {
      let time = Double(tenth) / 4
      var played = player(lesson)
      while played.time < time, !played.isAtEnd {
        _ = played.advance(by: time - played.time)
        // A question stops the time; the viewer goes on.
        if played.isPaused { _ = played.togglePause() }
      }
      if played.time == 0 { continue }
      var sought = player(lesson)
      _ = sought.goToEnd()
      _ = sought.seek(to: time)
      #expect(sought.scene() == played.scene() && sought.status == played.status, "\(time)")
    }
  }

  @Test func aQuestionStopsTheTimeUntilItIsAnswered() {
    var player = player(lesson)
    _ = player.advance(by: 100)
    #expect(player.isPaused && player.time == 3)
    #expect(player.status.question?.isVeiled == true)
    player.choose(query: 1, key: 2)
    #expect(player.status.question?.query == 1)
    guard let (guess, question) = player.reveal() else {
      Issue.record("no guess")
      return
    }
    #expect(guess == .cell(query: 1, key: 2) && question == "Where?")
    #expect(player.status.question?.isVeiled == false && player.status.question?.guess == guess)
    #expect(player.reveal() == nil)
    _ = player.togglePause()
    _ = player.advance(by: 1)
    #expect(player.status.question == nil)
    // The viewer's answer is still there when the lesson comes back to it.
    _ = player.stepBack()
    #expect(player.status.question?.guess == guess)
  }

  /// In a narrow terminal there is room for one of them: what is said last.
  @Test func aNoteGoesOnFromAQuestion() {
    let events = [
      SessionEvent(time: 0, .question(Self.question)), SessionEvent(time: 0, .mark("Here")),
      SessionEvent(time: 1, .note("Because of this.")),
    ]
    var player = player(Session(header: CodingTests.header, events: events))
    _ = player.stepForward()
    #expect(player.status.question?.isVeiled == true && player.status.note == nil)
    _ = player.stepForward()
    #expect(player.status.question == nil && player.status.note == "Because of this.")
    _ = player.stepBack()
    #expect(player.status.question?.isVeiled == true && player.status.note == nil)
  }

  @Test func numbersAreTypedOrLeftOut() {
    let question = Question("How much?", answer: .number(0.25, within: 0.05))
    var player = player(Session(header: CodingTests.header, events: [SessionEvent(time: 0, .question(question))]))
    _ = player.stepForward()
    player.typeNumber("0.2.")
    #expect(player.reveal() == nil)
    #expect(player.status.question?.isRevealed == true && player.status.question?.guess == nil)
  }

  @Test func aLoopBeginsAnew() {
    var player = player(session, loops: true)
    _ = player.advance(by: 100)
    #expect(player.untilNext == Player.rest)
    #expect(player.advance(by: 1) == .stay)
    #expect(player.advance(by: Player.rest) == .go(scene([])))
    #expect(player.time == 0)
  }

  @Test func spaceAtTheEndBeginsAnew() {
    var player = player(session)
    _ = player.advance(by: 100)
    #expect(player.togglePause() == .go(scene([])))
    #expect(!player.isPaused)
  }

  @Test func aLiveSessionIsShownAsItGrows() {
    var player = player(session, isFollowing: true)
    _ = player.goToEnd()
    #expect(player.isLive)
    let event = SessionEvent(time: 9, .action(.mask(.none)))
    #expect(player.grow(by: [event]) == .play([event]))
    #expect(player.time == 9 && player.isLive)
    // Who has gone back looks on undisturbed, and comes back with G.
    _ = player.stepBack()
    #expect(player.grow(by: [event]) == .stay)
    #expect(!player.isLive && player.status.count == 5)
    #expect(player.goToEnd() == .go(scene(session.actions + [.mask(.none), .mask(.none)])))
    #expect(player.isLive)
    // Another session in its place.
    #expect(player.replace(with: lesson) == .go(scene(lesson.actions)))
    #expect(player.isLive && player.status.count == 4)
  }

  /// Folding from a kept scene is folding from the start, at every place of a long session.
  @Test func keptScenesAreTheScenes() {
    var random = SeededGenerator(seed: 7)
    let actions = randomActions(600, using: &random)
    var scenes = SceneCache(from: start)
    for action in actions { scenes.append(action) }
    _ = scenes.scene(after: 599)
    var state = start
    for (count, action) in actions.enumerated() {
      #expect(scenes.scene(after: count) == state.scene, "\(count)")
      fold(&state, action)
    }
  }

  @Test func fewerActionsLeadToTheSameScene() {
    var random = SeededGenerator(seed: 3)
    for length in [0, 1, 5, 40, 400] {
      let actions = randomActions(length, using: &random)
      let way = ActionMinimizer.actions(like: actions, from: start)
      #expect(scene(way).isLike(scene(actions)))
      #expect(way.count <= 16, "\(way)")
    }
  }

  private func randomActions(_ count: Int, using random: inout SeededGenerator) -> [Action] {
    (0..<count).map { number in
      switch Int.random(in: 0..<14, using: &random) {
      case 0: .texts(["text \(number)", "other"], pair: nil)
      case 1: .selectHead(HeadIndex(layer: number % 6, head: number % 12))
      case 2: .selectPair(query: number % 5, key: number % 3)
      case 3: .pad(to: number % 2 == 0 ? 8 + number % 4 : nil)
      case 4: .mask(MaskMode.allCases[number % MaskMode.allCases.count])
      case 5: .show(ViewID.allCases[number % 2])
      case 6: .openPrompt
      case 7: .type("typed \(number)", cursor: 2)
      case 8: .keepText
      case 9: .undo
      case 10: .redo
      case 11: .selectSentence(number % 2)
      case 12: .openHelp
      default: .closeOverlay
      }
    }
  }
}

extension SessionEvent.Content {
  fileprivate var action: Action? { if case .action(let action) = self { action } else { nil } }
}
