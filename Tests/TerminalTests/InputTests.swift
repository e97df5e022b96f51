import TestSupport
import Testing

/// What arrives in a program in a real terminal.
@Suite(.waits) struct InputTests {
  private static let probe = BuiltPrograms.path("terminal-probe")

  private func start(_ arguments: String..., columns: Int = 80, rows: Int = 24, term: String = "tmux-256color") throws
    -> TmuxTerminal
  {
    let terminal = try TmuxTerminal(
      columns: columns, rows: rows, term: term, environment: ["COLORTERM": "truecolor"],
      command: [Self.probe] + arguments)
    try terminal.waitUntil("the first screen") { $0.contains("probe \(columns)x\(rows)") }
    return terminal
  }

  private static let keys = [
    ("a", "character(\"a\")"), ("A", "character(\"A\")"), ("Space", "character(\" \")"), ("é", "character(\"é\")"),
    ("漢", "character(\"漢\")"), ("🙂", "character(\"🙂\")"), ("Enter", "enter"), ("Escape", "escape"), ("Tab", "tab"),
    ("BTab", "backTab"), ("BSpace", "backspace"), ("DC", "delete"), ("IC", "insert"), ("Up", "up"), ("Down", "down"),
    ("Left", "left"), ("Right", "right"), ("S-Left", "left"), ("C-Left", "controlLeft"), ("C-Right", "controlRight"),
    ("M-Left", "controlLeft"), ("M-Right", "controlRight"), ("C-Up", "up"), ("Home", "home"), ("End", "end"),
    ("PPage", "pageUp"), ("NPage", "pageDown"), ("F1", "function(1)"), ("F4", "function(4)"), ("F5", "function(5)"),
    ("F8", "function(8)"), ("C-a", "control(\"a\")"), ("C-u", "control(\"u\")"), ("C-Space", "control(\" \")"),
    ("M-x", "alt(\"x\")"), ("M-X", "alt(\"X\")"), ("M-é", "alt(\"é\")"), ("M-BSpace", "control(\"w\")"),
    ("M-[", "alt(\"[\")"), ("M-O", "alt(\"O\")"),
  ]

  @Test(arguments: ["tmux-256color", "xterm", "screen"]) func everyKeyIsOneInput(term: String) throws {
    let terminal = try start(rows: 8, term: term)
    for (index, (name, key)) in Self.keys.enumerated() {
      try terminal.send(keys: name)
      try terminal.waitUntil("\(name) as \(key)") { $0.contains("\n\(2 * index + 1) key \(key)\n") }
      try terminal.send(keys: "q")
      try terminal.waitUntil("nothing between \(name) and q") {
        $0.contains("\n\(2 * index + 2) key character(\"q\")\n")
      }
    }
  }

  @Test func escapeTwiceIsTwoKeys() throws {
    let terminal = try start()
    try terminal.send(keys: "Escape", "Escape")
    try terminal.waitUntil("two keys") { $0.contains("1 key escape\n2 key escape\n") }
  }

  @Test func pasteComesInOnePiece() throws {
    let terminal = try start()
    try terminal.paste(Array("The cat\rran\u{1B}[31m 漢\t".utf8) + [0xFF, 0xC3] + Array("!".utf8))
    try terminal.waitUntil("the paste") { $0.contains("1 paste 28 The cat␊ran␛[31m 漢␉\u{FFFD}\u{FFFD}!\n") }
    try terminal.type("a")
    try terminal.waitUntil("the key after it") { $0.contains("2 key character(\"a\")\n") }
  }

  @Test func hugePasteIsCut() throws {
    let terminal = try start()
    try terminal.paste(Array(repeating: UInt8(ascii: "x"), count: 5 << 20))
    try terminal.type("a")
    try terminal.waitUntil("the paste and the key after it") {
      $0.contains("1 paste \(4 << 20) xxxxxxxxxx") && $0.contains("2 key character(\"a\")\n")
    }
  }

