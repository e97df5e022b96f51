import Activations
import Canvas
import Explorer
import Insights
import Support
import UserInput

/// One head, token by token: queries down, keys across, a crosshair, and the chosen query's row as bars.
struct HeadView {
  let state: State
  let appearance: Appearance
  let area: Rect
  /// Beside the grid it is smaller and does without bars.
  let isPreview: Bool
  let layout: HeadLayout
  /// What is drawn instead of the selected head, and what the end of the colours stands for.
  let picture: (head: HeadPicture, top: Float)?

  init(
    state: State, appearance: Appearance, area: Rect, isPreview: Bool = false, hasBars: Bool = true,
    picture: (head: HeadPicture, top: Float)? = nil
  ) {
    self.picture = picture
    self.state = state
    self.appearance = appearance
    self.area = area
    self.isPreview = isPreview
    layout = HeadLayout(
      state: state, appearance: appearance, area: area, isPreview: isPreview, hasBars: hasBars)
  }

  func draw(on canvas: inout Canvas) {
    guard let computation = state.computation,
      let head = picture?.head ?? HeadPicture(state: state, computation: computation)
    else { return }
    var painter = HeatPainter(
      appearance: appearance, colors: state.colors, top: picture?.top ?? state.top(of: state.head, in: computation))
    // All of it is sent again with every key.
    if isPreview, appearance.hasHeatColors, !appearance.isVector { painter.levels = 16 }
    drawAxes(head, on: &canvas)
    switch layout.cell {
    case .number, .block: drawCells(head, painter, on: &canvas)
    case .dot, .pooled: drawDots(head, painter, on: &canvas)
    }
    drawHiddenMass(head, on: &canvas)
    if let list = layout.list { BarList(head: head, painter: painter, area: list).draw(on: &canvas) }
    if let whole = layout.whole {
      WholeHead(state: state, painter: painter, area: whole, queries: layout.queries, keys: layout.keys)
        .draw(head, on: &canvas)
    }
    if let far = layout.far {
      FarPairsList(state: state, appearance: appearance, area: far).draw(computation, on: &canvas)
    }
    if let strip = layout.strip { drawStrip(head, painter, in: strip, on: &canvas) }
    if let layer = layout.layer {
      LayerHeadsView(state: state, appearance: appearance, area: layer).draw(computation, on: &canvas)
    }
  }

  /// The pair that lies at a point: a cell, or the bar of a key.
  func pair(at point: Point) -> (query: Int, key: Int)? {
    if let pair = layout.pair(at: point, appearance: appearance) { return pair }
    if let far = layout.far, far.contains(point) {
      return FarPairsList(state: state, appearance: appearance, area: far).pair(at: point)
    }
    return BarList.pair(at: point, in: layout.list, state, appearance, of: picture?.head)
  }

  // MARK: Axes

  private func drawAxes(_ head: HeadPicture, on canvas: inout Canvas) {
    let signs = Signs(appearance)
    let dim = Style(attributes: .dim)
    let corner = layout.labelColumns >= 12 ? "query\(signs.down) key\(signs.arrow)" : "q\(signs.down) k\(signs.arrow)"
    canvas.draw(corner, column: area.column, row: layout.matrix.row - 1, style: dim, width: layout.labelColumns)
    switch layout.cell {
    case .number: for key in layout.keys { drawKey(key, of: head, on: &canvas) }
    case .block: for key in layout.keys { drawKeyDownwards(key, of: head, on: &canvas) }
    case .dot, .pooled: drawMarkedKey(head, on: &canvas)
    }
    let perRow = HeadLayout.queriesPerRow(layout.cell, appearance)
    if perRow > 1 || layout.cell == .dot { drawTicks(perRow, on: &canvas) }
    if layout.saysPooling {
      let room = (layout.list?.column ?? layout.area.endColumn) - layout.matrix.column
      canvas.draw(
        Words.fitting(
          poolingWords(head), in: room,
          glyphs: appearance.glyphs), column: layout.matrix.column, row: area.row, style: dim,
        glyphs: appearance.glyphs)
    }
    for query in layout.queries where layout.cell == .number || layout.cell == .block || query == head.query {
      let row =
        layout.matrix.row + (query - layout.queries.lowerBound) / perRow * layout.cellRows + (layout.cellRows - 1) / 2
      let label = Words.cut(
        TokenText.plain(head.queryTokens[query], glyphs: appearance.glyphs), to: layout.labelColumns - 1,
        glyphs: appearance.glyphs)
      let width = displayWidth(of: label, glyphs: appearance.glyphs)
      canvas.draw(
        label, column: layout.matrix.column - 1 - width, row: row,
        style: labelStyle(query: query, head, isMarked: query == head.query),
        glyphs: appearance.glyphs)
    }
  }

