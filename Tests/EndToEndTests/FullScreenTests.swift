import Foundation
import TestSupport
import Testing

/// The whole program in a real terminal, on the real encoder.
@Suite(.waits) struct FullScreenTests {
  private static let program = BuiltPrograms.path("headscope")

  private func terminal(
    _ columns: Int, _ rows: Int, term: String = "tmux-256color", environment: [String: String] = [:],
    _ arguments: String...
  ) throws -> TmuxTerminal {
    var variables = ["HEADSCOPE_MODELS": Fixtures.root + "/models"]
    variables.merge(environment) { $1 }
    return try TmuxTerminal(
      columns: columns, rows: rows, term: term, environment: variables, command: [Self.program] + arguments)
  }

  /// The screen once nothing is being computed any more and nothing moves.
  private func settled(_ terminal: TmuxTerminal) throws -> String {
    while true {
      try terminal.waitUntil("the end of the computation") { !$0.contains("computing") }
      let screen = try terminal.waitForIdle()
      if !screen.contains("computing") { return screen }
    }
  }

  /// What a replay shows, too: without the title, and without the words that only a replay has.
  private func picture(_ screen: String) -> [String] {
    var lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    // Title and hints say what can be done, which differs; the line in words has room for the caption of a replay.
    return Array(lines.dropFirst().dropLast(3))
  }

  /// How many actions are recorded in a file by now.
  private func actions(in file: String) -> Int {
    let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").count { $0.contains(#""action":"#) }
  }

  private static let journey = [
    "i", "End", " ", "o", "v", "e", "r", "Enter", "Down", "Down", "Down", "Right", "Right", "Right", "Right", "Right",
    "Enter",
    "Down", "Right", "p", "m", "m", "m", "m", "<", "Escape",
  ]

