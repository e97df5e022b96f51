import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// All heads of A and B: how like each other they are, over the whole grid and as a sorted list.
struct CompareHeadsView {
  let state: State
  let appearance: Appearance
  let area: Rect

  static let listColumns = 34

  func draw(on canvas: inout Canvas) {
    let rows = state.comparedHeadRows
    guard !rows.isEmpty else {
      canvas.draw(
        Words.fitting(
          [state.incomparable ?? "comparing all heads" + Signs(appearance).ellipsis], in: area.columns,
          glyphs: appearance.glyphs),
        column: area.column, row: area.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
      return
    }
    drawNames(on: &canvas)
    drawProgress(on: &canvas)
    if let grid = parts.grid { drawGrid(rows, in: grid, on: &canvas) }
    drawList(rows, in: parts.list, on: &canvas)
  }

  /// Whether the first row says what A and B are.
  private var hasNames: Bool { area.rows >= 6 }

  private var parts: (grid: Rect?, list: Rect) {
    let area = area.inset(top: hasNames ? 1 : 0)
    guard area.columns >= CompareHeadsView.listColumns + 24 else { return (nil, area) }
    return (
      area.inset(right: CompareHeadsView.listColumns + 2),
      area.inset(left: area.columns - CompareHeadsView.listColumns)
    )
  }

  /// The head that lies at a point, in the grid or in the list.
  func head(at point: Point) -> HeadIndex? {
    let rows = state.comparedHeadRows
    guard !rows.isEmpty else { return nil }
    if let grid = parts.grid, grid.contains(point) {
      let places = CompareGridLayout(state: state, area: grid)
      return rows.lazy.map(\.head).first { places.rect(of: $0)?.contains(point) == true }
    }
    let list = parts.list
    guard list.contains(point), point.row > list.row else { return nil }
    let marked = rows.firstIndex { $0.head == state.head } ?? 0
    let lines = lines(count: rows.count, marked: marked, room: list.rows - 1).dropFirst(point.row - list.row - 1)
    return (lines.first ?? nil).map { rows[$0].head }
  }

  /// What A and B are, in the first row.
  private func drawNames(on canvas: inout Canvas) {
    guard hasNames else { return }
    let words = CompareWords(state: state, appearance: appearance, heads: nil)
    let signs = Signs(appearance)
    canvas.draw(
      Words.fitting(
        zip(words.a, words.b).map { "\($0)\(signs.separator)\($1)" } + words.b, in: area.columns,
        glyphs: appearance.glyphs), column: area.column, row: area.row, style: Style(attributes: .bold),
      glyphs: appearance.glyphs)
  }

  /// How many layers have been compared, at the end of the first row, where they are compared one by one.
  private func drawProgress(on canvas: inout Canvas) {
    guard let compared = state.layersCompared, area.rows > 0 else { return }
    let (signs, layers) = (Signs(appearance), state.model.layers)
    let words = Words.fitting(
      [" comparing\(signs.ellipsis) \(compared) of \(layers) layers", " \(compared) of \(layers) layers"],
      in: max(area.columns / 3, 1), glyphs: appearance.glyphs)
    canvas.draw(
      words, column: area.endColumn - displayWidth(of: words, glyphs: appearance.glyphs),
      row: hasNames ? area.row : area.endRow - 1, style: Style(attributes: .dim), glyphs: appearance.glyphs)
  }

  private var colouring: HeadColouring { HeadColouring(state) }

  private func number(_ row: EncodingComparison.HeadDifference) -> Float { colouring.number(row) }

  private func painter(_ rows: [EncodingComparison.HeadDifference]) -> HeatPainter {
    HeatPainter(appearance: appearance, colors: state.colors, top: colouring.top(rows))
  }

  private func drawGrid(_ rows: [EncodingComparison.HeadDifference], in grid: Rect, on canvas: inout Canvas) {
    let painter = painter(rows)
    let places = CompareGridLayout(state: state, area: grid)
    let (labels, width, height) = (places.labels, places.width, places.height)
    let (shownLayers, shownHeads) = (places.layers, places.heads)
    canvas.draw(
      Words.fitting(
        [
          "\(colouring.name) of every head: bright has changed most", colouring.name,
        ], in: grid.columns, glyphs: appearance.glyphs), column: grid.column, row: grid.row,
      style: Style(attributes: .bold))
    for row in rows {
      guard let rect = places.rect(of: row.head) else { continue }
      canvas.fill(rect, with: painter.cell(number(row)))
      let isMarked = row.head == state.head
      var style = painter.style(number(row))
      if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
      guard width >= 4 || isMarked else { continue }
      let text = width >= 4 ? Words.change(number(row), width: width - 1) : "*"
      canvas.draw(text, column: rect.column, row: rect.row, style: style, width: rect.columns)
    }
    // The numbers of the heads, each over its column, or only the marked one's where they would run together.
    let widestName = "H\(state.model.heads - 1 + state.countFrom)".count
    for head in shownHeads where width > widestName || head == state.head.head {
      canvas.draw(
        "H\(head + state.countFrom)", column: grid.column + labels + (head - shownHeads.lowerBound) * width,
        row: grid.row + 1, style: Style(attributes: head == state.head.head ? [.bold, .reverse] : .dim),
        width: max(grid.endColumn - grid.column - labels - (head - shownHeads.lowerBound) * width, 0))
    }
    for layer in shownLayers {
      canvas.draw(
        "L\(layer + state.countFrom)", column: grid.column,
        row: grid.row + 2 + (layer - shownLayers.lowerBound) * height,
        style: Style(attributes: layer == state.head.layer ? [.bold, .reverse] : .dim), width: labels - 1)
    }
  }

  private func drawList(_ rows: [EncodingComparison.HeadDifference], in list: Rect, on canvas: inout Canvas) {
    let order = state.compare.order
    func title(_ text: String, _ isSorted: Bool, _ sign: String) -> String { text + (isSorted ? sign : " ") }
    let signs = Signs(appearance)
    let heading =
      title(" head   ", order == .place, signs.ascending) + title("  cosine", order == .cosine, signs.ascending)
      + title(" largest change", order == .largest, signs.descending)
    canvas.draw(
      heading, column: list.column, row: list.row, style: Style(attributes: .bold), width: list.columns,
      glyphs: appearance.glyphs)
    let painter = painter(rows)
    let marked = rows.firstIndex { $0.head == state.head } ?? 0
    for (line, place) in lines(count: rows.count, marked: marked, room: list.rows - 1).enumerated() {
      guard let row = place.map({ rows[$0] }) else {
        canvas.draw(
          " " + signs.ellipsis, column: list.column, row: list.row + 1 + line, style: Style(attributes: .dim),
          glyphs: appearance.glyphs)
        continue
      }
      let isMarked = row.head == state.head
      let y = list.row + 1 + line
      let place = state.shortName(of: row.head)
      canvas.draw(
        (isMarked ? signs.marker : " ") + place, column: list.column, row: y,
        style: Style(attributes: isMarked ? [.bold, .reverse] : []), width: list.columns, glyphs: appearance.glyphs)
      let cosine = Words.cosine(row.cosine, isSame: row.largest == 0)
      canvas.draw(
        cosine, column: list.column + 17 - cosine.count, row: y,
        style: colouring.isByLargest || !appearance.hasHeatColors ? .plain : painter.style(number(row)),
        width: max(list.columns - 17 + cosine.count, 0))
      let largest = Words.difference(row.largest)
      canvas.draw(
        largest, column: list.column + 31 - largest.count, row: y,
        style: colouring.isByLargest && appearance.hasHeatColors ? painter.style(number(row)) : .plain,
        width: max(list.columns - 31 + largest.count, 0))
    }
  }

  /// Which rows the list shows, nil where some are left out: the first of them always, because they have changed most, and
  /// those around the marked one.
  private func lines(count: Int, marked: Int, room: Int) -> [Int?] {
    guard room > 8, count > room, marked >= room else {
      return GridLayout.visible(count: count, around: marked < room ? 0 : marked, room: room).map { $0 }
    }
    let top = room / 2
    let rest = GridLayout.visible(count: count, around: marked, room: room - top - 1)
    guard rest.lowerBound > top else { return Array(0..<room) }
    return Array(0..<top) + [nil] + Array(rest)
  }
}

/// What the heads are coloured by: how far their cosine is from 1, or their largest change.
struct HeadColouring {
  let isByLargest: Bool

