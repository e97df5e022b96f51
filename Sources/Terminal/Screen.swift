import CNcurses
import Canvas
import Glibc
import Support
import UserInput

/// Brings canvases onto the screen of ncurses.
@MainActor final class Screen {
  /// Asks a terminal to show what comes between these two at once (DEC private mode 2026).
  nonisolated static let startOfUpdate = "\u{1B}[?2026h"
  nonisolated static let endOfUpdate = "\u{1B}[?2026l"

  private let glyphs: GlyphSet
  private let synchronizes: Bool
  private var pairs: ColorPairs
  private var shown: Canvas?
  /// What is to be shown, where only part of it is.
  private var unfinished: Canvas?
  private var cursorIsVisible = false
  private var line: [cchar_t] = []
  private var simple: [Cell] = []

  /// Whether `finish` has something to do.
  var isUnfinished: Bool { unfinished != nil }

  init(depth: ColorDepth, glyphs: GlyphSet, synchronizes: Bool) {
    self.glyphs = glyphs
    self.synchronizes = synchronizes
    pairs = ColorPairs(depth: depth, limit: hs_color_pairs())
  }

  /// The next canvas will be drawn whole, on a screen that may hold anything.
  func forget() {
    shown = nil
    clearok(hs_physical_screen(), true)
  }

  /// Draws what is shown already once more, on a screen that may hold anything.
  func repaint() {
    clearok(hs_physical_screen(), true)
    synchronized { update(cursor: shown?.cursor) }
  }

  /// Shows a canvas, as long as `isWanted` says that no input waits; what is left of it is shown by `finish`,
  /// or by the next canvas. Whatever is quickly sent is always shown.
  func present(_ canvas: Canvas, size: Size, isWanted: () -> Bool) {
    let canvas = canvas.size == size ? canvas : canvas.cropped(to: size)
    unfinished = nil
    let parts = FrameParts(from: shown?.size == canvas.size ? shown : nil, to: canvas).parts
    guard !parts.isEmpty || canvas.cursor != shown?.cursor else { return }
    let cursor = canvas.cursor.flatMap { canvas.contains($0) ? $0 : nil }
    if cursorIsVisible && cursor == nil { curs_set(0) }
    leaveok(hs_screen(), cursor == nil)
    if parts.count <= 1 {
      synchronized { put(canvas, rows: parts.first ?? [], cursor: cursor) }
    } else {
      synchronized { put(canvas, rows: parts[0], cursor: cursor) }
      synchronized {
        for part in parts.dropFirst() {
          guard isWanted() else {
            unfinished = canvas
            break
          }
          put(canvas, rows: part, cursor: cursor)
        }
      }
    }
    if !cursorIsVisible && cursor != nil { curs_set(1) }
    cursorIsVisible = cursor != nil
  }

  /// Shows what is left of the last canvas.
  func finish(size: Size, isWanted: () -> Bool) {
    if let unfinished { present(unfinished, size: size, isWanted: isWanted) }
  }

  /// Lets the terminal show all that `body` draws at once.
  private func synchronized(_ body: () -> Void) {
    // ncurses holds nothing back between updates, so that these stay in order; its own `putp` would go through stdio.
    if synchronizes { _ = Files.write(Array(Self.startOfUpdate.utf8), to: STDOUT_FILENO) }
    body()
    if synchronizes { _ = Files.write(Array(Self.endOfUpdate.utf8), to: STDOUT_FILENO) }
  }

  private func update(cursor: Point? = nil) {
    if let cursor { wmove(hs_screen(), Int32(cursor.row), Int32(cursor.column)) }
    wnoutrefresh(hs_screen())
    doupdate()
  }

  // MARK: - Cells

  /// Brings rows of a canvas to the screen.
  private func put(_ canvas: Canvas, rows: [Int], cursor: Point?) {
    if rows.allSatisfy({ put(canvas, row: $0) }) {
      shown = shown?.size == canvas.size ? shown : Canvas(size: canvas.size)
      for row in rows { shown?.copyRow(row, of: canvas) }
    } else {
      // The numbers of colour pairs are used up. Start afresh with those that are on this canvas.
      pairs.removeAll()
      reset_color_pairs()
      forget()
      for row in 0..<canvas.size.rows { _ = put(canvas, row: row, isLastTry: true) }
      shown = canvas
    }
    shown?.cursor = canvas.cursor
    update(cursor: cursor)
  }

