import Activations
import Canvas
import Explorer
import UserInput

/// All heads, a row for each layer, coloured by how far training has changed their attention, or by how much they matter for the loss.
struct ChangeGrid {
  /// What the colours stand for.
  enum Number { case change, importance }

  let state: State
  let appearance: Appearance
  let area: Rect
  let number: Number
  /// Whether digits are so large that a class can read them, or are left out.
  let isPresented: Bool
  private let labelColumns: Int
  private let cell: Size
  private let layers: Range<Int>
  private let heads: Range<Int>
  private let hasTitle: Bool

  init(state: State, appearance: Appearance, area: Rect, number: Number = .change, isPresented: Bool = false) {
    self.state = state
    self.appearance = appearance
    self.area = area
    self.number = number
    self.isPresented = isPresented
    let (layerCount, headCount) = (max(state.model.layers, 1), max(state.model.heads, 1))
    labelColumns = area.columns >= 16 ? "L\(layerCount - 1 + state.countFrom) ".count : 0
    let room = max(area.columns - labelColumns, 1)
    // All layers are worth more than words about them.
    hasTitle = !isPresented && area.rows > 2 && area.rows != layerCount
    let rows = max(area.rows - (hasTitle ? 1 : 0), 1)
    let largest = isPresented ? Size(columns: 16, rows: 8) : Size(columns: 9, rows: area.rows >= 10 ? 3 : 1)
    cell = Size(
      columns: max(min(room / headCount, largest.columns), 1), rows: max(min(rows / layerCount, largest.rows), 1))
    layers = GridLayout.visible(count: state.model.layers, around: state.head.layer, room: rows / cell.rows)
    heads = GridLayout.visible(count: state.model.heads, around: state.head.head, room: room / cell.columns)
  }

  private var top: Int { area.row + (hasTitle ? 1 : 0) }

  private func rect(_ head: HeadIndex) -> Rect? {
    guard layers.contains(head.layer), heads.contains(head.head) else { return nil }
    // A gap between heads, where there is room for one.
    return Rect(
      column: area.column + labelColumns + (head.head - heads.lowerBound) * cell.columns,
      row: top + (head.layer - layers.lowerBound) * cell.rows,
      columns: max(cell.columns - (cell.columns > 2 ? 1 : 0), 1),
      rows: cell.rows)
  }

  func head(at point: Point) -> HeadIndex? {
    for layer in layers {
      for head in heads {
        let index = HeadIndex(layer: layer, head: head)
        if rect(index)?.contains(point) == true { return index }
      }
    }
    return nil
  }

