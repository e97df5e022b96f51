import Activations
import Canvas
import Explorer
import UserInput

/// Shares the room of a head out: between the names of tokens, its cells, the chosen query's row, and the heads beside it.
struct HeadRoom {
  /// What is left for the cells of a size, and what stands around them.
  struct Share {
    /// Rows above the cells: for the names of the keys, and for words about pooling.
    let labelRows: Int
    /// Whether the chosen query's row is a list on the right; otherwise it is a strip of so many rows below.
    let hasList: Bool
    let stripRows: Int
    let cells: Size
  }

  let area: Rect
  let extent: MatrixExtent
  let labelColumns: Int
  private let widest: Int
  private let appearance: Appearance
  private let isPreview: Bool
  private let hasBars: Bool

  static let listColumns = 26
  private static let shortestNumber = 5
  /// With less room for cells with words, all of the picture is worth more than a part of it with words.
  private static let smallestPart = Size(columns: 12, rows: 4)

  init(state: State, appearance: Appearance, area: Rect, isPreview: Bool, hasBars: Bool) {
    self.area = area
    self.appearance = appearance
    self.isPreview = isPreview
    self.hasBars = hasBars
    extent = MatrixExtent(state)
    let widestKey = state.computation?.names(appearance.glyphs).widest ?? 1
    self.widest = widestKey
    let widestQuery = state.computation?.names(appearance.glyphs, areQueries: true).widest ?? 1
    // Sentences are known by their first words.
    labelColumns = max(min(max(widestQuery, 3), state.showsSegments ? 28 : 14, area.columns / 4), 1) + 1
  }

  // MARK: Which cells

  /// The cells for a zoom.
  func cell(_ zoom: Zoom) -> CellSize {
    guard !isPreview else { return fitting }
    switch zoom {
    case .fit: return fitting
    case .fixed(let cell): return drawable(cell)
    case .words:
      for cell in [CellSize.number, .block] where fits(cell) { return cell }
      let room = share(.block).cells
      return room.columns >= HeadRoom.smallestPart.columns && room.rows >= HeadRoom.smallestPart.rows ? .block : fitting
    }
  }

  /// The largest cells at which the whole matrix is on the screen.
  private var fitting: CellSize { sizes.first(where: fits) ?? .pooled(extent.largest) }

  /// From large to small, down to the first dots at which the whole matrix is on the screen.
  var sizes: [CellSize] {
    var sizes = [CellSize.number] + [.block, .dot].filter { drawable($0) == $0 }
    var factor = 2
    while factor < extent.largest, let smallest = sizes.last, !fits(smallest) {
      if drawable(.pooled(factor)) == .pooled(factor) { sizes.append(.pooled(factor)) }
      factor += 1
    }
    // Of a picture that is held in coarse cells, the first multiple that is large enough.
    if extent.computesRows, let smallest = sizes.last, !fits(smallest) { sizes.append(drawable(.pooled(factor))) }
    return sizes
  }

  /// Some pairs in a row of the screen are quickly computed anew; of more, what is held of the head in coarse cells is drawn.
  private static let mostPairs = 1 << 21

  /// The nearest cells that can be drawn: where rows are computed as they are looked at, a screen shows few of them, or those that are
  /// held in coarse cells.
  private func drawable(_ cell: CellSize) -> CellSize {
    guard extent.computesRows else { return cell }
    if !isTooHigh(cell) {
      guard case .pooled(let factor) = cell, !isOfRows(factor) else { return cell }
    }
    let factor = HeadLayout.keysPerColumn(cell)
    return .pooled(max((factor + extent.step - 1) / extent.step, 1) * extent.step)
  }

  /// Whether a screen of such cells shows more rows than are known; cells that are held in coarse form need none.
  private func isTooHigh(_ cell: CellSize) -> Bool {
    guard let most = extent.mostRows, HeadLayout.keysPerColumn(cell) < extent.step else { return false }
    let room = share(cell).cells
    return room.rows / size(of: cell, in: room).rows * HeadLayout.queriesPerRow(cell, appearance) > most
  }

