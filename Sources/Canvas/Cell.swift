/// One character cell: a code point of width 1 or 2, and what combines with it.
public struct Cell: Sendable, Hashable {
  /// Up to two combining code points; 0 where there is none.
  public var combining: SIMD2<UInt32>
  /// 0 in the second half of a wide character.
  public var base: UInt32
  /// Its colours and attributes.
  public var style: Style

  /// A cell with one code point, with which nothing combines; a canvas replaces one that must not reach a terminal.
  public init(base: Unicode.Scalar, style: Style = .plain) {
    combining = SIMD2(0, 0)
    self.base = base.value
    self.style = style
  }

  /// A space in the terminal's own colours.
  public static let blank = Cell(base: " ")

  /// The second half of a wide character.
  public static func continuation(style: Style) -> Cell {
    var cell = Cell(base: " ", style: style)
    cell.base = 0
    return cell
  }

  /// Whether it is a part of a picture, of block elements or braille, and not text.
  public var isGraphic: Bool { (0x2580...0x259F).contains(base) || (0x2800...0x28FF).contains(base) }

  /// Whether this is the second half of a wide character.
  public var isContinuation: Bool { base == 0 }

  /// The columns its code point takes on a screen: 1 or 2; nil for one that must not get there, and for a second half.
  var columns: Int? {
    if base >= 0x20 && base < 0x7F { return 1 }
    guard base != 0, let scalar = Unicode.Scalar(base), case .shown(let columns) = CharacterDisplay(scalar) else {
      return nil
    }
    return columns
  }

  /// Whether what combines with it really does.
  var combinesProperly: Bool {
    // With nearly every cell nothing combines, and a screen has thousands of them.
    if combining.x | combining.y == 0 { return true }
    for value in [combining.x, combining.y] where value != 0 {
      guard let scalar = Unicode.Scalar(value), CharacterDisplay(scalar) == .combining else { return false }
    }
    return true
  }
}
