import Activations
import Canvas
import Explorer
import UserInput

/// Shares a room out between the thumbnails and the large picture of the selected head.
struct GridRoom {
  let layers: Int
  let heads: Int
  let extent: MatrixExtent
  let countFrom: Int
  let hasHalfBlocks: Bool

  /// The row with the names of the heads.
  static let header = 1
  private static let smallestPreview = Size(columns: 30, rows: 9)

  init(state: State, appearance: Appearance) {
    layers = max(state.model.layers, 1)
    heads = max(state.model.heads, 1)
    extent = MatrixExtent(state).ofThumbnails
    countFrom = state.countFrom
    hasHalfBlocks = appearance.hasHalfBlocks
  }

  func thumbnail(in area: Rect) -> ThumbnailSize { thumbnail(in: area, longLabels: hasLongLabels(in: area)) }

  private func thumbnail(in area: Rect, longLabels: Bool) -> ThumbnailSize {
    func thumbnail(rows: Int) -> ThumbnailSize {
      ThumbnailSize(
        layers: layers, heads: heads, extent: extent,
        in: Size(columns: area.columns - labelColumns(long: longLabels), rows: rows), hasHalfBlocks: hasHalfBlocks)
    }
    let rows = area.rows - GridRoom.header
    let whole = thumbnail(rows: rows)
    guard whole.factor > 1 else { return whole }
    // A row says how many tokens a dot stands for.
    let pooled = thumbnail(rows: rows - footer(of: whole, rows: rows))
    return pooled.factor > 1 ? pooled : whole
  }

  /// The rows below the thumbnails that are kept for words about them.
  private func footer(of thumbnail: ThumbnailSize, rows: Int) -> Int { thumbnail.factor > 1 && rows >= 5 ? 1 : 0 }

  /// Names of layers are written out where that costs the thumbnails nothing.
  func hasLongLabels(in area: Rect) -> Bool {
    let long = thumbnail(in: area, longLabels: true)
    return long == thumbnail(in: area, longLabels: false) && showsAll(long, in: area, longLabels: true)
  }

  func labelColumns(long: Bool) -> Int {
    (long ? "layer ".count : "L".count) + String(layers - 1 + countFrom).count + 1
  }

  /// The room for the thumbnails, and the one for the large picture where there is any.
  func split(_ area: Rect) -> (grid: Rect, preview: Rect?) {
    let whole = thumbnail(in: area)
    let wholeShown = shown(whole, in: area, labelColumns: labelColumns(long: false))
    let withNumbers = max(extent.keys * 6 + 12, GridRoom.smallestPreview.columns)
    let splits =
      beside(whole, in: area, preview: withNumbers) + givenUp(columns: [extent.keys * 5 + 16], in: area)
      + beside(whole, in: area, preview: GridRoom.smallestPreview.columns) + below(whole, in: area)
      + givenUp(columns: withoutNumbers, in: area)
    // The large picture may not cost a head its place, nor tokens of the thumbnails dots of their own; where they share dots, a few
    // more may share one, if there is no other way.
    func first(where isGood: (ThumbnailSize) -> Bool) -> Split? {
      splits.first { grid, _ in
        let thumbnail = thumbnail(in: grid)
        return isGood(thumbnail) && shown(thumbnail, in: grid, labelColumns: labelColumns(long: false)) == wholeShown
      }
    }
    let best =
      first { $0.factor == whole.factor } ?? first { whole.factor > 1 && $0.rows >= min(whole.rows, 5) }
    return best.map { ($0.grid, $0.preview) } ?? (area, nil)
  }

  private func showsAll(_ thumbnail: ThumbnailSize, in area: Rect, longLabels: Bool = false) -> Bool {
    let rows = area.rows - GridRoom.header
    return labelColumns(long: longLabels) + columns(of: thumbnail.columns) <= area.columns
      && thumbnail.screenRows(layers: layers) <= rows - footer(of: thumbnail, rows: rows)
  }

  /// How many layers and heads there is room for at the same time. Where that is not all of them, a row says so.
  func shown(_ thumbnail: ThumbnailSize, in area: Rect, labelColumns: Int) -> (layers: Int, heads: Int) {
    let all = area.rows - GridRoom.header
    let footer = footer(of: thumbnail, rows: all)
    let rows = all - footer
    func layers(in rows: Int) -> Int {
      min((rows * thumbnail.dotsPerRow + thumbnail.gap) / max(thumbnail.pitch, 1), self.layers)
    }
    let heads = min((area.columns - labelColumns + 1) / (thumbnail.columns + 1), self.heads)
    let isAll = layers(in: rows) == self.layers && heads == self.heads
    return (layers(in: isAll || rows < 4 || footer > 0 ? rows : rows - 1), heads)
  }

  /// How many columns all thumbnails take.
  private func columns(of thumbnail: Int) -> Int { heads * (thumbnail + 1) - 1 }

  // MARK: Splits, the better ones first

  private typealias Split = (grid: Rect, preview: Rect)

  /// Beside the thumbnails, which are as large as they get while the large picture has so many columns.
  private func beside(_ whole: ThumbnailSize, in area: Rect, preview: Int) -> [Split] {
    let sizes = whole.showsEveryToken ? (1...whole.scale).reversed().map { $0 * whole.columns / whole.scale } : []
    return (sizes.isEmpty ? [whole.columns] : sizes).compactMap { size in
      let columns = labelColumns(long: false) + columns(of: size)
      return area.columns - columns - 2 >= preview ? split(area, columns: columns + 1) : nil
    }
  }

  private func below(_ whole: ThumbnailSize, in area: Rect) -> [Split] {
    let thumbnails = whole.screenRows(layers: layers)
    let rows = GridRoom.header + thumbnails + footer(of: whole, rows: thumbnails)
    return area.rows - rows >= GridRoom.smallestPreview.rows ? [split(area, rows: rows)] : []
  }

  /// Room that the thumbnails give up, up to half of it.
  private func givenUp(columns: [Int], in area: Rect) -> [Split] {
    columns.filter { $0 >= GridRoom.smallestPreview.columns && $0 <= area.columns / 2 }.map {
      split(area, columns: area.columns - $0)
    }
  }

  /// How wide a picture without numbers may be: the cells of a small one, the dots of a medium one, and nothing for a large
  /// one. All of it is sent again with every key, and lines can be slow.
  private var withoutNumbers: [Int] {
    let (queries, keys) = (extent.queries, extent.keys)
    if queries * keys <= GridRoom.mostCells { return [keys * 2 + 16] }
    return queries * (keys + 1) / 2 <= GridRoom.mostCells ? [GridRoom.smallestPreview.columns] : []
  }

  private static let mostCells = 105

  private func split(_ area: Rect, columns: Int) -> Split {
    (
      Rect(column: area.column, row: area.row, columns: columns, rows: area.rows), area.inset(left: columns + 1)
    )
  }

  private func split(_ area: Rect, rows: Int) -> Split {
    (Rect(column: area.column, row: area.row, columns: area.columns, rows: rows), area.inset(top: rows))
  }
}
