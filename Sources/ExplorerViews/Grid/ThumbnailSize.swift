import Canvas
import Explorer
import UserInput

/// How large the thumbnails of all heads are, in dots. A dot is a cell; where the terminal has half blocks, it is one
/// column wide and half a row high, and thus about square.
struct ThumbnailSize: Equatable {
  let columns: Int
  let rows: Int
  /// Dots between one layer and the next.
  let gap: Int
  /// How many dots a row of the screen has.
  let dotsPerRow: Int
  /// How many dots show one token; 0 where a dot stands for several.
  let scale: Int

  /// The smallest that is worth looking at; with less room the grid scrolls.
  private static let smallest = 4

  /// The largest thumbnails of which all fit: every token gets one dot or several, or else a dot shows the maximum of
  /// several tokens, and no more of them than there is no room for.
  ///
  /// - Parameter room: the cells for all thumbnails, without the names of layers and heads.
  init(layers: Int, heads: Int, positions: Int, in room: Size, hasHalfBlocks: Bool) {
    dotsPerRow = hasHalfBlocks ? 2 : 1
    let dots = room.rows * dotsPerRow
    let smallestRows = hasHalfBlocks ? ThumbnailSize.smallest : ThumbnailSize.smallest / 2
    let columns = max((room.columns + 1) / max(heads, 1) - 1, ThumbnailSize.smallest)
    let rows = max(dots / max(layers, 1), min(smallestRows, positions))
    // In cells that are twice as high as wide, a pair takes two columns for a row.
    let aspect = hasHalfBlocks ? 1 : 2
    var scale = min(columns / positions, rows / positions)
    if scale > 1, layers * (scale * positions + 1) - 1 > dots { scale -= 1 }
    self.scale = scale
    if scale >= 1 {
      self.rows = scale * positions
      self.columns = positions * min(columns / positions, scale * aspect)
    } else {
      // A square that is pulled long keeps more tokens apart, up to a point; and where tokens share dots anyhow, layers
      // are better kept apart.
      let apart = (dots + 1) / max(layers, 1) - 1
      let (width, height) = (min(columns, positions), min(apart >= smallestRows ? apart : rows, positions))
      self.columns = min(width, height * 2 * aspect)
      self.rows = min(height, width * 2)
    }
    let left = dots - layers * self.rows
    let largestGap = hasHalfBlocks ? 2 : 1
    gap = left < 0 ? largestGap - 1 : min(left / max(layers - 1, 1), largestGap)
  }

  /// Whether every token has dots of its own.
  var showsEveryToken: Bool { scale >= 1 }
  /// Dots from one layer to the next.
  var pitch: Int { rows + gap }

  /// How many rows of the screen so many layers take.
  func screenRows(layers: Int) -> Int { (max(layers * pitch - gap, 0) + dotsPerRow - 1) / dotsPerRow }
}