  /// Hands the cells of a row that differ from those shown to ncurses.
  /// - Returns: whether the colour pairs sufficed.
  private func put(_ canvas: Canvas, row: Int, isLastTry: Bool = false) -> Bool {
    let columns = canvas.size.columns
    if line.count < columns { line = Array(repeating: cchar_t(), count: columns) }
    let old = shown?.size == canvas.size ? shown : nil
    let start = row * columns
    var column = 0
    while column < columns {
      let index = start + column
      if let old, old.cells[index] == canvas.cells[index] {
        column += 1
        continue
      }
      // Both halves of a wide character go together.
      var end = column + 1
      while end < columns,
        canvas.cells[start + end].isContinuation || old?.cells[start + end] != canvas.cells[start + end]
      {
        end += 1
      }
      if canvas.cells[index].isContinuation && column > 0 { column -= 1 }
      guard put(canvas.cells[(start + column)..<(start + end)], column: column, row: row, isLastTry: isLastTry) else {
        return false
      }
      column = end
    }
    return true
  }

  private func put(_ cells: ArraySlice<Cell>, column: Int, row: Int, isLastTry: Bool) -> Bool {
    simplify(cells)
    var count = 0
    var index = 0
    while index < simple.count {
      let columns = index + 1 < simple.count && simple[index + 1].isContinuation ? 2 : 1
      let cell = simple[index]
      let isText = !cell.isGraphic && cell.base != 0x20
      var pair = pairs.number(for: cell.style, isText: isText) { number, colors in
        init_extended_pair(number, colors.foreground, colors.background) == OK
      }
      if pair == nil && isLastTry { pair = 0 }
      guard let pair else { return false }
      let attributes = cell.style.attributes.forNcurses
      if !fits(cell, columns: columns)
        || !hs_make_cell(&line[count], cell.base, cell.combining.x, cell.combining.y, attributes, pair)
      {
        // This C library disagrees about the character. Something else in as many columns keeps all that follows in place.
        for _ in 0..<columns {
          _ = hs_make_cell(&line[count], glyphs == .unicode ? 0xFFFD : 0x3F, 0, 0, attributes, pair)
          count += 1
        }
      } else {
        count += 1
      }
      index += columns
    }
    line.withUnsafeBufferPointer { line in
      _ = mvwadd_wchnstr(hs_screen(), Int32(row), Int32(column), line.baseAddress, Int32(count))
    }
    return true
  }

  /// Finds a look for cells that takes fewer bytes and is the same: `simple`.
  ///
  /// Half a block on its own colour is a blank; and blanks need no foreground, which ncurses would send with every background.
  private func simplify(_ cells: ArraySlice<Cell>) {
    simple.removeAll(keepingCapacity: true)
    for cell in cells { simple.append(simplified(cell)) }
    guard pairs.depth == .indexed256 || pairs.depth == .truecolor else { return }
    var start = 0
    while start < simple.count {
      let background = simple[start].style.background
      var end = start
      var isBlank = true
      while end < simple.count, simple[end].style.background == background {
        isBlank = isBlank && simple[end].isBareBlank
        end += 1
      }
      // Next to text on the same background, it is shorter to leave its colour on.
      if isBlank {
        for index in start..<end { simple[index].style = Style(background: background) }
      }
      start = end
    }
  }

  private func simplified(_ cell: Cell) -> Cell {
    let isHalf = cell.base == 0x2580 || cell.base == 0x2584
    guard isHalf || cell.base == 0x2588, !cell.style.foreground.isStandard, cell.style.attributes.isEmpty,
      pairs.depth != .none, cell.base == 0x2588 || pairs.isUniform(cell.style)
    else { return cell }
    return Cell(base: " ", style: Style(background: cell.style.foreground))
  }

  private func fits(_ cell: Cell, columns: Int) -> Bool {
    if cell.base >= 0x20 && cell.base < 0x7F && cell.combining.x == 0 { return columns == 1 }
    guard glyphs == .unicode, hs_width(cell.base) == columns else { return false }
    return (cell.combining.x == 0 || hs_width(cell.combining.x) == 0)
      && (cell.combining.y == 0 || hs_width(cell.combining.y) == 0)
  }
}

extension Cell {
  /// A blank in which only the background can be seen.
  fileprivate var isBareBlank: Bool {
    base == 0x20 && combining.x == 0 && style.attributes.isDisjoint(with: [.reverse, .underline])
  }
}

extension Style.Attributes {
  fileprivate var forNcurses: attr_t {
    var result: attr_t = 0
    if contains(.bold) { result |= hs_bold() }
    if contains(.dim) { result |= hs_dim() }
    if contains(.underline) { result |= hs_underline() }
    if contains(.reverse) { result |= hs_reverse() }
    return result
  }
}

extension Canvas {
  /// The same picture on a canvas of another size.
  fileprivate func cropped(to size: Size) -> Canvas {
    var result = Canvas(size: size)
    for row in 0..<min(size.rows, self.size.rows) {
      for column in 0..<min(size.columns, self.size.columns) where !self[column, row].isContinuation {
        result[column, row] = self[column, row]
      }
    }
    result.cursor = cursor
    return result
  }
}
