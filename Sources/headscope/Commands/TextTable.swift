import Canvas
import Exporting

/// A table in columns, for people: aligned by what a terminal shows, without anything that a terminal would obey. A text that is
/// wider than its column may be is cut, and shows it, so that one long text does not widen every line.
struct TextTable {
  struct Column {
    enum Alignment { case leading, trailing }

    let title: String
    let alignment: Alignment
    /// The widest it becomes; nil where whatever stands in it has to be read to its end.
    let most: Int?

    init(_ title: String, _ alignment: Alignment = .leading, most: Int? = 40) {
      self.title = title
      self.alignment = alignment
      self.most = most
    }
  }

  /// A text made visible, and how wide it is.
  private struct Cell {
    let text: String
    let width: Int
  }

  let columns: [Column]
  private let ellipsis: String
  private var rows: [[Cell]] = []
  private var widths: [Int]

  /// - Parameter ellipsis: stands where a text was cut.
  init(columns: [Column], ellipsis: String = "…") {
    self.columns = columns
    self.ellipsis = ellipsis
    widths = columns.map { _ in 0 }
    add(columns.map(\.title))
  }

  /// Adds a row; one text a column.
  mutating func add(_ row: [String]) {
    let cells = zip(row, columns).map { text, column in
      let shown = column.most.map { clipped(text, to: $0, ellipsis: ellipsis) } ?? visible(text)
      return Cell(text: shown, width: displayWidth(of: shown))
    }
    for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.width) }
    rows.append(cells)
  }

  /// Writes the table line by line.
  func write(to output: OutputFile) throws { for row in rows { try output.append(line(row)) } }

  var description: String { rows.map(line).joined() }

  private func line(_ row: [Cell]) -> String {
    var line = ""
    for (index, cell) in row.enumerated() {
      let space = String(repeating: " ", count: widths[index] - cell.width)
      line += index == 0 ? "" : "  "
      line += columns[index].alignment == .leading ? cell.text + space : space + cell.text
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
