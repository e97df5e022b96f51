import JSON
import Support

/// Numbers in rows and columns with their names, as a file.
public struct NumberTable: Sendable {
  /// What it can be written as.
  public enum Format: String, Sendable, CaseIterable {
    /// A line a number: row, column, names, value (RFC 4180, lines end with a line feed).
    case csv
    /// What `numpy.load` reads: `values`, [row, column] float32. The names are JSON in the comment of the zip file.
    case npz
  }

  private let axes: (rows: String, columns: String)
  private let rows: [String]
  private let columns: [String]
  private let values: [[Float]]

  /// - Parameters:
  ///   - axes: what rows and columns are.
  ///   - rows: the names of rows. Untrusted.
  ///   - columns: the names of columns. Untrusted.
  ///   - values: a list of numbers for each row, one for each column.
  public init(axes: (rows: String, columns: String), rows: [String], columns: [String], values: [[Float]]) {
    self.axes = axes
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Writes it; the file appears when it is complete.
  public func write(to path: String, as format: Format) throws {
    let file = try OutputFile(.path(path), randomAccess: format == .npz)
    switch format {
    case .csv: try writeCSV(to: file)
    case .npz: try writeNPZ(to: file)
    }
  }

  private func writeCSV(to file: OutputFile) throws {
    let second = axes.rows == axes.columns ? "other_\(axes.columns)" : axes.columns
    try file.append("\(axes.rows),\(second),\(axes.rows)_name,\(second)_name,value\n")
    for (row, numbers) in values.enumerated() {
      for (column, number) in numbers.enumerated() {
        let names = "\(CSVExportWriter.field(rows[row])),\(CSVExportWriter.field(columns[column]))"
        try file.append("\(row),\(column),\(names),\(number.isNaN ? "" : "\(number)")\n")
      }
    }
    try file.finish()
  }

  private func writeNPZ(to file: OutputFile) throws {
    let tensor = ExportedTensor(name: "values", type: .float32, shape: [rows.count, columns.count])
    let writer = try NPZWriter(file, tensors: [tensor], comments: [comment])
    for numbers in values { try numbers.withUnsafeBytes { try writer.append($0, toTensor: 0) } }
    try writer.finish()
  }

  /// `{"rows":"query","columns":"key","row_names":[…],"column_names":[…]}`
  private var comment: String {
    func list(_ names: [String]) -> JSONValue { .array(names.map { JSONValue($0) }) }
    return JSONValue.object([
      "rows": JSONValue(axes.rows), "columns": JSONValue(axes.columns), "row_names": list(rows),
      "column_names": list(columns),
    ]).serialized()
  }
}
