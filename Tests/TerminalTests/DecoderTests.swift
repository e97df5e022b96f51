import Canvas
import TestSupport
import Testing
import UserInput

@testable import Terminal

/// Keystrokes from a list. Bytes behind a `nil` come late: only to one who has patience.
private struct Script: KeyStrokeSource {
  var strokes: [KeyStroke?]
  var paste: [UInt8] = []
  var now = 0

  init(_ text: String) { strokes = text.utf8.map { .byte($0) } }
  init(_ strokes: [KeyStroke?]) { self.strokes = strokes }

  mutating func next(within milliseconds: Int) -> KeyStroke? {
    guard let first = strokes.first else { return nil }
    if first == nil {
      strokes.removeFirst()
      guard milliseconds > 0 else { return nil }
      return strokes.isEmpty ? nil : strokes.removeFirst()
    }
    return strokes.removeFirst()
  }

  mutating func pastedBytes() -> [UInt8] { paste }
}

@Suite struct DecoderTests {
  private func decode(_ script: Script) -> [Input] {
    var decoder = InputDecoder(source: script)
    var result: [Input] = []
    while let next = decoder.next() {
      if case .input(let input) = next { result.append(input) }
    }
    return result
  }

  @Test(
    arguments: [
      ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[1;5D", .controlLeft), ("\u{1B}[1;3C", .controlRight),
      ("\u{1B}[1;2C", .right),
      ("\u{1B}[5D", .controlLeft), ("\u{1B}O5C", .controlRight), ("\u{1B}Od", .controlLeft), ("\u{1B}[H", .home),
      ("\u{1B}[4~", .end),
      ("\u{1B}[8~", .end), ("\u{1B}[1;5H", .home), ("\u{1B}[3;5~", .delete), ("\u{1B}[2~", .insert),
      ("\u{1B}[5~", .pageUp), ("\u{1B}[6;3~", .pageDown),
      ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}[1;2S", .function(4)), ("\u{1B}[15~", .function(5)),
      ("\u{1B}[17~", .function(6)),
      ("\u{1B}[21~", .function(10)), ("\u{1B}[23~", .function(11)), ("\u{1B}[24~", .function(12)),
      ("\u{1B}[[A", .function(1)), ("\u{1B}[[E", .function(5)),
      ("\u{1B}OM", .enter), ("\u{1B}Ox", .character("8")), ("\u{1B}Oj", .character("*")),
      ("\u{1B}[97;5u", .control("a")), ("\u{1B}[97u", .character("a")), ("\u{1B}[228;3u", .alt("ä")),
      ("\u{1B}[27u", .escape),
      ("\u{1B}[13;2u", .enter), ("\u{1B}[9;2u", .backTab), ("\u{1B}[27;5;120~", .control("x")),
      ("\u{1B}[65;5u", .control("a")),
      ("\u{1B}\u{1B}[D", .controlLeft), ("\u{1B}\u{1B}OC", .controlRight), ("\u{1B}x", .alt("x")),
      ("\u{1B}漢", .alt("漢")), ("\u{1B}\u{7F}", .control("w")),
      ("\u{1B}\r", .control("j")), ("\u{1B}[", .alt("[")), ("\u{1B}O", .alt("O")), ("\u{1B}]", .alt("]")),
      ("\u{1B}P", .alt("P")), ("\u{1B}", .escape),
      ("\0", .control(" ")), ("\u{01}", .control("a")), ("\u{1A}", .control("z")), ("\u{1C}", .control("\\")),
      ("\u{1F}", .control("_")),
      ("\u{08}", .backspace), ("\u{7F}", .backspace), ("\n", .control("j")), ("\r", .enter), ("\t", .tab),
      ("é", .character("é")), ("🙂", .character("🙂")),
    ] as [(String, Key)])
  func keys(bytes: String, key: Key) {
    #expect(decode(Script(bytes)) == [.key(key)])
    #expect(decode(Script(bytes + "\u{1B}[Aq")).suffix(2) == [.key(.up), .key(.character("q"))])
  }

  @Test(arguments: [
    "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[24;80R", "\u{1B}[I", "\u{1B}[O", "\u{1B}[201~", "\u{1B}[99~",
    "\u{1B}[57399u", "\u{1B}[12345678901234567890u",
    "\u{1B}[<1;2M", "\u{1B}[<3;1;1M", "\u{1B}[<0;5;5m", "\u{1B}[<35;5;5M", "\u{1B}[1;2;3;4 q",
    "\u{1B}]11;rgb:0/0/0\u{07}",
    "\u{1B}]4;1;rgb:0/0/0\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}[M !",
    "\u{1B}Oz", "\u{1B}O5",
  ]) func whatMeansNothingIsSwallowed(bytes: String) {
    // Half a sequence has ended when nothing comes for a while.
    #expect(decode(Script(bytes.utf8.map { .byte($0) } + [nil, nil])) == [])
  }

  @Test func slowLinesBreakNothing() {
    let late: [KeyStroke?] = [
      .byte(0xE6), nil, .byte(0xBC), nil, .byte(0xA2), .byte(0x1B), .byte(0x5B), nil, .byte(0x31), nil, .byte(0x3B),
      .byte(0x35), nil, .byte(0x44),
    ]
    #expect(decode(Script(late)) == [.key(.character("漢")), .key(.controlLeft)])
  }

  @Test func escapeAndThenAKeyIsTwoKeys() {
    var decoder = InputDecoder(source: Script([.byte(0x1B), nil, .byte(0x78)]))
    #expect(decoder.next() == .input(.key(.escape)))
    #expect(decoder.next() == .input(.key(.character("x"))))
    #expect(decode(Script("\u{1B}\u{1B}")) == [.key(.escape), .key(.escape)])
    #expect(decode(Script("\u{1B}\u{1B}x")) == [.key(.escape), .key(.alt("x"))])
  }

  @Test(
    arguments: [
      ([0x80], 1), ([0xFF, 0xFE], 2), ([0xC3], 1), ([0xE6, 0xBC], 1), ([0xF0, 0x9F, 0x99], 1), ([0xC0, 0x80], 2),
      ([0xED, 0xA0, 0x80], 1),
      ([0xF8, 0x88, 0x80, 0x80, 0x80], 3), ([0xE6, 0xC3, 0xA9], 2),
    ] as [([UInt8], Int)])
  func brokenUTF8LosesNoKeyBehindIt(bytes: [UInt8], count: Int) {
    let inputs = decode(Script((bytes + [0x71]).map { .byte($0) }))
    #expect(inputs.last == .key(.character("q")))
    #expect(inputs.count >= 2 && inputs.count <= bytes.count + 1)
    #expect(inputs.dropLast().allSatisfy { $0 == .key(.character("\u{FFFD}")) || $0 == .key(.character("é")) })
  }

  @Test func specialKeysComeThrough() {
    #expect(
      decode(Script([.special(.left), .byte(0x1B), .special(.left), .unused, .special(.function(3))])) == [
        .key(.left), .key(.controlLeft), .key(.function(3)),
      ])
    // A special key in the middle of a character, or of a sequence.
    #expect(
      decode(Script([.byte(0xE6), .special(.up), .byte(0x1B), .byte(0x5B), .special(.down)])) == [
        .key(.character("\u{FFFD}")), .key(.up), .key(.alt("[")), .key(.down),
      ])
  }

  @Test func pressesInOnePlaceSoonAfterEachOtherAreDouble() {
    func press(_ column: Int) -> Script { Script("\u{1B}[<0;\(column);3M\u{1B}[<0;\(column);3m") }
    var decoder = InputDecoder(source: press(7))
    func next(after milliseconds: Int, column: Int) -> MouseEvent.Kind? {
      decoder.source.now += milliseconds
      decoder.source.strokes = press(column).strokes
      var kind: MouseEvent.Kind?
      while let result = decoder.next() {
        if case .input(.mouse(let event)) = result {
          #expect(event.point == Point(column: column - 1, row: 2))
          kind = event.kind
        }
      }
      return kind
    }
    #expect(next(after: 1000, column: 7) == .press)
    #expect(next(after: 300, column: 7) == .doublePress)
    #expect(next(after: 300, column: 7) == .press)
    #expect(next(after: 500, column: 7) == .press)
    #expect(next(after: 100, column: 8) == .press)
    #expect(next(after: 100, column: 8) == .doublePress)
  }

  @Test(
    arguments: [
      ("\u{1B}[<64;3;4M", .wheelUp, 2, 3), ("\u{1B}[<65;3;4M", .wheelDown, 2, 3), ("\u{1B}[<81;3;4M", .wheelDown, 2, 3),
      ("\u{1B}[<16;1;1M", .press, 0, 0),
      ("\u{1B}[<0;0;0M", .press, 0, 0), ("\u{1B}[M !!", .press, 0, 0), ("\u{1B}[M`%&", .wheelUp, 4, 5),
    ] as [(String, MouseEvent.Kind, Int, Int)])
  func mouse(bytes: String, kind: MouseEvent.Kind, column: Int, row: Int) {
    #expect(decode(Script(bytes)) == [.mouse(MouseEvent(kind: kind, point: Point(column: column, row: row)))])
  }

  @Test func pasteIsMadeText() {
    var script = Script("\u{1B}[200~")
    script.paste = Array("a\r\nb\rc\n\u{1B}[A".utf8) + [0xFF]
    #expect(decode(script) == [.paste("a\nb\nc\n\u{1B}[A\u{FFFD}")])
  }

  @Test func anyBytesAtAllAreDecoded() {
    var generator = SeededGenerator(seed: 15)
    let common: [UInt8] = [0x1B, 0x5B, 0x4F, 0x3B, 0x3C, 0x4D, 0x7E, 0x31, 0x32, 0x30, 0xC3, 0xE6, 0x50, 0x5D]
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? common.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
      }
      // It is enough that this ends: nothing traps, nothing loops, everything is consumed.
      var decoder = InputDecoder(source: Script(bytes.map { .byte($0) }))
      var count = 0
      while decoder.next() != nil { count += 1 }
      #expect(count <= bytes.count, "\(bytes)")
      #expect(decoder.source.strokes.isEmpty)
    }
  }
}