  @Test func brokenUTF8IsRepaired() throws {
    let terminal = try start()
    try terminal.send(bytes: [0xE6, 0xBC, 0x71, 0xFF, 0x80, 0xC3])
    try terminal.waitUntil("four characters") {
      $0.contains("1 key character(\"\u{FFFD}\")\n2 key character(\"q\")\n3 key character(\"\u{FFFD}\")\n4")
    }
    try terminal.type("z")
    try terminal.waitUntil("the key after it") { $0.contains("key character(\"z\")\n") }
  }

  @Test func unknownSequencesAreSwallowed() throws {
    let terminal = try start()
    for sequence in [
      "\u{1B}[?64;1;2c", "\u{1B}]11;rgb:1111/2222/3333\u{07}", "\u{1B}[I", "\u{1B}[24;80R", "\u{1B}P1$r0m\u{1B}\\",
      "\u{1B}[1;2;3;4x",
    ] {
      try terminal.send(bytes: sequence.utf8)
    }
    try terminal.type("z")
    try terminal.waitUntil("only the key after them") { $0.contains("\n1 key character(\"z\")\n") }
  }

  @Test(arguments: ["tmux-256color", "xterm-256color"]) func mouse(term: String) throws {
    let terminal = try start(columns: 300, rows: 30, term: term)
    try terminal.waitUntil("the mouse") { _ in try terminal.value("mouse_standard_flag},#{mouse_sgr_flag") == "1,1" }
    // A press and a release on the 280th column, one more press there, a wheel up and down, a drag, and the other button.
    try terminal.send(bytes: "\u{1B}[<0;280;4M\u{1B}[<0;280;4m\u{1B}[<0;280;4M\u{1B}[<64;1;1M\u{1B}[<65;2;2M".utf8)
    try terminal.send(bytes: "\u{1B}[<32;5;5M\u{1B}[<2;6;6M".utf8)
    try terminal.type("z")
    try terminal.waitUntil("the events") {
      $0.contains("1 press 279,3\n2 doublePress 279,3\n3 wheelUp 0,0\n4 wheelDown 1,1\n5 key character(\"z\")\n")
    }
  }

  @Test func wakingIsCoalesced() throws {
    let terminal = try start(rows: 50)
    try terminal.type("W")
    try terminal.waitUntil("a wake") { $0.contains(" wake\n") }
    let lines = try terminal.waitForIdle().split(separator: "\n").filter { $0.hasSuffix(" wake") }
    // The key was the first input.
    let wakes = try #require(lines.last?.split(separator: " ").first.flatMap { Int($0) }) - 1
    #expect((1..<500).contains(wakes), "1000 calls came as \(wakes)")
  }

  @Test func waitingEndsAfterItsTime() throws {
    let terminal = try start("--timeout")
    try terminal.waitUntil("three timeouts") { $0.contains("3 timeout\n") }
  }

  @Test func manyKeysAtOnceAllArrive() throws {
    let terminal = try start(rows: 8)
    let text = (0..<400).map { String($0 % 10) }.joined()
    try terminal.type(text)
    try terminal.waitUntil("the last of them") { $0.contains("400 key character(\"9\")\n") }
  }

  @Test func sizesOfAllKinds() throws {
    let terminal = try start()
    for (columns, rows) in [(120, 40), (20, 6), (1, 1), (3, 2), (200, 60), (80, 24)] {
      try terminal.resize(columns: columns, rows: rows)
      if columns >= 40 {
        try terminal.waitUntil("\(columns)x\(rows)") {
          $0.hasPrefix("probe \(columns)x\(rows)") && $0.contains("resized \(columns)x\(rows)\n")
            && $0.contains("\n" + String(repeating: "▀", count: columns) + "\ntext under orange")
        }
      } else {
        try terminal.waitForIdle()
      }
      #expect(try terminal.ending() == nil)
    }
    // Nothing is left over from other sizes.
    let lines = try terminal.screen().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[1].hasPrefix(String(repeating: "▀", count: 80)))
    #expect(lines[2].hasPrefix("text under orange"))
  }

  @Test func manyResizesInARow() throws {
    let terminal = try start()
    for step in 0..<30 { try terminal.resize(columns: 40 + step * 3, rows: 10 + step, waits: false) }
    try terminal.waitUntil("the last size") { $0.hasPrefix("probe 127x39") && $0.contains("resized 127x39\n") }
  }
}
