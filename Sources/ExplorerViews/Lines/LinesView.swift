import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// One head as words in two columns, queries on the left and keys on the right, with lines between them whose brightness is the
/// probability (Vig 2019, BertViz). Several heads at once have a colour each.
struct LinesView {
  let state: State
  let appearance: Appearance
  let area: Rect
  var hasBars = true

  var layout: LinesLayout { LinesLayout(state: state, appearance: appearance, area: area, hasBars: hasBars) }

  /// A line as it is drawn, for other forms of the same picture.
  struct Stroke: Equatable {
    let query: Int
    let key: Int
    /// From 0 to 1.
    let strength: Double
    let color: Color
  }

  /// Colours that can be told apart also by those who are colour-blind (Okabe and Ito 2008).
  private static let palette: [UInt32] = [0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0xD55E00, 0xCC79A7]

  /// Below this share of the strongest, a line cannot be seen.
  private static let least = 0.03

  /// The heads whose lines are shown, the marked one last; without colours it is the only one.
  private var heads: [HeadIndex] {
    let kept = state.exploration.lines.kept.filter {
      $0 != state.head && $0.layer < state.model.layers && $0.head < state.model.heads
    }
    return appearance.hasHeatColors && !state.showsSegments ? kept + [state.head] : [state.head]
  }

  /// A head's own colour, by its place among those that are kept; nil where there is only one head.
  private func color(of head: HeadIndex) -> Color? {
    guard heads.count > 1 else { return nil }
    let kept = state.exploration.lines.kept
    return Color(Self.palette[min(kept.firstIndex(of: head) ?? kept.count, Self.palette.count - 1)])
  }

  /// The lines, of all queries or of the marked one; those that cannot be seen are left out.
  var strokes: [Stroke] {
    guard let computation = state.computation else { return [] }
    return heads.flatMap { index -> [Stroke] in
      var place = state
      place.head = index
      guard let head = HeadPicture(state: place, computation: computation) else { return [] }
      let top = place.top(of: index, in: computation)
      let painter = HeatPainter(appearance: appearance, colors: state.colors, top: top)
      let own = color(of: index)
      // Of rows that are computed as they are looked at, those that begin on the screen.
      let all = head.shown.whole == nil ? layout.queries : 0..<head.queryInput.count
      let queries = state.exploration.lines.queries == .all ? all : head.query..<head.query + 1
      return queries.flatMap { query -> [Stroke] in
        let row = head.shown.row(query)
        return row.indices.compactMap { key -> Stroke? in
          let value = row[key]
          guard head.mask[query, key], !head.filter.hides(query: query, key: key),
            let level = painter.intensity(value).map(Double.init), level >= Self.least
          else { return nil }
          let color = own.map { paper.mixed(with: $0, share: Float(level)) } ?? painter.color(value)
          return Stroke(query: query, key: key, strength: level, color: color)
        }
      }
    }
  }

  private var paper: Color { appearance.presentation?.theme.background ?? Theme.dark.background }

  func draw(on canvas: inout Canvas) {
    guard let computation = state.computation, let head = HeadPicture(state: state, computation: computation) else {
      return
    }
    let layout = layout
    drawHeading(layout, on: &canvas)
    if appearance.isVector {
      // Nothing cuts off what lies beyond the area.
      let whole = strokes.filter { layout.queries.contains($0.query) && layout.keys.contains($0.key) }
      let lines = whole.map { line($0, layout) }.sorted { $0.strength < $1.strength }
      canvas.add(FineCurves(area: layout.field, curves: lines))
    } else {
      let seen = strokes.filter { layout.queries.contains($0.query) || layout.keys.contains($0.key) }
      var field = LineField(area: layout.field, appearance: appearance)
      field.add(seen.map { line($0, layout) })
      field.draw(on: &canvas)
    }
    for query in layout.queries { drawQuery(query, of: head, layout, on: &canvas) }
    for key in layout.keys { drawKey(key, of: head, layout, on: &canvas) }
    if let list = layout.list {
      let painter = HeatPainter(
        appearance: appearance, colors: state.colors, top: state.top(of: state.head, in: computation))
      BarList(head: head, painter: painter, area: list).draw(on: &canvas)
    }
  }

  private func line(_ stroke: Stroke, _ layout: LinesLayout) -> FineCurves.Curve {
    FineCurves.Curve(
      start: layout.middle(of: stroke.query, among: layout.queries),
      end: layout.middle(of: stroke.key, among: layout.keys), strength: stroke.strength, color: stroke.color)
  }

  /// A press of a name marks it; one of a bar marks its key.
  func press(at point: Point) -> Resolution {
    let layout = layout
    if let (position, isKey) = layout.name(at: point) {
      return .action(.selectPair(query: isKey ? state.query : position, key: isKey ? position : state.key))
    }
    guard let pair = BarList.pair(at: point, in: layout.list, state, appearance) else { return .ignored }
    return .action(.selectPair(query: pair.query, key: pair.key))
  }

  /// What stands left and right, and the heads in their colours.
  private func drawHeading(_ layout: LinesLayout, on canvas: inout Canvas) {
    let (row, glyphs) = (area.row, appearance.glyphs)
    let dim = Style(attributes: .dim)
    canvas.draw("query", column: max(layout.field.column - 6, area.column), row: row, style: dim)
    canvas.draw("key", column: layout.field.endColumn + 1, row: row, style: dim)
    guard heads.count > 1 else { return }
    var column = layout.field.column
    for head in heads {
      let name = state.shortName(of: head)
      guard column + name.count + 2 <= layout.field.endColumn else {
        canvas.draw(Signs(appearance).ellipsis, column: column, row: row, glyphs: glyphs)
        break
      }
      let style = Style(
        foreground: color(of: head) ?? .standard, attributes: head == state.head ? [.bold, .underline] : .bold)
      column += canvas.draw(name, column: column, row: row, style: style, glyphs: glyphs) + 2
    }
  }

  private func drawQuery(_ query: Int, of head: HeadPicture, _ layout: LinesLayout, on canvas: inout Canvas) {
    guard let row = layout.row(of: query, among: layout.queries) else { return }
    let glyphs = appearance.glyphs
    let name = Words.cut(TokenText.plain(head.queryTokens[query], glyphs: glyphs), to: layout.labels, glyphs: glyphs)
    canvas.draw(
      name, column: layout.field.column - 1 - displayWidth(of: name, glyphs: glyphs), row: row,
      style: style(query == head.query, isPad: head.isPad(query: query)), glyphs: glyphs)
  }

  private func drawKey(_ key: Int, of head: HeadPicture, _ layout: LinesLayout, on canvas: inout Canvas) {
    guard let row = layout.row(of: key, among: layout.keys) else { return }
    let glyphs = appearance.glyphs
    let name = Words.cut(TokenText.plain(head.tokens[key], glyphs: glyphs), to: layout.labels, glyphs: glyphs)
    canvas.draw(
      name, column: layout.field.endColumn + 1, row: row, style: style(key == head.key, isPad: head.isPad(key)),
      glyphs: glyphs)
  }

  private func style(_ isMarked: Bool, isPad: Bool) -> Style {
    Style(attributes: isMarked ? [.bold, .reverse] : isPad ? .dim : [])
  }
}
