import Activations
import Canvas
import Explorer
import Sessions
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// A person replays, takes over, comes back, and looks through the list of sessions: all of the program but the terminal.
@MainActor struct SessionJourneyTests {
  private let setting: JourneySetting
  private var folder: TemporaryFolder { setting.folder }

  init() throws {
    setting = try JourneySetting()
    folder.write(Self.lesson("A lesson on padding", mark: "Padding", created: "11"), to: "lessons/4-padding.jsonl")
    folder.write(Self.lesson("What is masked", mark: "Masks", created: "10"), to: "lessons/masked.jsonl")
  }

  private static func lesson(_ title: String, mark: String, created hour: String) -> String {
    """
    {"headscope-session":1,"title":"\(title)","created":"2026-01-31T\(hour):00:00Z","model":{"name":"first"}}
    {"t":0,"action":"texts","texts":["The cat ran"]}
    {"t":1,"mark":"\(mark)"}
    {"t":1,"note":"Two more positions."}
    {"t":2,"action":"pad","to":8}
    {"t":3,"mark":"A question"}
    {"t":3,"action":"show","view":"head"}
    {"t":4,"question":"Which key?","answer":{"query":0,"key":1}}
    {"t":9,"action":"mask","mode":"none"}

    """
  }

  /// Some keys, and what must be so when all has come to rest after them.
  private struct Step {
    var keys: [Key]
    var words: String
    var holds: (Workspace, String) -> Bool
  }

  private static func step(_ keys: [Key], _ words: String, _ holds: @escaping (Workspace, String) -> Bool) -> Step {
    Step(keys: keys, words: words, holds: holds)
  }

  private static func step(_ text: String, _ words: String, _ holds: @escaping (Workspace, String) -> Bool) -> Step {
    step(text.map(Key.character), words, holds)
  }

  private func play(_ steps: [Step], size: Size = Size(columns: 100, rows: 30), replay: Replay? = nil) throws {
    let display = HeadlessDisplay(clock: setting.clock, size: size)
    display.looks = true
    let loop = setting.loop(try setting.state(), display, replay: replay)
    var (waiting, last) = (steps[...], Step?.none)
    display.next = { [unowned loop, unowned display] _ in
      if let last {
        let screen = display.screen?.text ?? ""
        let holds = last.holds(loop.workspace, screen)
        #expect(holds, "\(last.words)\n\(screen)")
      }
      last = waiting.popFirst()
      return last.map { .inputs($0.keys.map(Input.key)) } ?? .end
    }
    loop.run()
    #expect(waiting.isEmpty && loop.finish() == [])
  }

  private func check(_ path: String) throws {
    let check = try setting.check(try SessionFile.read(path))
    #expect(check.isClean, "\(path): \(check.differences)")
  }

