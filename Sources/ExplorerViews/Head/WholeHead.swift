import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// The whole of a head in small, beside a part of it: what is on the screen is marked at the edges of the picture.
struct WholeHead {
  let state: State
  let painter: HeatPainter
  let area: Rect
  /// The part that is on the screen.
  let queries: Range<Int>
  let keys: Range<Int>

  private var appearance: Appearance { painter.appearance }
  /// Rows for what it is and for the marks of the keys.
  private static let heading = 2
  /// So many pairs are looked at with every key that is pressed; of more, what was found with the pairs far apart is drawn.
  private static let mostPairs = 1 << 20
  /// A column for the marks of the queries.
  private static let marks = 1

  /// The rows that it takes of a list, where there is room for both; else nil.
  static func rows(of area: Rect) -> Int? {
    let rows = min(area.rows / 4, 11)
    return rows >= 4 && area.columns >= 12 ? rows + heading : nil
  }

  func draw(_ head: HeadPicture, on canvas: inout Canvas) {
    let (signs, perRow) = (Signs(appearance), appearance.hasHalfBlocks ? 2 : 1)
    let extent = MatrixExtent(queries: state.queryPositions, keys: state.positions)
    let step = HeadOverview.factor(queries: extent.queries, keys: extent.keys)
    let room = Size(
      columns: area.columns - WholeHead.marks, rows: (area.rows - WholeHead.heading) * perRow)
    guard room.columns > 0, room.rows > 0, step > 0 else { return }
    var pooling = step
    while (extent.queries + pooling - 1) / pooling > room.rows || (extent.keys + pooling - 1) / pooling > room.columns {
      pooling += step
    }
    let (allQueries, allKeys) = (0..<extent.queries, 0..<extent.keys)
    let image: HeatImage
    if let coarse = head.coarse ?? (extent.queries * extent.keys > WholeHead.mostPairs ? state.farPairs?.picture : nil)
    {
      image = HeatImage(coarse, queries: allQueries, keys: allKeys, pooling: pooling)
    } else if extent.queries * extent.keys <= WholeHead.mostPairs {
      image = HeatImage(
        head.shown, mask: head.mask, queries: allQueries, keys: allKeys, pooling: (pooling, pooling))
    } else {
      return
    }
    let dim = Style(attributes: .dim)
    canvas.draw(
      Words.fitting(
        PoolingWords.wordings(pooling, appearance.glyphs).map { "whole head" + signs.separator + $0 } + ["whole head"],
        in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row, style: dim,
      glyphs: appearance.glyphs)
    let (column, row) = (area.column + WholeHead.marks, area.row + WholeHead.heading)
    painter.draw(
      image, on: &canvas, column: column, row: row,
      cursor: (column: state.key / pooling, row: state.query / pooling))
    // The edges can be seen without colours.
    let mark = Style(attributes: .bold)
    for place in marked(keys, pooling) where place < image.columns {
      canvas.draw(signs.below, column: column + place, row: row - 1, style: mark, glyphs: appearance.glyphs)
    }
    for place in Set(marked(queries, pooling).map { $0 / perRow }) where place * perRow < image.rows {
      canvas.draw(signs.marker, column: area.column, row: row + place, style: mark, glyphs: appearance.glyphs)
    }
  }

  /// The dots that a part lies in.
  private func marked(_ part: Range<Int>, _ pooling: Int) -> Range<Int> {
    part.isEmpty ? 0..<0 : part.lowerBound / pooling..<(part.upperBound - 1) / pooling + 1
  }
}

/// The strongest pairs far apart, as a list.
struct FarPairsList {
  let state: State
  let appearance: Appearance
  let area: Rect

  /// The rows that it takes of a list, where there is room for both; else nil.
  static func rows(of area: Rect) -> Int? {
    let rows = min(area.rows / 4, 9)
    return rows >= 3 ? rows : nil
  }

  /// What it lists, in words.
  private static func heading(_ distance: Int) -> [String] {
    ["strongest, \(distance) or more apart", "\(distance) or more apart", "far apart"]
  }

  func draw(_ computation: Computation, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    guard let found = state.farPairs else {
      canvas.draw(
        "far apart: looking" + Signs(appearance).ellipsis, column: area.column, row: area.row,
        style: Style(attributes: .dim), width: area.columns, glyphs: glyphs)
      return
    }
    canvas.draw(
      Words.fitting(FarPairsList.heading(found.distance), in: area.columns, glyphs: glyphs), column: area.column,
      row: area.row, style: Style(attributes: .bold), glyphs: glyphs)
    for (line, pair) in found.pairs.prefix(max(area.rows - 1, 0)).enumerated() {
      let isMarked = pair.query == state.query && pair.key == state.key
      canvas.draw(
        words(pair, computation), column: area.column, row: area.row + 1 + line,
        style: Style(attributes: isMarked ? [.bold, .reverse] : []), width: area.columns, glyphs: glyphs)
      let number = Words.fixed(Double(pair.probability), 2)
      canvas.draw(number, column: area.endColumn - number.count, row: area.row + 1 + line)
    }
  }

  /// A pair by its tokens and their positions, cut to the room beside its number.
  private func words(_ pair: FarPairs.Pair, _ computation: Computation) -> String {
    let glyphs = appearance.glyphs
    let names = computation.names(glyphs, countFrom: state.countFrom).names
    let each = max((area.columns - 7) / 2, 1)
    let arrow = Signs(appearance).arrow
    func name(_ position: Int) -> String {
      let number = "\(Signs(appearance).dot)\(position + state.countFrom)"
      guard names.indices.contains(position), each > number.count + 1 else { return "\(position + state.countFrom)" }
      return Words.cut(names[position], to: each - number.count, glyphs: glyphs) + number
    }
    return name(pair.query) + arrow + name(pair.key)
  }

  /// The pair whose line lies at a point.
  func pair(at point: Point) -> (query: Int, key: Int)? {
    guard area.contains(point), point.row > area.row,
      let pair = state.farPairs?.pairs.dropFirst(point.row - area.row - 1).first
    else { return nil }
    return (pair.query, pair.key)
  }
}