  /// Whether cells that stand for so many pairs are drawn from all of these.
  private func isOfRows(_ factor: Int) -> Bool {
    guard factor < extent.step, factor & (factor - 1) == 0 else { return false }
    let rows = share(.pooled(factor)).cells.rows * HeadLayout.queriesPerRow(.pooled(factor), appearance)
    return min(rows, extent.queries) * extent.keys <= HeadRoom.mostPairs
  }

  private func fits(_ cell: CellSize) -> Bool {
    let room = share(cell).cells
    let perRow = HeadLayout.queriesPerRow(cell, appearance)
    return columns(cell) <= room.columns && (extent.queries + perRow - 1) / perRow <= room.rows
  }

  /// The columns that all keys take at least.
  private func columns(_ cell: CellSize) -> Int {
    switch cell {
    case .number: extent.keys * HeadRoom.shortestNumber
    case .block: extent.keys * 2
    case .dot: extent.keys
    case .pooled(let factor): (extent.keys + factor - 1) / max(factor, 1)
    }
  }

  // MARK: What stands around them

  func share(_ cell: CellSize) -> Share {
    // The list of bars takes its room from what the matrix leaves over, or from a matrix that scrolls anyway.
    let (room, needed) = (area.columns - labelColumns, columns(cell))
    let hasList =
      !isPreview && hasBars && area.columns >= 76 && (needed + HeadRoom.listColumns <= room || needed > room)
    let stripRows = hasList || isPreview || !hasBars || area.rows < 8 ? 0 : area.rows < 16 ? 1 : 2
    let labelRows = labelRows(cell, rows: area.rows - stripRows)
    return Share(
      labelRows: labelRows, hasList: hasList, stripRows: stripRows,
      cells: Size(columns: room - (hasList ? HeadRoom.listColumns : 0), rows: area.rows - stripRows - labelRows))
  }

  private func labelRows(_ cell: CellSize, rows: Int) -> Int {
    switch cell {
    case .number, .dot: return 1
    case .pooled: return saysPooling ? 2 : 1
    case .block:
      // As many as all queries leave, if a name can be known by them.
      let spare = rows - extent.queries
      return max(min(widest, 8, spare >= 3 ? spare : (area.rows + 2) / 4), 1)
    }
  }

  /// Whether there is a row for words about pooling.
  var saysPooling: Bool { area.rows >= 6 && !appearance.isVector }

  /// The columns and rows of one cell; a dot has one column and half a row, or a row.
  func size(of cell: CellSize, in room: Size) -> Size {
    switch cell {
    case .number:
      let isLarge = area.columns >= 120 && area.rows >= 40
      let columns = max(
        HeadRoom.shortestNumber, min(max(widest + 1, 9), isLarge ? 16 : 12, room.columns / extent.keys))
      return Size(
        columns: columns,
        rows: max(1, min(isLarge ? (columns + 1) / 2 : columns / 2, isLarge ? 6 : 4, room.rows / extent.queries)))
    case .block:
      // The same in both directions, as large as all of it fits; beside the grid all of it is sent again with every key.
      let factor = isPreview ? 1 : max(min(room.columns / (2 * extent.keys), room.rows / extent.queries), 1)
      return Size(columns: 2 * factor, rows: factor)
    case .dot, .pooled: return Size(columns: 1, rows: 1)
    }
  }
}

/// What is said of a cell that stands for several pairs of tokens.
enum PoolingWords {
  /// From long to short; empty where every pair has a cell of its own.
  static func wordings(_ factor: Int, _ glyphs: GlyphSet, of pooling: MatrixPicture.Pooling = .largest) -> [String] {
    guard factor > 1 else { return [] }
    let size = "\(factor)\(Signs(glyphs: glyphs).times)\(factor)"
    switch pooling {
    case .largest: return ["1 cell = maximum of \(size) tokens", "1 cell = max. of \(size)", "max. \(size)"]
    case .largestMagnitude: return ["1 cell = largest of \(size) numbers", "1 cell = largest of \(size)", "of \(size)"]
    case .mean: return ["1 cell = mean of \(size) numbers", "1 cell = mean of \(size)", "of \(size)"]
    }
  }

  /// What is said of a cell that stands for the share of several tokens in several others.
  static func shares(_ factor: Int) -> [String] {
    [
      "1 cell = sum over \(factor) keys, mean over \(factor) queries", "1 cell = share of \(factor) in \(factor)",
      "\(factor) in \(factor)",
    ]
  }
}
