import Canvas
import TestSupport
import Testing

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
    let text = String(decoding: Fixtures.bytes(atRootPath: "assets/scales/viridis.scale"), as: UTF8.self)
    let viridis = try ColorScaleFile(parsing: text, id: "viridis", file: "viridis.scale").scale
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

@Suite struct PaletteMappingTests {
  @Test func textStaysReadable() {
    let near = style(0x5F_5F60, 0x60_5F5F)
    #expect(colors(near, .indexed256, isText: true) == PaletteColors(foreground: 231, background: 59))
    #expect(colors(near, .indexed256, isText: false) == PaletteColors(foreground: 59, background: 59))
    #expect(colors(style(0xE0_E0E0, 0xFF_FFFF), .eight) == PaletteColors(foreground: 0, background: 7))
    // Black or white on a background of which nobody knows whether it is black or white.
    #expect(colors(style(0x80_8080, nil), .eight) == PaletteColors(foreground: -1, background: -1))
    #expect(colors(style(0xFF_0000, nil), .eight) == PaletteColors(foreground: 1, background: -1))
  }

  private func style(_ foreground: UInt32?, _ background: UInt32?) -> Style {
    Style(foreground: foreground.map { Color($0) } ?? .standard, background: background.map { Color($0) } ?? .standard)
  }

  private func colors(_ style: Style, _ depth: ColorDepth, isText: Bool = true) -> PaletteColors {
    var mapping = PaletteMapping(depth: depth)
    return mapping.colors(for: style, isText: isText)
  }
}