  func draw(on canvas: inout Canvas) {
    guard area.rows > 0, area.columns > 0 else { return }
    if hasTitle {
      canvas.draw(
        Words.fitting(title, in: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
        style: Style(attributes: .bold), glyphs: appearance.glyphs)
    }
    let values = number == .change ? changes : importances
    let painter = HeatPainter(
      appearance: appearance, colors: state.colors, top: number == .change ? state.topOfChange : 1)
    for layer in layers {
      if labelColumns > 0, let rect = rect(HeadIndex(layer: layer, head: heads.lowerBound)) {
        canvas.draw(
          "L\(layer + state.countFrom)", column: area.column, row: rect.row + (rect.rows - 1) / 2,
          style: Style(attributes: layer == state.head.layer ? [.bold, .reverse] : isPresented ? .bold : .dim),
          width: labelColumns - 1)
      }
      for head in heads {
        let index = HeadIndex(layer: layer, head: head)
        guard let rect = rect(index) else { continue }
        let value = values.flatMap {
          $0.indices.contains(layer) && $0[layer].indices.contains(head) ? $0[layer][head] : nil
        }
        draw(index, value, painter, in: rect, on: &canvas)
      }
    }
  }

  // MARK: Numbers

  private var changes: [[Double]]? {
    state.shownChange.map { change in change.heads.map { $0.map { $0[state.training.measure] } } }
  }

  /// As shares of the largest.
  private var importances: [[Double]]? {
    state.headImportance.map { importance in
      let largest = importance.heads.joined().filter(\.isFinite).max() ?? 0
      return importance.heads.map { $0.map { largest > 0 ? $0 / largest : $0 } }
    }
  }

  // MARK: Words

  private var title: [String] { number == .change ? titleOfChange : titleOfImportance }

  private var titleOfChange: [String] {
    let all = state.model.layers * state.model.heads
    guard let learning = state.learning, learning.snapshot != nil else {
      return ["Change of \(all) heads: nothing has been trained", "Change of the heads"]
    }
    let isMean = state.training.ground == .heldOut
    let mean = isMean ? ", mean over \(state.measuredWords)" : ""
    guard let changes = state.shownChange else {
      return ["Change of \(all) heads\(mean)", "Change of \(all) heads"].map { $0 + Signs(appearance).ellipsis }
    }
    let name = state.training.measure == .cosine ? "1 - cosine" : "largest difference"
    let step = changes.step
    guard changes.changed > 0 else {
      return [
        "After step \(step)\(mean): \(all) heads, change exactly 0", "\(all) heads, change exactly 0",
        "change exactly 0",
      ]
    }
    let largest = Words.fixed(changes.largest(by: state.training.measure), 2)
    if isMean {
      return [
        "After step \(step)\(mean): \(name) up to \(largest)", "Step \(step)\(mean): up to \(largest)",
        "Mean of \(learning.facts?.measured ?? 0), step \(step): up to \(largest)", "Mean: up to \(largest)",
      ]
    }
    return [
      "After step \(step): \(changes.changed) of \(all) heads changed; \(name) up to \(largest)",
      "Step \(step): \(changes.changed) of \(all) changed, up to \(largest)", "\(name) up to \(largest)",
    ]
  }

  private var titleOfImportance: [String] {
    let name = "Importance of each head for the loss"
    guard let importance = state.headImportance else {
      return ["\(name): \(state.whereImportanceIs)", "Importance: \(state.whereImportanceIs)", "Importance"]
    }
    let largest = importanceWords(importance.heads.joined().filter(\.isFinite).max() ?? 0)
    let step = importance.step == state.learning?.snapshot ? "" : ", after step \(importance.step)"
    return [
      "\(name), mean over \(state.measuredWords)\(step); 1 stands for \(largest)",
      "\(name)\(step); 1 stands for \(largest)", "\(name)\(step); 1 is \(largest)",
      "Importance\(step); 1 is \(largest)",
    ]
  }

  // MARK: Cells

  /// A head whose number is being worked out.
  private func drawUnknown(_ isMarked: Bool, in rect: Rect, on canvas: inout Canvas) {
    canvas.draw(
      Signs(appearance).dot, column: rect.column + (rect.columns - 1) / 2, row: rect.row + (rect.rows - 1) / 2,
      style: Style(attributes: isMarked ? [.bold, .reverse] : .dim), glyphs: appearance.glyphs)
  }

  /// Exactly 0, where nothing else says so: a dark cell may hold a little, and without colours it would be no cell at all.
  private func drawZero(in rect: Rect, _ painter: HeatPainter, on canvas: inout Canvas) {
    canvas.draw(
      "0", column: rect.column + (rect.columns - 1) / 2, row: rect.row + (rect.rows - 1) / 2,
      style: appearance.hasHeatColors ? painter.style(0) : .plain)
  }

  private func draw(
    _ head: HeadIndex, _ value: Double?, _ painter: HeatPainter, in rect: Rect, on canvas: inout Canvas
  ) {
    let isMarked = head == state.head
    // Before anything is trained, nothing has changed; that is no number yet.
    let isExpected = number == .importance || state.learning?.snapshot != nil
    guard value != nil || !isExpected else { return drawUnknown(isMarked, in: rect, on: &canvas) }
    let intensity = value.map { Float($0) } ?? 0
    canvas.fill(rect, with: painter.cell(intensity))
    if isPresented {
      // Exactly 0 is said otherwise than what is only small.
      let text = value.map { $0 == 0 ? "0" : LargeNumber.share(Float($0)) } ?? ""
      LargeNumber(appearance.hasHeatColors ? text : "").draw(
        in: rect, on: painter.style(intensity).background, isMarked: isMarked, glyphs: appearance.glyphs,
        canvas: &canvas)
      if value == 0, !isMarked, !appearance.hasHeatColors || rect.rows < BigText.rows {
        drawZero(in: rect, painter, on: &canvas)
      }
      return
    }
    if cell.columns >= 4, let value {
      var style = appearance.hasHeatColors ? painter.style(intensity) : .plain
      if isMarked { style.attributes = appearance.hasHeatColors ? [.bold, .underline] : [.bold, .reverse] }
      let short = Words.change(Float(value), width: cell.columns < 6 ? 3 : cell.columns - 1)
      canvas.draw(
        short, column: rect.column + max((rect.columns - short.count) / 2, 0), row: rect.row + (rect.rows - 1) / 2,
        style: style, width: rect.columns)
    } else if value == 0, !isMarked {
      drawZero(in: rect, painter, on: &canvas)
    } else if isMarked {
      var style = canvas[rect.column, rect.row].style
      if appearance.depth == .none { style.attributes.insert(.reverse) } else { style.foreground = HeatPainter.cursor }
      canvas.draw(
        appearance.glyphs == .unicode ? "◆" : "@", column: rect.column, row: rect.row, style: style,
        glyphs: appearance.glyphs)
    }
    guard isMarked, cell.columns > 2, rect.column > area.column else { return }
    let color = appearance.depth == .none ? Color.standard : HeatPainter.cursor
    canvas.draw(
      appearance.glyphs == .unicode ? "▐" : "[", column: rect.column - 1, row: rect.row + (rect.rows - 1) / 2,
      style: Style(foreground: color, attributes: .bold), glyphs: appearance.glyphs)
  }
}
