import Canvas

/// A table in columns, for people: aligned by what a terminal shows, without anything that a terminal would obey.
struct TextTable: CustomStringConvertible {
  struct Column {
    enum Alignment { case leading, trailing }

    let title: String
    let alignment: Alignment

    init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  let columns: [Column]
  private var rows: [[String]] = []

  init(columns: [Column]) { self.columns = columns }

  /// Adds a row; one text a column.
  mutating func add(_ row: [String]) { rows.append(row.map { visible($0) }) }

  var description: String {
    let all = [columns.map { visible($0.title) }] + rows
    let widths = columns.indices.map { column in all.map { displayWidth(of: $0[column]) }.max() ?? 0 }
    return all.map { row in
      var line = columns.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - displayWidth(of: row[column]))
        return columns[column].alignment == .leading ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