  /// Positions beside every fifth row, where there is no room for the tokens themselves.
  private func drawTicks(_ perRow: Int, on canvas: inout Canvas) {
    for row in stride(from: 0, to: layout.matrix.rows, by: 5) {
      let label = "\(layout.queries.lowerBound + row * perRow + state.countFrom)"
      canvas.draw(
        label, column: max(layout.matrix.column - 1 - label.count, area.column), row: layout.matrix.row + row,
        style: Style(attributes: .dim))
    }
  }

  private func labelStyle(query: Int, _ head: HeadPicture, isMarked: Bool) -> Style {
    guard head.encoding.isCross else { return labelStyle(query, head, isMarked: isMarked) }
    return isMarked && !isPreview
      ? Style(attributes: [.bold, .reverse]) : Style(attributes: head.isPad(query: query) ? .dim : [])
  }

  private func labelStyle(_ position: Int, _ head: HeadPicture, isMarked: Bool) -> Style {
    if isMarked && !isPreview { return Style(attributes: [.bold, .reverse]) }
    let isHidden = head.filter.hides(query: position) && head.filter.hides(key: position)
    return Style(attributes: head.isPad(position) || isHidden ? .dim : [])
  }

  private func column(of key: Int) -> Int {
    layout.matrix.column + (key - layout.keys.lowerBound) / HeadLayout.keysPerColumn(layout.cell) * layout.cellColumns
  }

  private func drawKey(_ key: Int, of head: HeadPicture, on canvas: inout Canvas) {
    let label = Words.cut(
      TokenText.plain(head.tokens[key], glyphs: appearance.glyphs), to: layout.cellColumns - 1,
      glyphs: appearance.glyphs)
    canvas.draw(
      label, column: column(of: key), row: layout.matrix.row - 1,
      style: labelStyle(key, head, isMarked: key == head.key), glyphs: appearance.glyphs)
  }

  /// One character below the other, ending at the matrix.
  private func drawKeyDownwards(_ key: Int, of head: HeadPicture, on canvas: inout Canvas) {
    let text = TokenText.plain(head.tokens[key], glyphs: appearance.glyphs)
    let characters = Array(text.prefix(layout.labelRows))
    let middle = (layout.cellColumns - 1) / 2
    for (index, character) in characters.enumerated() {
      let isCut = index == layout.labelRows - 1 && text.count > layout.labelRows
      canvas.draw(
        isCut ? Signs(appearance).ellipsis : String(character), column: column(of: key) + middle,
        row: layout.matrix.row - characters.count + index, style: labelStyle(key, head, isMarked: key == head.key),
        width: layout.cellColumns - middle, glyphs: appearance.glyphs)
    }
  }

  private func drawMarkedKey(_ head: HeadPicture, on canvas: inout Canvas) {
    guard layout.keys.contains(state.key) else { return }
    let sign = Signs(appearance).below
    let token = TokenText.plain(head.tokens[state.key], glyphs: appearance.glyphs)
    let label = Words.cut(
      token, to: max(layout.area.endColumn - layout.matrix.column - 2, 1), glyphs: appearance.glyphs)
    let width = displayWidth(of: label, glyphs: appearance.glyphs)
    let place = column(of: state.key)
    let isRight = place + 2 + width <= layout.area.endColumn
    canvas.draw(
      isRight ? sign + label : label + sign, column: isRight ? place : max(place - width, layout.matrix.column),
      row: layout.matrix.row - 1, style: labelStyle(state.key, head, isMarked: !isPreview), glyphs: appearance.glyphs)
  }

  // MARK: Matrix

