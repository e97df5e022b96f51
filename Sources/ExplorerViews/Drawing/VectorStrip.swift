import Canvas
import Explorer
import UserInput

/// A vector as a strip of colours, from its first number to its last.
struct VectorStrip {
  let painter: any ValuePainter

  /// From this width on a number is written in its cell.
  static let numberColumns = 6

  /// The columns that a vector would take at most: room for its numbers where it has few.
  static func idealColumns(_ count: Int) -> Int { count <= 8 ? count * 8 : count * 3 }

  /// Draws a vector in one row; numbers that have to share a cell are stood for by the one of the largest magnitude.
  func draw(_ vector: [Float], column: Int, row: Int, columns: Int, on canvas: inout Canvas) {
    guard columns > 0, !vector.isEmpty else { return }
    let each = columns / vector.count
    if each >= VectorStrip.numberColumns {
      drawNumbers(vector, column: column, row: row, each: min(each, 9), on: &canvas)
    } else if each >= 1 {
      // From two columns on for each, all of the room is taken.
      let width = each > 1 ? min(columns, vector.count * 3) : vector.count
      for (index, value) in vector.enumerated() {
        let (start, end) = (index * width / vector.count, (index + 1) * width / vector.count)
        let rect = Rect(column: column + start, row: row, columns: end - start, rows: 1)
        painter.fill(rect, with: value, on: &canvas)
      }
    } else {
      drawDense(vector, column: column, row: row, columns: columns, on: &canvas)
    }
  }

  private func drawNumbers(_ vector: [Float], column: Int, row: Int, each: Int, on canvas: inout Canvas) {
    for (index, value) in vector.enumerated() {
      let start = column + index * each
      let style = painter.style(value)
      let rect = Rect(column: start, row: row, columns: each, rows: 1)
      if OddValue(value) == nil {
        canvas.fill(rect, with: Cell(base: " ", style: style))
      } else {
        painter.fill(rect, with: value, isWritten: true, on: &canvas)
      }
      let text = Words.fixed(Double(value), 2)
      canvas.draw(text, column: start + max(each - 1 - text.count, 0), row: row, style: style, width: each)
    }
  }

  /// More numbers than columns: two in a cell where colours allow it.
  private func drawDense(_ vector: [Float], column: Int, row: Int, columns: Int, on canvas: inout Canvas) {
    let perCell = painter.appearance.hasHalfBlocks ? 2 : 1
    let dots = VectorStrip.pooled(vector, to: columns * perCell)
    for start in stride(from: 0, to: dots.count, by: perCell) {
      let place = column + start / perCell
      if perCell == 2, start + 1 < dots.count {
        canvas[place, row] = painter.cell(dots[start], dots[start + 1], base: "▌")
      } else {
        canvas[place, row] = painter.cell(dots[start])
      }
    }
  }

  /// At most `count` numbers, each the one of the largest magnitude among its neighbours.
  static func pooled(_ vector: [Float], to count: Int) -> [Float] {
    guard count > 0, vector.count > count else { return vector }
    return (0..<count).map { index in
      let range = HeatImage.covered(index, of: count, among: vector.count)
      return vector[range].reduce(0) { $0.pooledByMagnitude(with: $1) }
    }
  }
}
