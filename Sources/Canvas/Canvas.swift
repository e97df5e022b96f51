import UserInput

/// The one drawing surface: a grid of cells. Whatever is drawn outside of it is left out.
///
/// Two things hold at all times, whatever is drawn: no cell holds a character that a terminal would obey, and a wide character
/// has both of its halves (drawing over one half blanks the other).
public struct Canvas: Sendable, Equatable {
  /// The most columns, and the most rows, that a canvas has.
  public static let longestSide = 16384

  /// The size in cells; each side is at most `longestSide`.
  public let size: Size
  /// All cells row by row from the top, each row from left to right: `size.columns` × `size.rows` of them.
  public private(set) var cells: [Cell]
  /// Where the terminal's cursor stands; nil hides it.
  public var cursor: Point?
  /// What is drawn finer than cells, where that is wanted; it hides the cells beneath, but for text.
  public private(set) var finePictures: [FinePicture] = []
  /// Curves in the place of cells, where curves can be drawn.
  public private(set) var fineCurves: [FineCurves] = []

  /// A canvas of blanks in one style; a side beyond `longestSide` is cut to it.
  public init(size: Size, style: Style = .plain) {
    self.size = Size(columns: min(size.columns, Self.longestSide), rows: min(size.rows, Self.longestSide))
    cells = [Cell](repeating: Cell(base: " ", style: style), count: self.size.columns * self.size.rows)
  }

  /// Whether a place, counted from 0 at the top left, lies on the canvas.
  public func contains(_ point: Point) -> Bool {
    point.column >= 0 && point.column < size.columns && point.row >= 0 && point.row < size.rows
  }

  /// The cell at a place. Setting one outside of the canvas does nothing; reading one there gives a blank.
  ///
  /// Setting a wide character sets the cell to its right, too; at the right edge, where it does not fit, it becomes a blank.
  public subscript(column: Int, row: Int) -> Cell {
    get {
      contains(Point(column: column, row: row)) ? cells[row * size.columns + column] : .blank
    }
    set {
      guard contains(Point(column: column, row: row)) else { return }
      let index = row * size.columns + column
      if newValue.isContinuation {
        setSecondHalf(newValue.style, at: index, column: column)
        return
      }
      let (cell, columns) = Self.fit(newValue, into: size.columns - column)
      put(cell, columns: columns, at: index, column: column)
    }
  }

  /// Puts a picture that is finer than cells over them.
  public mutating func add(_ picture: FinePicture) {
    if picture.columns > 0, picture.rows > 0 { finePictures.append(picture) }
  }

  /// Puts curves over cells.
  public mutating func add(_ curves: FineCurves) {
    if !curves.area.isEmpty { fineCurves.append(curves) }
  }

  /// Takes all of these away, so that cells that were drawn over them are seen.
  public mutating func removeFinePictures() {
    finePictures = []
    fineCurves = []
  }

  /// Makes a row the same as that of another canvas of the same size.
  public mutating func copyRow(_ row: Int, of other: Canvas) {
    guard other.size == size, row >= 0, row < size.rows else { return }
    let range = row * size.columns..<(row + 1) * size.columns
    cells.replaceSubrange(range, with: other.cells[range])
  }

  /// Fills an area, cut off at the edges, with one cell; a wide one takes two columns each time.
  public mutating func fill(_ rect: Rect, with cell: Cell) {
    let area = rect.intersection(Rect(size))
    guard !area.isEmpty else { return }
    let (fitting, columns) = Self.fit(
      cell.isContinuation ? Cell(base: " ", style: cell.style) : cell, into: area.columns)
    for row in area.row..<area.endRow {
      let start = row * size.columns
      for column in stride(from: area.column, to: area.endColumn, by: columns) {
        // The odd column left over at the end of a row of wide characters stays blank.
        let fits = column + columns <= area.endColumn
        put(
          fits ? fitting : Cell(base: " ", style: cell.style), columns: fits ? columns : 1, at: start + column,
          column: column)
      }
    }
  }

  /// Changes the look of what is already drawn.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let area = rect.intersection(Rect(size))
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn { change(&cells[row * size.columns + column].style) }
    }
  }

  /// Draws text on one row, cut off at `width` columns, and returns how many columns it took.
  ///
  /// The text is made visible first (see `visible`), so that untrusted text is safe here. It may begin to the left of the canvas.
  @discardableResult
  public mutating func draw(
    _ text: String, column: Int, row: Int, style: Style = .plain, width: Int = .max, glyphs: GlyphSet = .unicode
  ) -> Int {
    let limit = min(width, size.columns.subtractingSaturated(column))
    guard limit > 0 else { return 0 }
    let start = row >= 0 && row < size.rows ? row * size.columns : nil
    var used = 0
    var last: Int?
    forEachVisible(in: text, glyphs: glyphs) { scalar, columns in
      if columns == 0 {
        if let last { combine(scalar, at: last) }
        return true
      }
      guard columns <= limit - used else { return false }
      let place = column + used
      last = nil
      if let start, place >= 0 {
        put(Cell(base: scalar, style: style), columns: columns, at: start + place, column: place)
        last = start + place
      } else if let start, place == -1, columns == 2 {
        put(Cell(base: " ", style: style), columns: 1, at: start, column: 0)
      }
      used += columns
      return true
    }
    return used
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

  // MARK: - Cells and their halves

  /// A cell as it may be put on a canvas where so many columns are left, and the columns that it takes.
  private static func fit(_ cell: Cell, into room: Int) -> (cell: Cell, columns: Int) {
    guard let columns = cell.columns, cell.combinesProperly else {
      return (Cell(base: "\u{FFFD}", style: cell.style), 1)
    }
    return columns <= room ? (cell, columns) : (Cell(base: " ", style: cell.style), 1)
  }

  /// Puts a cell that fits; `index` is that of the cell at `column`.
  private mutating func put(_ cell: Cell, columns: Int, at index: Int, column: Int) {
    if cells[index].isContinuation { blank(at: index - 1) }
    let end = index + columns
    if column + columns < size.columns && cells[end].isContinuation { blank(at: end) }
    cells[index] = cell
    if columns == 2 { cells[index + 1] = .continuation(style: cell.style) }
  }

  private mutating func blank(at index: Int) { cells[index] = Cell(base: " ", style: cells[index].style) }

  private mutating func setSecondHalf(_ style: Style, at index: Int, column: Int) {
    if cells[index].isContinuation {
      cells[index].style = style
    } else {
      put(Cell(base: " ", style: style), columns: 1, at: index, column: column)
    }
  }

  private mutating func combine(_ scalar: Unicode.Scalar, at index: Int) {
    if cells[index].combining.x == 0 {
      cells[index].combining.x = scalar.value
    } else if cells[index].combining.y == 0 {
      cells[index].combining.y = scalar.value
    }
  }
}