  init(_ state: State) { isByLargest = state.compare.order == .largest }

  var name: String { isByLargest ? "largest change" : "1 - cosine" }

  /// Exactly 0 where no probability differs.
  func number(_ row: EncodingComparison.HeadDifference) -> Float {
    isByLargest ? row.largest : row.largest == 0 ? 0 : Float(1 - row.cosine)
  }

  /// What the brightest colour stands for. Where nothing has changed, rounding errors must not look like changes.
  func top(_ rows: [EncodingComparison.HeadDifference]) -> Float {
    max(rows.map(number).filter(\.isFinite).max() ?? 1, 0.001)
  }
}

extension Words {
  /// Below this, 1 - cosine and changes are what rounding leaves.
  private static let rounding = 1e-6

  /// A change in a cell: 0.43, .43, or 4e-3 where that would be 0.00; 0 only where nothing has changed.
  static func change(_ value: Float, width: Int) -> String {
    let value = Double(value)
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : number(value, width: width) }
    let text = abs(value) < 9.995 ? fixed(value, 2) : number(value, width: width)
    if abs(value) >= 0.005 { return text.count > width && text.hasPrefix("0.") ? String(text.dropFirst()) : text }
    let small = abs(value) < rounding ? "<1e-6" : number(value, orSmaller: max(width, 4))
    return small.count <= width ? small : "~0"
  }

