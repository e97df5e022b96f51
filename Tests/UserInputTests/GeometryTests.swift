import Testing
import UserInput

@Suite struct GeometryTests {
  @Test func rectanglesDoNotOverflow() {
    let rect = Rect(column: .max - 1, row: .min, columns: .max, rows: .max)
    #expect(rect.endColumn == .max)
    #expect(rect.endRow == -1)
    #expect(Rect(column: 0, row: 0, columns: 3, rows: 3).inset(left: .max, right: .max).isEmpty)
    #expect(
      Rect(column: 2, row: 2, columns: 4, rows: 4).intersection(Rect(column: 4, row: 0, columns: 9, rows: 3))
        == Rect(column: 4, row: 2, columns: 2, rows: 1))
    #expect(
      Rect(column: 0, row: 0, columns: 2, rows: 2).intersection(Rect(column: 2, row: 0, columns: 2, rows: 2)).isEmpty)
  }
}
