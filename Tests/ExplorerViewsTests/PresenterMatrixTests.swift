import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct PresenterMatrixTests {
  private func appearance(_ theme: Theme) -> Appearance {
    var appearance = Synthetic.truecolor
    appearance.presentation = Presentation(theme: theme)
    return appearance
  }

  /// A name is never a sign alone: where it does not fit above its column it has its first letters, or it is turned.
  @Test func namesOfKeysAreLetters() {
    for columns in 40...120 {
      for length in 1...20 {
        var state = Synthetic.state(words: (0..<length).map { "word\($0)" })
        (state.view, state.query) = (.head, 1)
        let size = Size(columns: columns, rows: 30)
        let appearance = appearance(.dark)
        let area = HeadPresenter.matrixArea(
          of: Frame(presenting: size, state).main, state, .unicode)
        let names = state.encoding?.input.tokens ?? []
        guard
          let layout = PresenterMatrixLayout(names: names, isBottomUp: false, appearance: appearance, area: area)
        else { continue }
        var canvas = Canvas(size: size)
        layout.drawKey("word0", 1, style: .plain, glyphs: .unicode, on: &canvas)
        let letters = canvas.text.filter { $0.isLetter }
        #expect(letters.hasPrefix("wor"), "\(columns) columns, \(length) words: \(letters)")
      }
    }
  }

  /// Cells may end in the middle of rows: then all the room is used, and every cell has its colour.
  @Test func rowsAreAsHighAsTheyFit() throws {
    let names = (0..<10).map { "w\($0)" }
    let area = Rect(column: 0, row: 0, columns: 60, rows: 20)
    let layout = try #require(
      PresenterMatrixLayout(names: names, isBottomUp: false, appearance: appearance(.dark), area: area))
    // 19 rows are 38 halves: three for each of ten.
    #expect(layout.hasHalves && layout.halves.count == 15)
    #expect(layout.halves[1].upper == 0 && layout.halves[1].lower == 1)
    let matrix = PresenterMatrix(
      painter: HeatPainter(appearance: appearance(.dark), colors: "grey", top: 1), names: names,
      value: { row, _ in Float(row) / 10 }, text: { _, _ in "" }, spotlight: .none)
    var canvas = Canvas(size: Size(columns: 60, rows: 20))
    #expect(matrix.draw(in: area, on: &canvas))
    let column = layout.rect(0, 0).column + 1
    let colors = (1..<16).flatMap { row -> [Color] in
      let cell = canvas[column, row]
      return cell.base == 0x2580
        ? [cell.style.foreground, cell.style.background] : [cell.style.background, cell.style.background]
    }
    for half in 0..<30 { #expect(colors[half] == ColorScale.grey.color(at: Float(half / 3) / 10), "half \(half)") }
    for row in 0..<10 { #expect(layout.cell(at: Point(column: column, row: layout.rect(row, 0).row))?.row == row) }
  }
}