  /// 1 - cosine with four digits, or as many as tell it from 0.
  static func apart(_ value: Double) -> String {
    abs(value) < 0.0005 && value != 0 ? scientific(value) : fixed(value, 4)
  }

  /// A cosine of two maps with four digits, or as many as tell it from 1; 1 where the maps are the same.
  static func cosine(_ value: Double, isSame: Bool) -> String {
    if isSame, !value.isNaN { return fixed(value, 0) }
    let text = fixed(value, 4)
    guard text == "1.0000" else { return text }
    let apart = 1 - value
    guard apart >= rounding else { return ">0.999999" }
    return fixed(value, apart >= 1e-5 ? 6 : 7)
  }
}

/// Where the cells of the grid of all heads lie.
private struct CompareGridLayout {
  let labels: Int
  /// A cell with the gap beside it, in columns, and in rows.
  let width: Int
  let height: Int
  /// Those that are on the screen.
  let layers: Range<Int>
  let heads: Range<Int>
  private let area: Rect

  init(state: State, area: Rect) {
    self.area = area
    labels = "L\(state.model.layers) ".count
    width = min(max((area.columns - labels) / max(state.model.heads, 1), 1), 9)
    height = min(max((area.rows - 2) / max(state.model.layers, 1), 1), max(width / 2, 1), 3)
    layers = GridLayout.visible(
      count: state.model.layers, around: state.head.layer, room: (area.rows - 2) / height)
    heads = GridLayout.visible(
      count: state.model.heads, around: state.head.head, room: (area.columns - labels) / width)
  }

  func rect(of head: HeadIndex) -> Rect? {
    guard layers.contains(head.layer), heads.contains(head.head) else { return nil }
    return Rect(
      column: area.column + labels + (head.head - heads.lowerBound) * width,
      row: area.row + 2 + (head.layer - layers.lowerBound) * height, columns: max(width - 1, 1), rows: height)
  }
}
