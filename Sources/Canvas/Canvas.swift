/// The one drawing surface: a grid of cells. Whatever is drawn outside of it is left out.
public struct Canvas: Sendable, Equatable {
  public let size: Size
  public private(set) var cells: [Cell]

  public init(size: Size, style: Style = .plain) {
    self.size = size
    cells = [Cell](repeating: Cell(base: " ", style: style), count: size.columns * size.rows)
  }

  public func contains(_ point: Point) -> Bool {
    point.column >= 0 && point.column < size.columns && point.row >= 0 && point.row < size.rows
  }

  /// The cell at a place. Setting one outside of the canvas does nothing; reading one there gives a blank.
  public subscript(column: Int, row: Int) -> Cell {
    get {
      contains(Point(column: column, row: row)) ? cells[row * size.columns + column] : .blank
    }
    set {
      guard contains(Point(column: column, row: row)) else { return }
      cells[row * size.columns + column] = newValue
    }
  }

  public mutating func fill(_ rect: Rect, with cell: Cell) {
    let columns = max(rect.column, 0)..<max(min(rect.endColumn, size.columns), max(rect.column, 0))
    for row in max(rect.row, 0)..<max(min(rect.endRow, size.rows), max(rect.row, 0)) {
      for column in columns { cells[row * size.columns + column] = cell }
    }
  }

  /// Changes the look of what is already drawn.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    for row in rect.row..<rect.endRow {
      for column in rect.column..<rect.endColumn where contains(Point(column: column, row: row)) {
        change(&cells[row * size.columns + column].style)
      }
    }
  }

  /// Draws text on one row, cut off at `width` columns, and returns how many columns it took.
  ///
  /// The text is made visible first (see `visible`), so that untrusted text is safe here.
  @discardableResult
  public mutating func draw(
    _ text: String, column: Int, row: Int, style: Style = .plain, width: Int = .max, glyphs: GlyphSet = .unicode
  ) -> Int {
    let limit = min(width, size.columns - column)
    var used = 0
    var last: Int?
    for scalar in visible(text, glyphs: glyphs).unicodeScalars {
      let columns = displayWidth(of: scalar)
      if columns == 0 {
        if let last { combine(scalar, at: last, row: row) }
        continue
      }
      guard used + columns <= limit else { break }
      self[column + used, row] = Cell(base: scalar, style: style)
      if columns == 2 { self[column + used + 1, row] = .continuation(style: style) }
      last = column + used
      used += columns
    }
    return used
  }

  private mutating func combine(_ scalar: Unicode.Scalar, at column: Int, row: Int) {
    var cell = self[column, row]
    if cell.combining.x == 0 { cell.combining.x = scalar.value } else { cell.combining.y = scalar.value }
    self[column, row] = cell
  }

  /// The characters of a row, for tests and plain-text exports.
  public func text(row: Int) -> String {
    var result = String.UnicodeScalarView()
    for column in 0..<size.columns {
      let cell = self[column, row]
      for value in [cell.base, cell.combining.x, cell.combining.y] where value != 0 {
        if let scalar = Unicode.Scalar(value) { result.append(scalar) }
      }
    }
    return String(result)
  }

  /// All rows, without the blanks at their ends.
  public var text: String {
    (0..<size.rows).map { row in
      var line = Substring(text(row: row))
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }
}
