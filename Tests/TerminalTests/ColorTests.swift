import Canvas
import TestSupport
import Testing

@testable import Terminal

@Suite struct ColorSupportTests {
  private static let xterm = TerminalDescription(name: "xterm-256color", colors: 256, direct: false)
  private static let tmux = TerminalDescription(name: "screen-256color", colors: 256, direct: false)
  private static let eight = TerminalDescription(name: "xterm", colors: 8, direct: false)
  private static let none = TerminalDescription(name: "vt100", colors: -1, direct: false)
  private static let direct = TerminalDescription(name: "xterm-direct", colors: 0x100_0000, direct: true)

  @Test(
    arguments: [
      (xterm, [:], .indexed256),
      (xterm, ["COLORTERM": "truecolor"], .truecolor),
      (xterm, ["COLORTERM": "24bit"], .truecolor),
      (xterm, ["COLORTERM": "TrueColor"], .truecolor),
      (xterm, ["COLORTERM": "yes"], .indexed256),
      (xterm, ["COLORTERM": "truecolor", "NO_COLOR": "1"], .none),
      (xterm, ["COLORTERM": "truecolor", "NO_COLOR": ""], .truecolor),
      (eight, [:], .eight),
      (eight, ["COLORTERM": "truecolor"], .truecolor),
      (none, ["COLORTERM": "truecolor"], .none),
      (direct, [:], .truecolor),
      (tmux, ["COLORTERM": "truecolor", "STY": "1.pts-0"], .indexed256),
      (tmux, ["COLORTERM": "truecolor", "STY": "1.pts-0", "TMUX": "/tmp/tmux"], .truecolor),
      (tmux, ["COLORTERM": "truecolor", "TMUX": "/tmp/tmux"], .truecolor),
    ] as [(TerminalDescription, [String: String], ColorDepth)])
  func depthIsFoundOut(terminal: TerminalDescription, variables: [String: String], depth: ColorDepth) {
    #expect(ColorDepth.supported(by: terminal, environment: Environment(variables)) == depth)
  }

  @Test(
    arguments: [("truecolor", .truecolor), ("256", .indexed256), ("8", .eight), ("none", .none), ("NONE", .none)]
      as [(String, ColorDepth)])
  func depthCanBeChosen(value: String, depth: ColorDepth) throws {
    #expect(try ColorDepth.requested(by: Environment(["HEADSCOPE_COLORS": value, "NO_COLOR": "1"])) == depth)
  }

  @Test func unknownChoiceIsAnError() throws {
    #expect(try ColorDepth.requested(by: Environment([:])) == nil)
    #expect(throws: TerminalError.badColors(value: "many\u{1B}")) {
      try ColorDepth.requested(by: Environment(["HEADSCOPE_COLORS": "many\u{1B}"]))
    }
    #expect(
      TerminalError.badColors(value: "many\u{1B}").description
        == "HEADSCOPE_COLORS is 'many␛'; expected truecolor, 256, 8 or none")
  }
}

@Suite struct ColorPairsTests {
  private func style(_ foreground: UInt32?, _ background: UInt32?) -> Style {
    Style(foreground: foreground.map { Color($0) } ?? .standard, background: background.map { Color($0) } ?? .standard)
  }

  @Test func pairsAreGivenOnce() {
    var pairs = ColorPairs(depth: .truecolor, limit: 4)
    var defined: [Int32: PaletteColors] = [:]
    func number(_ style: Style) -> Int32? {
      pairs.number(for: style, isText: true) { number, colors in
        defined[number] = colors
        return true
      }
    }
    #expect(number(.plain) == 0)
    #expect(number(style(0x01_0203, nil)) == 1)
    #expect(number(style(nil, 0x01_0203)) == 2)
    #expect(number(style(0x01_0203, nil)) == 1)
    #expect(number(style(0xFF_FFFF, 0x00_0000)) == 3)
    #expect(number(style(0xFF_FFFE, 0x00_0000)) == nil)
    #expect(number(style(nil, 0x01_0203)) == 2)
    #expect(
      defined == [
        1: PaletteColors(foreground: 0x01_0203, background: -1),
        2: PaletteColors(foreground: -1, background: 0x01_0203),
        3: PaletteColors(foreground: 0xFF_FFFF, background: 0),
      ])
    pairs.removeAll()
    #expect(number(style(0xFF_FFFE, 0x00_0000)) == 1)
  }

  @Test func withoutColorsThereIsOnePair() {
    var pairs = ColorPairs(depth: .none, limit: 0)
    let number = pairs.number(for: style(1, 2), isText: true) { _, _ in false }
    #expect(number == 0)
  }

  @Test func coloursThatLookTheSameAreKnown() {
    var pairs = ColorPairs(depth: .indexed256, limit: 256)
    let same = pairs.isUniform(style(0x5F_5F60, 0x60_5F5F))
    let plain = pairs.isUniform(.plain)
    #expect(same && !plain)
  }
}
