import Canvas

/// A part of a character cell in units: a cell is 8 wide and 16 high, so that eighths of both are whole.
struct UnitRect: Hashable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  static let cell = UnitRect(x: 0, y: 0, width: 8, height: 16)
}

/// A character that is made of rectangles, which meet those in the cells around it: block elements and lines.
///
/// Fonts leave gaps between them, or draw over their edges. Drawn as rectangles they look alike everywhere.
struct BlockGlyph {
  /// What is filled with the foreground, in units of a cell.
  let parts: [UnitRect]
  /// How much of the foreground is mixed into the background there: 1 but for shades.
  let share: Float

  private init(_ parts: [UnitRect], share: Float = 1) {
    self.parts = parts
    self.share = share
  }

  /// nil for characters that a font has to draw.
  init?(_ base: UInt32) {
    switch base {
    case 0x2580: self.init([UnitRect(x: 0, y: 0, width: 8, height: 8)])
    case 0x2581...0x2588:
      let height = Int(base - 0x2580) * 2
      self.init([UnitRect(x: 0, y: 16 - height, width: 8, height: height)])
    case 0x2589...0x258F: self.init([UnitRect(x: 0, y: 0, width: 8 - Int(base - 0x2588), height: 16)])
    case 0x2590: self.init([UnitRect(x: 4, y: 0, width: 4, height: 16)])
    case 0x2591...0x2593: self.init([.cell], share: Float(base - 0x2590) / 4)
    case 0x2594: self.init([UnitRect(x: 0, y: 0, width: 8, height: 2)])
    case 0x2595: self.init([UnitRect(x: 7, y: 0, width: 1, height: 16)])
    case 0x2596...0x259F: self.init(quadrants: Self.quadrants[Int(base - 0x2596)])
    default:
      guard let arms = Self.arms[base] else { return nil }
      self.init(arms: arms)
    }
  }

  /// Quarters of a cell, as bits: upper left 1, upper right 2, lower left 4, lower right 8.
  private init(quadrants: UInt8) {
    self.init(
      (0..<4).filter { quadrants >> $0 & 1 == 1 }.map {
        UnitRect(x: $0 % 2 * 4, y: $0 / 2 * 8, width: 4, height: 8)
      })
  }

  private static let quadrants: [UInt8] = [4, 8, 1, 1 | 4 | 8, 1 | 8, 1 | 2 | 4, 1 | 2 | 8, 2, 2 | 4, 2 | 4 | 8]

  /// Lines from the middle of a cell to its sides, as bits: left 1, right 2, up 4, down 8.
  private init(arms: UInt8) {
    var parts: [UnitRect] = []
    if arms & 3 != 0 {
      let start = arms & 1 != 0 ? 0 : 3
      parts.append(UnitRect(x: start, y: 7, width: (arms & 2 != 0 ? 8 : 4) - start, height: 1))
    }
    if arms & 12 != 0 {
      let start = arms & 4 != 0 ? 0 : 7
      parts.append(UnitRect(x: 3, y: start, width: 1, height: (arms & 8 != 0 ? 16 : 8) - start))
    }
    self.init(parts)
  }

  private static let arms: [UInt32: UInt8] = [
    0x2500: 3, 0x2502: 12, 0x250C: 10, 0x2510: 9, 0x2514: 6, 0x2518: 5, 0x251C: 14, 0x2524: 13, 0x252C: 11,
    0x2534: 7, 0x253C: 15, 0x2574: 1, 0x2575: 4, 0x2576: 2, 0x2577: 8,
  ]
}
