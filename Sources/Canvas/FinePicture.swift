/// A picture in rectangles that are finer than cells, over cells that show the same as well as they can. Only formats that are not
/// bound to cells show it.
public struct FinePicture: Sendable, Equatable {
  /// Where it lies: from a column, and from half a row, which is twice the row.
  public let column: Int
  /// The half row in which it begins: twice the row.
  public let halfRow: Int
  /// How many cells it is wide.
  public let cellColumns: Int
  /// How many halves of cells it is high.
  public let halfRows: Int
  /// How many rectangles stand beside each other.
  public let columns: Int
  /// Row by row; nil where nothing is drawn.
  public let colors: [Color?]

  /// A picture at a place; `colors` are row by row, `columns` of them a row.
  public init(column: Int, halfRow: Int, cellColumns: Int, halfRows: Int, columns: Int, colors: [Color?]) {
    (self.column, self.halfRow, self.cellColumns, self.halfRows) = (column, halfRow, cellColumns, halfRows)
    (self.columns, self.colors) = (columns, colors)
  }

  /// How many rectangles stand below each other.
  public var rows: Int { columns > 0 ? colors.count / columns : 0 }
}