  private func drawCells(_ head: HeadPicture, _ painter: HeatPainter, on canvas: inout Canvas) {
    for query in layout.queries {
      let top = layout.matrix.row + (query - layout.queries.lowerBound) * layout.cellRows
      for key in layout.keys {
        let probability = head.shown(query, key)
        let rect = Rect(column: column(of: key), row: top, columns: layout.cellColumns, rows: layout.cellRows)
        let isHidden = head.filter.hides(query: query, key: key)
        if isHidden {
          if query == head.query, key == head.key, !isPreview { drawHiddenMark(in: rect, on: &canvas) }
          continue
        }
        painter.fill(rect, with: probability, isWritten: layout.cell == .number, on: &canvas)
        let isMarked = query == head.query && key == head.key && !isPreview
        let isEdited = head.isEditedByHand(query, key)
        if layout.cell == .number {
          drawNumber(probability, painter, in: rect, isMarked: isMarked, isEdited: isEdited, on: &canvas)
        } else if isMarked {
          drawMark(in: rect, probability, painter, on: &canvas)
        } else if isEdited {
          canvas.draw(
            probability == nil ? Signs(appearance).blockedByHand : "+", column: rect.column, row: rect.row,
            style: painter.style(probability), glyphs: appearance.glyphs)
        }
      }
    }
  }

  private func drawNumber(
    _ probability: Float?, _ painter: HeatPainter, in rect: Rect, isMarked: Bool, isEdited: Bool,
    on canvas: inout Canvas
  ) {
    var style = painter.style(probability)
    let signs = Signs(appearance)
    let number = probability.map { Words.fixed(Double($0), 2) } ?? (isEdited ? signs.blockedByHand : signs.dot)
    let row = rect.row + (rect.rows - 1) / 2
    let decorated =
      isMarked ? "[" + (rect.columns > number.count + 1 ? number : String(number.dropFirst())) + "]" : number
    let column = rect.column + (rect.columns - decorated.count) / 2
    if isMarked { style.attributes = appearance.hasHeatColors ? [.bold] : [.bold, .reverse] }
    canvas.draw(decorated, column: column, row: row, style: style, width: rect.columns, glyphs: appearance.glyphs)
    if isEdited, probability != nil, column + decorated.count < rect.endColumn {
      canvas.draw("+", column: column + decorated.count, row: row, style: style)
    }
  }

  /// The cursor on a pair that is hidden from the picture.
  private func drawHiddenMark(in rect: Rect, on canvas: inout Canvas) {
    canvas.draw(
      rect.columns > 2 ? "[ ]" : "[]", column: rect.column + max(0, (rect.columns - 3) / 2),
      row: rect.row + (rect.rows - 1) / 2, style: Style(attributes: .bold), width: rect.columns)
  }

  private func drawMark(in rect: Rect, _ probability: Float?, _ painter: HeatPainter, on canvas: inout Canvas) {
    var style = painter.style(probability)
    style.attributes = appearance.hasHeatColors ? [.bold] : [.bold, .reverse]
    canvas.draw(
      "[]", column: rect.column + (rect.columns - 2) / 2, row: rect.row + (rect.rows - 1) / 2, style: style,
      width: rect.columns)
  }

  private func drawDots(_ head: HeadPicture, _ painter: HeatPainter, on canvas: inout Canvas) {
    let perColumn = HeadLayout.keysPerColumn(layout.cell)
    let dotsPerRow = appearance.hasHalfBlocks ? 2 : 1
    let perDot = HeadLayout.queriesPerRow(layout.cell, appearance) / dotsPerRow
    let image = image(of: head, pooling: (perDot, perColumn))
    let cursor = (
      column: (state.key - layout.keys.lowerBound) / perColumn, row: (state.query - layout.queries.lowerBound) / perDot
    )
    painter.draw(
      image, on: &canvas, column: layout.matrix.column, row: layout.matrix.row, cursor: isPreview ? nil : cursor)
    if appearance.isVector, perColumn > 1, head.shown.whole != nil {
      let pairs = HeatImage(
        head.shown, mask: head.mask, queries: layout.queries, keys: layout.keys, pooling: (1, 1), filter: head.filter)
      let marked = (column: state.key - layout.keys.lowerBound, row: state.query - layout.queries.lowerBound)
      canvas.add(
        painter.finePicture(
          pairs, column: layout.matrix.column, halfRow: layout.matrix.row * 2, columns: image.columns,
          halfRows: image.rows * 2 / dotsPerRow, cursor: isPreview ? nil : marked))
    }
  }

