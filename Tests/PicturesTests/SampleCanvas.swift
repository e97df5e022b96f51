import Canvas
import UserInput

/// Canvases to try the writers on.
enum Sample {
  static let hostile = [
    "</text><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]><!-- & &lt; 'quoted'",
    "\u{1B}[2J\u{7}\n\r",
    "</script><script>alert(2)</script>", "\u{202E}abc\u{2028}\u{0}\u{FFFE}", "${alert(3)} `x` \\u003c",
  ]

  /// Text, wide characters, marks that combine, block elements and looks of all kinds, different for every seed.
  static func random(_ seed: UInt64, size: Size = Size(columns: 31, rows: 7)) -> Canvas {
    var generator = Generator(state: seed)
    var canvas = Canvas(size: size)
    let texts = hostile + ["猫と犬", "e\u{301}a\u{308}", "The cat  ran", "▀▄█▌▐░▒▓▁▂▇▏▉", "─│┌┘├┼", "a猫b", "→·●"]
    for _ in 0..<24 {
      let style = style(&generator)
      let column = Int(generator.next() % UInt64(size.columns))
      let row = Int(generator.next() % UInt64(size.rows))
      if generator.next() % 3 == 0 {
        canvas.fill(
          Rect(column: column, row: row, columns: Int(generator.next() % 9), rows: Int(generator.next() % 4)),
          with: Cell(base: generator.next() % 2 == 0 ? " " : "▀", style: style))
      } else {
        canvas.draw(texts[Int(generator.next() % UInt64(texts.count))], column: column, row: row, style: style)
      }
    }
    return canvas
  }

  private static func style(_ generator: inout Generator) -> Style {
    let colors: [Color] = [.standard, Color(0x44_0154), Color(0x21_918C), Color(0xFD_E725), Color(0xFF_FFFF)]
    return Style(
      foreground: colors[Int(generator.next() % 5)], background: colors[Int(generator.next() % 5)],
      attributes: Style.Attributes(rawValue: UInt8(generator.next() % 16)))
  }

  /// SplitMix64, by Steele, Lea and Flood, 2014.
  struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