  @Test func sessionsAreListedSearchedReplayedForkedRenamedDeletedAndBroughtBack() throws {
    folder.write(Self.lesson("One", mark: "Padding", created: "12"), to: "sessions/one.jsonl")
    folder.write(Self.lesson("On cats", mark: "Whiskers", created: "13"), to: "sessions/two.jsonl")
    try play([
      Self.step("S", "the newest first, with what happens in it below") {
        $1.contains("2 sessions, 1 lesson, 1 example") && $1.contains("On cats  2 marks")
          && $1.contains("mark: Whiskers") && $1.contains("0:09  2026-01-31 13:00") && $0.state.browser?.marked == 0
      },
      Self.step([.down], "the other's preview") { $1.contains("mark: Padding") && !$1.contains("mark: Whiskers") },
      Self.step("/whisk", "what is found while typing") { $1.contains("On cats") && !$1.contains("One ") },
      Self.step([.enter], "what is found") { $1.contains("1 session with \"whisk\"") && $0.state.entry == nil },
      Self.step([.enter], "the replay") { $1.contains("REPLAY") && $0.replay?.path == folder["sessions/two.jsonl"] },
      Self.step("G", "its end") { $1.contains("REPLAY 4/4") && $0.state.maskMode == .none },
      Self.step("q", "what was there before") { $0.replay == nil && !$1.contains("REPLAY") },
      Self.step("S/padding", "the lessons stand behind") { $1.contains("comes with it") && $0.state.browser != nil },
      Self.step([.enter, .end, .character("d")], "a lesson stays") { $1.contains("stays as it is") && $0.list != nil },
      Self.step([.escape], "the exploration") { $0.state.browser == nil && !$1.contains("comes with it") },
      // Typed in one go: each key waits for what the one before has opened.
      Self.step("Sfm", "a fork") {
        $0.state.maskMode == .full && $0.recording?.actions ?? 0 > 1 && $1.contains("saved")
      },
      Self.step("S", "the list with the fork") { $1.contains("3 sessions") && $0.state.browser?.marked == 0 },
      Self.step([.down, .down], "the oldest") {
        $1.contains("mark: Padding") && $0.state.browser?.choice?.title == "One"
      },
      Self.step("o", "the session goes on") { $1.contains("continuing \"One\"") && $0.state.maskMode == .none },
      Self.step("m", "what goes into it") {
        $0.recording?.status == .on(file: folder["sessions/one.jsonl"]) && $1.contains("full")
      },
      Self.step("S/on cats", "both with the words") {
        $1.contains("Search") && $0.state.browser?.sessions?.count == 2
      },
      Self.step([.enter, .end], "the older of both") {
        $1.contains("2 sessions with \"on cats\"") && $1.contains("mark: Whiskers") && $0.state.browser?.marked == 1
      },
      Self.step("r and dogs", "the title") { $0.state.entry?.text == "On cats and dogs" && $1.contains("Title") },
      Self.step([.enter], "the new title") {
        $1.contains("On cats and dogs") && $1.contains("renamed") && $0.list != nil
      },
      Self.step("d", "one less") { $1.contains("1 session with") && $0.state.notice?.contains("in the trash") == true },
      Self.step("u", "what came back") {
        $1.contains("2 sessions with") && $0.state.browser?.choice?.title == "On cats and dogs"
      },
      Self.step([.escape], "the exploration") { $0.state.maskMode == .full && $0.state.browser == nil && !$1.isEmpty },
    ])
    #expect(try SessionFile.read(folder["sessions/one.jsonl"]).actions.last == .mask(.full))
    for path in setting.store.paths() { try check(path) }
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)])
  func aViewerTakesOverAndComesBackToWhereTheLessonWas(size: Size) throws {
    let path = folder["lessons/4-padding.jsonl"]
    let before = try contents(of: path)
    let player = Player(try SessionFile.read(path), from: try setting.state(), isPaused: true)
    var lesson = ""
    try play(
      [
        Self.step("", "the start") { $1.contains("REPLAY 0/4") && $0.fork == nil },
        Self.step("...", "a place in the lesson") { _, screen in
          lesson = screen
          return screen.contains("REPLAY 2/4") && screen.contains("Two more positions.")
        },
        Self.step([.tab], "the fork") { $1.contains("Esc: back") && !$1.contains("REPLAY") && $0.fork != nil },
        Self.step("mml", "what the viewer does") { $0.state.maskMode == .full && $1.contains("layer 0 head 1") },
        Self.step([.escape], "the lesson") { $1 == lesson && $0.state.lesson == nil },
        Self.step("..", "a question") { $1.contains("Which key?") && $0.state.playback?.question != nil },
        Self.step([.right, .enter], "the answer") { $1.contains("Right: ") && $0.fork != nil },
        Self.step(".", "the next action") { $1.contains("REPLAY 4/4") && $0.state.maskMode == .none },
        Self.step([.tab], "the fork again") { $1.contains("Esc: back") && $0.state.maskMode == .none },
      ], size: size, replay: Replay(player, path: path))
    let forks = setting.store.paths()
    #expect(forks.count == 1)
    let fork = try SessionFile.read(try #require(forks.first))
    #expect(fork.header.forkedFrom?.session == "A lesson on padding")
    #expect(fork.events.contains { $0.content == .guess(.cell(query: 0, key: 1), of: "Which key?") })
    try check(try #require(forks.first))
    #expect(try contents(of: path) == before)
  }

  @Test func movingOverManySessionsWaitsForNoneOfThem() throws {
    for number in 0..<300 {
      folder.write(
        Self.lesson("Session \(number)", mark: "Mark \(number)", created: "12"), to: "sessions/\(number).jsonl")
    }
    let display = HeadlessDisplay(clock: setting.clock)
    let loop = setting.loop(try setting.state(), display)
    var turn = 0
    // While keys are pressed nothing is done beside them.
    display.haste = { turn == 2 ? 0 : nil }
    display.next = { [unowned loop] _ in
      turn += 1
      switch turn {
      case 1: return .inputs([.key(.character("S"))])
      case 2: return .inputs(Array(repeating: .key(.down), count: 250))
      case 3:
        #expect(loop.workspace.state.browser?.marked == 250 && loop.workspace.state.browser?.preview == [])
        return .inputs([.key(.down)])
      default:
        let browser = loop.workspace.state.browser
        let mark = browser?.choice?.marks.first ?? "none"
        #expect(browser?.marked == 251 && browser?.preview.contains { $0.hasSuffix("mark: \(mark)") } == true)
        return .end
      }
    }
    loop.run()
    #expect(turn == 4)
  }

  @Test func leavingNeverWaitsForSessions() throws {
    let display = HeadlessDisplay(clock: setting.clock)
    let loop = setting.loop(try setting.state(), display)
    display.haste = { 0 }
    var turn = 0
    display.next = { [unowned loop] _ in
      turn += 1
      if turn == 1 { return .inputs([.key(.character("S")), .key(.character("m"))]) }
      #expect(loop.workspace.awaitsFiles && loop.workspace.state.maskMode == .keys)
      return turn == 2 ? .inputs([.key(.control("c"))]) : .end
    }
    loop.run()
    #expect(turn == 2)
  }
}