  @Test(arguments: [(80, 24), (120, 40)])
  func aRecordedJourneyShowsTheSameScreensInTheSameOrder(columns: Int, rows: Int) throws {
    let file = NSTemporaryDirectory() + "headscope-journey-\(columns)-\(UUID().uuidString.prefix(8)).jsonl"
    defer { try? FileManager.default.removeItem(atPath: file) }
    var recorded: [[String]] = []
    do {
      let live = try terminal(columns, rows, "The cat ran", "--session", file)
      try live.waitUntil("the first picture") { $0.contains("tokens 5") && $0.contains("H11") }
      recorded.append(picture(try settled(live)))
      for key in Self.journey {
        // However busy the machine is: the key was handled when its action is recorded and the screen is another one, which it is not
        // after a space at the end of a sentence.
        let before = (screen: try live.screenWithStyles(), actions: actions(in: file))
        try live.send(keys: key == " " ? "Space" : key)
        try live.waitUntil("what \(key) does") { _ in
          try actions(in: file) > before.actions && (key == " " || live.screenWithStyles() != before.screen)
        }
        recorded.append(picture(try settled(live)))
      }
      let last = try live.screen()
      #expect(last.contains("layer 3 head 7") && last.contains("mask keys") && last.contains("tokens 6"))
      try live.send(keys: "q")
      #expect(try live.waitForEnd() == .status(0))
    }
    let replay = try terminal(columns, rows, "replay", "--step", file)
    try replay.waitUntil("the replay") { $0.contains("REPLAY 0/") }
    // What the command line asked for is an action, and so is where one starts, and that the exploration begins there.
    let start = 4
    for action in 1...start {
      try replay.send(keys: ".")
      try replay.waitUntil("action \(action) of the start") {
        $0.contains("REPLAY \(action)/\(recorded.count + start)")
      }
    }
    for (step, expected) in recorded.enumerated() {
      let action = start + step + 1
      try replay.send(keys: ".")
      try replay.waitUntil("action \(action)") { $0.contains("REPLAY \(action)/\(recorded.count + start)") }
      let screen = picture(try settled(replay))
      // The first screen of an exploration says what there is to do.
      if step > 0 { #expect(screen == expected, "after action \(action)") }
    }
    try replay.send(keys: "q")
    #expect(try replay.waitForEnd() == .status(0))
  }

  @Test func withoutATextThereIsTheLecturesSentenceAndAWordWhatToPress() throws {
    let terminal = try terminal(80, 24, "--no-record")
    try terminal.waitUntil("the first picture") { $0.contains("tokens 5") }
    let screen = try terminal.waitForIdle()
    #expect(screen.contains("[CLS] The cat ran [SEP]"))
    for words in [
      "is a head", "i: your own sentence", "15 lessons", "layer 0 head 2", "previous", "mask keys", "pad off", "? help",
      "q quit",
    ] { #expect(screen.contains(words)) }
  }

  @Test func theTourIsOfferedOnce() throws {
    let data = TemporaryFolder()
    for isFirst in [true, false] {
      let terminal = try terminal(100, 24, environment: ["XDG_DATA_HOME": data.path])
      try terminal.waitUntil("the first picture") { $0.contains("tokens 5") }
      #expect(try terminal.waitForIdle().contains("Z: a tour of two minutes") == isFirst)
      try terminal.send(keys: "q")
      #expect(try terminal.waitForEnd() == .status(0))
    }
  }

  @Test func aResizeIsFollowedDownToTheSmallestAndBelow() throws {
    let terminal = try terminal(80, 24, "--no-record")
    try terminal.waitUntil("the first picture") { $0.contains("tokens 5") }
    try terminal.resize(columns: 20, rows: 6)
    try terminal.waitUntil("the smallest") { $0.contains("layer 0 head 2") && !$0.contains("Headscope") }
    try terminal.resize(columns: 15, rows: 4)
    try terminal.waitUntil("too small") { $0.contains("needs 20x6") }
    try terminal.resize(columns: 150, rows: 50)
    try terminal.waitUntil("large again") { $0.contains("Headscope") && $0.contains("H11") }
  }

  /// Whoever kills the program loses at most the last action.
  @Test func aKilledProgramLeavesASessionThatChecks() throws {
    let file = NSTemporaryDirectory() + "headscope-killed-\(UUID().uuidString.prefix(8)).jsonl"
    defer { try? FileManager.default.removeItem(atPath: file) }
    do {
      let live = try terminal(80, 24, "The cat ran", "--session", file)
      try live.waitUntil("the first picture") { $0.contains("tokens 5") }
      try live.send(keys: "p", "m", "Right", "Right")
      try live.waitUntil("the last key") { $0.contains("layer 0 head 4") }
      try live.waitUntil("the action before it in the file") { _ in actions(in: file) >= 8 }
      try live.signal(SIGKILL)
      #expect(try live.waitForEnd() == .signal(Int(SIGKILL)))
    }
    let check = try terminal(120, 24, "replay", "--check", file)
    #expect(try check.waitForEnd() == .status(0))
    let report = try check.screen()
    #expect(report.contains("the same as recorded"))
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains(#""action":"selectHead","layer":0,"head":3"#))
  }

  @Test(arguments: [
    ("xterm-256color", [String: String]()), ("xterm", [:]), ("vt100", [:]), ("tmux-256color", ["NO_COLOR": "1"]),
    ("tmux-256color", ["LANG": "C"]), ("tmux-256color", ["COLORTERM": "truecolor"]),
  ])
  func everyKindOfTerminalShowsTheSameWords(term: String, environment: [String: String]) throws {
    let terminal = try terminal(100, 30, term: term, environment: environment, "--no-record")
    try terminal.waitUntil("the grid") { $0.contains("layer 0 head 2") && $0.contains("tokens 5") }
    try terminal.send(keys: "Enter")
    try terminal.waitUntil("the head") { $0.contains("attends to") && $0.contains("rank") }
    try terminal.send(keys: "?")
    try terminal.waitUntil("the help") { $0.contains("type to search") && $0.contains("take the marked number apart") }
    try terminal.send(keys: "Escape")
    try terminal.waitUntil("the head again") { $0.contains("attends to") && $0.contains("rank") }
    try terminal.send(keys: "q")
    #expect(try terminal.waitForEnd() == .status(0))
    #expect(try terminal.value("alternate_on") == "0")
  }

  /// Thousands of characters without the marks of a paste: few changes, which replay to the same sentence.
  @Test func aLongTextThatIsTypedInOneGoIsFewActions() throws {
    let folder = TemporaryFolder()
    let file = folder["session.jsonl"]
    let live = try terminal(100, 30, "The cat ran", "--session", file)
    try live.waitUntil("the first picture") { $0.contains("H11") }
    try live.send(keys: "i", "End")
    try live.type(" " + String(repeating: "abcd efgh ", count: 500) + "END")
    try live.waitUntil("the end of the text") { $0.contains("efgh END") }
    try live.send(keys: "C-w", "Enter", "C-c")
    #expect(try live.waitForEnd() == .status(0))
    #expect((1..<500).contains(actions(in: file)))
    let check = try Program(environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"]).run("replay", "--check", file)
    #expect(check.status == 0, "\(check.text)")
    let session = try String(decoding: contents(of: file), as: UTF8.self)
    #expect(session.contains(#""action":"edit""#) && session.contains(#""action":"keepText""#))
  }
}
