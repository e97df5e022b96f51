/// One character cell: a code point of width 1 or 2, and what combines with it.
public struct Cell: Sendable, Hashable {
  /// 0 in the second half of a wide character.
  public var base: UInt32
  /// Up to two combining code points; 0 where there is none.
  public var combining: SIMD2<UInt32>
  public var style: Style

  public init(base: Unicode.Scalar, style: Style = .plain) {
    self.base = base.value
    combining = SIMD2(0, 0)
    self.style = style
  }

  public static let blank = Cell(base: " ")

  /// The second half of a wide character.
  public static func continuation(style: Style) -> Cell {
    var cell = Cell(base: " ", style: style)
    cell.base = 0
    return cell
  }

  public var isContinuation: Bool { base == 0 }
}
