import UserInput

/// Curves from the left edge of an area to its right one, for formats that are not bound to cells.
public struct FineCurves: Sendable, Equatable {
  /// A curve that begins and ends level.
  public struct Curve: Sendable, Equatable {
    /// The row where it begins, at the left edge, counted from the top of the area; a half is the middle of a row.
    public let start: Double
    /// The row where it ends, at the right edge.
    public let end: Double
    /// How strong it is, from 0 to 1.
    public let strength: Double
    /// Its colour.
    public let color: Color

    /// A curve; see the properties.
    public init(start: Double, end: Double, strength: Double, color: Color) {
      (self.start, self.end, self.strength, self.color) = (start, end, strength, color)
    }
  }

  /// The cells in whose place they are drawn.
  public let area: Rect
  /// What lies on top comes last.
  public let curves: [Curve]

  /// Curves in the place of cells.
  public init(area: Rect, curves: [Curve]) {
    self.area = area
    self.curves = curves
  }
}
