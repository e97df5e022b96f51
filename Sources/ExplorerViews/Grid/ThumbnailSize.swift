import Canvas
import Explorer
import UserInput

/// How large the thumbnails of heads are, in dots. A dot is a cell; where the terminal has half blocks, it is one
/// column wide and half a row high, and thus about square.
///
/// Both directions are treated alike, so that a diagonal is a diagonal: a token has so many dots, or a dot shows the maximum of so
/// many queries and as many keys.
struct ThumbnailSize: Equatable {
  let columns: Int
  let rows: Int
  /// Dots between one layer and the next.
  let gap: Int
  /// How many dots a row of the screen has.
  let dotsPerRow: Int
  /// How many dots show one token; 0 where a dot stands for several.
  let scale: Int
  /// How many tokens a dot stands for, in both directions.
  let factor: Int

  /// The smallest that is worth looking at; with less room the grid scrolls.
  private static let smallest = 4

  /// The largest thumbnails of which all fit: every token gets one dot or several, or else a dot shows the maximum of as few
  /// tokens as there is room for.
  ///
  /// - Parameter room: the cells for all thumbnails, without the names of layers and heads.
  init(layers: Int, heads: Int, extent: MatrixExtent, in room: Size, hasHalfBlocks: Bool) {
    let perRow = hasHalfBlocks ? 2 : 1
    let dots = room.rows * perRow
    let smallestRows = hasHalfBlocks ? ThumbnailSize.smallest : ThumbnailSize.smallest - 1
    let columns = max((room.columns + 1) / max(heads, 1) - 1, ThumbnailSize.smallest)
    let rows = max(dots / max(layers, 1), min(smallestRows, extent.queries))
    // Where tokens share dots anyhow, layers are better kept apart.
    let apart = (dots + 1) / max(layers, 1) - 1
    self.init(
      extent, columns: columns, rows: rows, pooledRows: apart >= smallestRows ? apart : rows,
      hasHalfBlocks: hasHalfBlocks,
      gap: { size in
        let left = dots - layers * size
        let largestGap = hasHalfBlocks ? 2 : 1
        return left < 0 ? largestGap - 1 : min(left / max(layers - 1, 1), largestGap)
      },
      fits: { size in layers * (size + 1) - 1 <= dots })
  }

  /// The largest in a room of its own.
  init(_ extent: MatrixExtent, in room: Size, hasHalfBlocks: Bool) {
    let rows = room.rows * (hasHalfBlocks ? 2 : 1)
    self.init(
      extent, columns: room.columns, rows: rows, pooledRows: rows, hasHalfBlocks: hasHalfBlocks,
      gap: { _ in 0 }, fits: { _ in true })
  }

  /// - Parameters:
  ///   - pooledRows: the room where tokens share dots.
  ///   - fits: whether there is room between layers for thumbnails with so many dots a layer.
  private init(
    _ extent: MatrixExtent, columns: Int, rows: Int, pooledRows: Int, hasHalfBlocks: Bool, gap: (Int) -> Int,
    fits: (Int) -> Bool
  ) {
    dotsPerRow = hasHalfBlocks ? 2 : 1
    // In cells that are twice as high as wide, a pair takes two columns for a row.
    let aspect = hasHalfBlocks ? 1 : 2
    var scale = extent.step > 1 ? 0 : min(columns / extent.keys, rows / extent.queries)
    if scale > 1, !fits(scale * extent.queries) { scale -= 1 }
    self.scale = scale
    if scale >= 1 {
      factor = 1
      self.rows = scale * extent.queries
      self.columns = extent.keys * min(columns / extent.keys, scale * aspect)
    } else {
      func shared(_ count: Int, among room: Int) -> Int { (count + max(room, 1) - 1) / max(room, 1) }
      let least = max(shared(extent.keys, among: columns), shared(extent.queries, among: pooledRows))
      factor = shared(least, among: extent.step) * extent.step
      let (across, down) = (shared(extent.keys, among: factor), shared(extent.queries, among: factor))
      (self.columns, self.rows) = (across * max(min(columns / across, aspect), 1), down)
    }
    self.gap = gap(self.rows)
  }

  /// Whether every token has dots of its own.
  var showsEveryToken: Bool { scale >= 1 }
  /// Dots from one layer to the next.
  var pitch: Int { rows + gap }

  /// How many rows of the screen so many layers take.
  func screenRows(layers: Int) -> Int { (max(layers * pitch - gap, 0) + dotsPerRow - 1) / dotsPerRow }
}
