/// A size in character cells.
public struct Size: Sendable, Hashable {
  /// The number of columns.
  public var columns: Int
  /// The number of rows.
  public var rows: Int

  /// A size in which negative lengths count as 0.
  public init(columns: Int, rows: Int) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
  }
}

/// A place in character cells, from the top left corner.
public struct Point: Sendable, Hashable {
  /// Counted from 0 at the left edge; may be negative, to the left of it.
  public var column: Int
  /// Counted from 0 at the top edge; may be negative, above it.
  public var row: Int

  /// A place as given, on the screen or off it.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A rectangle of character cells.
public struct Rect: Sendable, Hashable {
  /// The column of its left edge, counted from 0; may be negative.
  public var column: Int
  /// The row of its top edge, counted from 0; may be negative.
  public var row: Int
  /// The number of columns.
  public var columns: Int
  /// The number of rows.
  public var rows: Int

  /// A rectangle from its top left corner, in which negative lengths count as 0.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
  }

  /// All cells of a size, with the top left corner at column 0 and row 0.
  public init(_ size: Size) { self.init(column: 0, row: 0, columns: size.columns, rows: size.rows) }

  /// Whether it has no cells.
  public var isEmpty: Bool { columns == 0 || rows == 0 }
  /// The first column to the right of it.
  public var endColumn: Int { column.addingSaturated(columns) }
  /// The first row below it.
  public var endRow: Int { row.addingSaturated(rows) }

  /// Whether a place is one of its cells.
  public func contains(_ point: Point) -> Bool {
    point.column >= column && point.column < endColumn && point.row >= row && point.row < endRow
  }

  /// Without some cells at its edges.
  public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
    Rect(
      column: column.addingSaturated(left), row: row.addingSaturated(top),
      columns: columns.subtractingSaturated(left).subtractingSaturated(right),
      rows: rows.subtractingSaturated(top).subtractingSaturated(bottom))
  }

  /// What both have in common; empty where they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(column, other.column)
    let top = max(row, other.row)
    return Rect(
      column: left, row: top, columns: min(endColumn, other.endColumn).subtractingSaturated(left),
      rows: min(endRow, other.endRow).subtractingSaturated(top))
  }
}

extension Int {
  /// The sum, or the nearest number there is.
  package func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, or the nearest number there is.
  package func subtractingSaturated(_ other: Int) -> Int {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}