@Suite struct ControlSequenceTests {
  /// Numbers of any length, signs, and nothing where a number should be.
  @Test func anyParametersAtAllHaveAMeaning() {
    var random = SeededGenerator(seed: 5)
    let parts = [
      "", "0", "1", "27", "200", "9223372036854775807", "99999999999999999999999", "-1", "+5", "1:2", ":", " 1",
    ]
    for _ in 0..<5000 {
      var parameters = Bool.random(using: &random) ? "<" : ""
      parameters += (0..<Int.random(in: 1...4, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined(separator: ";")
      let sequence = ControlSequence(
        parameters: Array(parameters.utf8), final: "~uMmRPAZ".utf8.randomElement(using: &random) ?? 0)
      if case .mouse(_, let column, let row, _) = sequence.meaning {
        #expect((0...9_999_999).contains(column) && (0...9_999_999).contains(row), "\(parameters)")
      }
    }
    #expect(ControlSequence(parameters: Array("+5".utf8), final: UInt8(ascii: "~")).meaning == .nothing)
  }
}

@Suite struct PasteCollectorTests {
  @Test(arguments: ["", "abc", "\u{1B}", "\u{1B}[201", "\u{1B}\u{1B}[200~", "\u{1B}[201\u{1B}[20", "漢\u{1B}[20"])
  func endIsFound(text: String) {
    var collector = PasteCollector()
    for byte in (text + "\u{1B}[201~").utf8 {
      #expect(!collector.isComplete)
      #expect((1...6).contains(collector.room))
      collector.append(byte)
    }
    #expect(collector.isComplete)
    #expect(collector.bytes == Array(text.utf8))
  }

  @Test func brokenOffPasteKeepsItsTail() {
    var collector = PasteCollector()
    for byte in "abc\u{1B}[20".utf8 { collector.append(byte) }
    collector.finish()
    #expect(collector.bytes == Array("abc\u{1B}[20".utf8))
  }
}
