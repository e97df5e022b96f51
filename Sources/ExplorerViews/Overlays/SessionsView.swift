import Canvas
import Explorer
import UserInput

/// The sessions there are, and what happens in the marked one.
struct SessionsView {
  let state: State
  let browser: SessionBrowser
  let appearance: Appearance
  let size: Size

  func draw(on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let signs = Signs(appearance)
    let frame = Frame(state: state, size: size)
    canvas.draw(heading, column: 0, row: 0, style: Style(attributes: .bold), width: size.columns, glyphs: glyphs)
    if let sessions = browser.sessions, !sessions.isEmpty {
      for (row, index) in visible(sessions.count).enumerated() {
        draw(sessions[index], isMarked: index == browser.marked, row: row + 1, on: &canvas)
      }
    } else {
      let words =
        browser.sessions == nil
        ? "looking for sessions" + signs.ellipsis
        : browser.filter.isEmpty
          ? "there are no sessions yet: what you explore is recorded here" : "no session has these words"
      canvas.draw(words, column: 2, row: 1, style: Style(attributes: .dim), width: size.columns - 2, glyphs: glyphs)
    }
    if previewRows > 0 { drawPreview(row: size.rows - 2 - previewRows, rows: previewRows, on: &canvas) }
    if let notice = state.notice {
      canvas.draw(
        Words.cut(notice, to: size.columns, glyphs: glyphs), column: 0, row: size.rows - 2,
        style: Style(attributes: .bold), glyphs: glyphs)
    }
    HintLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
    PromptLine(state: state, appearance: appearance, frame: frame).draw(on: &canvas)
  }

  private var previewRows: Int {
    let rows = size.rows - 3
    return rows >= 12 ? rows / 3 : 0
  }

  /// The sessions that are on the screen, from its second row on.
  private func visible(_ count: Int) -> Range<Int> {
    let rows = size.rows - 3 - previewRows - (previewRows > 0 ? 1 : 0)
    return GridLayout.visible(count: count, around: browser.marked, room: max(rows, 1))
  }

  /// Which session lies at a point.
  func session(at point: Point) -> Int? {
    let shown = visible(browser.sessions?.count ?? 0)
    let index = shown.lowerBound + point.row - 1
    return shown.contains(index) ? index : nil
  }

  private var heading: String {
    var count = "Sessions"
    if let sessions = browser.sessions {
      let kinds: [(SessionChoice.Origin, String)] = [(.own, "session"), (.lesson, "lesson"), (.example, "example")]
      let parts = kinds.map { origin, word in
        let count = sessions.count { $0.origin == origin }
        return count > 0 || sessions.isEmpty && origin == .own ? Words.count(count, word) : nil
      }
      count = parts.compactMap(\.self).joined(separator: ", ")
    }
    return count + (browser.filter.isEmpty ? "" : " with \"\(browser.filter)\"")
  }

  /// Title, marks, model, length and date, as many as fit.
  private func draw(_ session: SessionChoice, isMarked: Bool, row: Int, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let style = Style(attributes: isMarked ? [.bold, .reverse] : [])
    canvas.fill(Rect(column: 0, row: row, columns: size.columns, rows: 1), with: Cell(base: " ", style: style))
    let length = Words.clock(session.seconds)
    let date =
      session.origin != .own ? "comes with it   " : String(session.created.prefix(16).map { $0 == "T" ? " " : $0 })
    var right = String(repeating: " ", count: max(7 - length.count, 0)) + length
    if size.columns >= 60 { right += "  " + (date.isEmpty ? String(repeating: " ", count: 16) : date) }
    if size.columns >= 90 {
      let model = Words.cut(session.model, to: 24, glyphs: glyphs)
      right = model + String(repeating: " ", count: max(24 - displayWidth(of: model, glyphs: glyphs), 0)) + right
    }
    let start = size.columns - right.count - 1
    var title = session.title.isEmpty ? session.name : session.title
    if !session.marks.isEmpty {
      title += "  " + (session.marks.count == 1 ? "1 mark" : "\(session.marks.count) marks")
    }
    canvas.draw(
      Words.cut("\(isMarked ? Signs(appearance).marker : " ") \(title)", to: max(start - 1, 0), glyphs: glyphs),
      column: 0, row: row,
      style: style, glyphs: glyphs)
    canvas.draw(right, column: start, row: row, style: style, glyphs: glyphs)
  }

  private func drawPreview(row: Int, rows: Int, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    for column in 0..<size.columns {
      canvas[column, row - 1] = Cell(base: glyphs == .unicode ? "─" : "-", style: Style(attributes: .dim))
    }
    if let session = browser.choice {
      let marks = session.marks.isEmpty ? [] : ["marks: " + session.marks.joined(separator: ", ")]
      let words = [session.model, Words.count(session.actions, "action")] + marks
      canvas.draw(
        Words.cut(" \(words.joined(separator: Signs(appearance).separator)) ", to: size.columns - 4, glyphs: glyphs),
        column: 2, row: row - 1, style: Style(attributes: .dim), glyphs: glyphs)
    }
    for (index, line) in browser.preview.prefix(rows).enumerated() {
      canvas.draw(
        Words.cut(line, to: size.columns - 2, glyphs: glyphs), column: 2, row: row + index, glyphs: glyphs)
    }
  }
}