  /// What a cell is that stands for several pairs.
  private func poolingWords(_ head: HeadPicture) -> [String] {
    let factor = HeadLayout.keysPerColumn(layout.cell)
    return head.coarse?.pooling == .share && factor >= MatrixExtent(state).step
      ? PoolingWords.shares(factor) : PoolingWords.wordings(factor, appearance.glyphs)
  }

  /// What is on the screen in dots: from what is held of a head in coarse cells, where its rows are computed as they are looked at and
  /// a dot stands for whole cells of that.
  private func image(of head: HeadPicture, pooling: (queries: Int, keys: Int)) -> HeatImage {
    let step = MatrixExtent(state).step
    guard head.shown.whole == nil, pooling.keys > 1, pooling.keys % step == 0 else {
      return HeatImage(
        head.shown, mask: head.mask, queries: layout.queries, keys: layout.keys, pooling: pooling, filter: head.filter)
    }
    func dots(_ range: Range<Int>) -> Int { (range.count + pooling.keys - 1) / pooling.keys }
    return head.coarse.map {
      HeatImage($0, queries: layout.queries, keys: layout.keys, pooling: pooling.keys, filter: head.filter)
    } ?? HeatImage(columns: dots(layout.keys), rows: dots(layout.queries))
  }

  /// How much of each row is hidden, beside it.
  private func drawHiddenMass(_ head: HeadPicture, on canvas: inout Canvas) {
    let column = layout.matrix.endColumn + 1
    guard head.filter.isActive, !isPreview, layout.cell == .number || layout.cell == .block,
      column + 6 < layout.list?.column ?? layout.area.endColumn
    else { return }
    canvas.draw("hidden", column: column, row: layout.matrix.row - 1, style: Style(attributes: .dim))
    guard let mass = head.hiddenMass else { return }
    for query in layout.queries where !head.filter.hides(query: query) {
      let row = layout.matrix.row + (query - layout.queries.lowerBound) * layout.cellRows + (layout.cellRows - 1) / 2
      canvas.draw(Words.fixed(mass[query], 2), column: column, row: row)
    }
  }

  // MARK: The chosen query's row

  private func drawStrip(_ head: HeadPicture, _ painter: HeatPainter, in strip: Rect, on canvas: inout Canvas) {
    let levels = Signs(appearance).levels
    let steps = levels.count - 1
    let perColumn = HeadLayout.keysPerColumn(layout.cell)
    let most = head.largestOfRow
    canvas.draw(
      "row", column: max(strip.column - 4, area.column), row: strip.endRow - 1, style: Style(attributes: .dim), width: 3
    )
    for start in stride(from: layout.keys.lowerBound, to: layout.keys.upperBound, by: perColumn) {
      let keys = start..<min(start + perColumn, layout.keys.upperBound)
      let shown = keys.filter { !head.filter.hides(query: state.query, key: $0) }
      let largest = shown.compactMap { head.shown(state.query, $0) }.reduce(Float(0)) { $0.pooled(with: $1) }
      let share = most > 0 && largest.isFinite ? largest / most : 0
      let height = Int(saturating: share * Float(strip.rows * steps), rule: .up)
      let isMarked = keys.contains(state.key)
      for row in 0..<strip.rows {
        let level = min(max((height ?? 0) - row * steps, 0), steps)
        let width = max(layout.cellColumns - (layout.cellColumns > 1 ? 1 : 0), 1)
        let rect = Rect(column: column(of: start), row: strip.endRow - 1 - row, columns: width, rows: 1)
        if let odd = OddValue(largest), row == 0 {
          canvas.fill(rect, with: painter.cell(odd))
        } else {
          canvas.fill(rect, with: Cell(base: levels[level], style: Style(attributes: isMarked ? .bold : [])))
        }
      }
    }
  }
}
