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

@Suite struct PaletteTests {
  @Test func colorsOfThePaletteStayThemselves() {
    for index in 16..<256 {
      let found = Int(Palette.index256(Palette.color256(index)))
      // Some greys are in there twice.
      #expect(Palette.color256(found) == Palette.color256(index))
    }
  }

  @Test(
    arguments: [(0x00_0000, 16), (0xFF_FFFF, 231), (0xFF_0000, 196), (0x44_4444, 238), (0x21_918C, 30)]
      as [(UInt32, Int32)])
  func nearest(color: UInt32, index: Int32) {
    #expect(Palette.index256(Color(color)) == index)
  }

  /// In 256 colours there are steps, but a larger value must not look smaller.
  @Test func viridisStaysInOrder() throws {
    let viridis = Assets.colorScales(in: Fixtures.root + "/assets")[0]
    #expect(viridis.id == "viridis")
    let luminances = viridis.colors.map { Palette.color256(Int(Palette.index256($0))).luminance }
    for index in 1..<256 { #expect(luminances[index] >= luminances[index - 1], "at \(index)") }
    #expect(Set(luminances).count >= 12)
  }

  @Test(
    arguments: [
      (0x00_0000, 0), (0x20_2030, 0), (0x40_4040, 0), (0xFF_FFFF, 7), (0xC0_C0B0, 7), (0xFF_0000, 1), (0x80_1010, 1),
      (0x00_C000, 2),
      (0xFF_FF00, 3), (0x20_20D0, 4), (0xD0_20D0, 5), (0x00_AAAA, 6), (0xFF_8800, 3), (0xFF_6000, 1),
    ] as [(UInt32, Int32)])
  func eight(color: UInt32, index: Int32) {
    #expect(Palette.index8(Color(color)) == index)
  }
}

@Suite struct ColorPairsTests {
  private func style(_ foreground: UInt32?, _ background: UInt32?) -> Style {
    Style(foreground: foreground.map { Color($0) } ?? .standard, background: background.map { Color($0) } ?? .standard)
  }

  @Test func pairsAreGivenOnce() {
    var pairs = ColorPairs(depth: .truecolor, limit: 4)
    var defined: [Int32: PairColors] = [:]
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
        1: PairColors(foreground: 0x01_0203, background: -1), 2: PairColors(foreground: -1, background: 0x01_0203),
        3: PairColors(foreground: 0xFF_FFFF, background: 0),
      ])
    pairs.removeAll()
    #expect(number(style(0xFF_FFFE, 0x00_0000)) == 1)
  }

  @Test func withoutColorsThereIsOnePair() {
    var pairs = ColorPairs(depth: .none, limit: 0)
    let number = pairs.number(for: style(1, 2), isText: true) { _, _ in false }
    #expect(number == 0)
  }

  @Test func textStaysReadable() {
    let near = style(0x5F_5F60, 0x60_5F5F)
    #expect(colors(near, .indexed256, isText: true) == PairColors(foreground: 231, background: 59))
    #expect(colors(near, .indexed256, isText: false) == PairColors(foreground: 59, background: 59))
    #expect(colors(style(0xE0_E0E0, 0xFF_FFFF), .eight) == PairColors(foreground: 0, background: 7))
    // Black or white on a background of which nobody knows whether it is black or white.
    #expect(colors(style(0x80_8080, nil), .eight) == PairColors(foreground: -1, background: -1))
    #expect(colors(style(0xFF_0000, nil), .eight) == PairColors(foreground: 1, background: -1))
  }

  @Test func coloursThatLookTheSameAreKnown() {
    var pairs = ColorPairs(depth: .indexed256, limit: 256)
    let same = pairs.isUniform(style(0x5F_5F60, 0x60_5F5F))
    let plain = pairs.isUniform(.plain)
    #expect(same && !plain)
  }

  private func colors(_ style: Style, _ depth: ColorDepth, isText: Bool = true) -> PairColors {
    var pairs = ColorPairs(depth: depth, limit: 256)
    return pairs.colors(for: style, isText: isText)
  }
}
