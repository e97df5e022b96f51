import Activations
import Canvas

/// Writes attention probabilities as a table for spreadsheets and data frames (RFC 4180, lines end with a line feed):
/// one line a layer, head, query and key. In a batch the sentence stands first. All indices count from 0.
final class CSVExportWriter: ExportWriter {
  private let file: OutputFile
  private let isBatch: Bool

  init(_ file: OutputFile, isBatch: Bool) throws {
    self.file = file
    self.isBatch = isBatch
    try file.append((isBatch ? "sentence," : "") + "layer,head,query,key,query_token,key_token,probability\n")
  }

  func append(_ encoding: Encoding, of contents: ExportContents) throws {
    let tokens = encoding.input.tokens.map { Array(Self.field($0).utf8) }
    let comma = UInt8(ascii: ",")
    var lines: [UInt8] = []
    let queries = contents.selection.queries(of: encoding.input.count).clamped(to: 0..<encoding.input.count)
    for head in contents.selection.heads(of: encoding.trace) {
      let start = Array(((isBatch ? "\(encoding.request.sentence)," : "") + "\(head.layer),\(head.head),").utf8)
      for rows in ExportSelection.blocks(of: queries, keys: encoding.input.count) {
        let probabilities = encoding.trace.layers[head.layer].probabilities(head: head.head, queries: rows)
        for query in rows {
          lines.removeAll(keepingCapacity: true)
          let queryField = Array("\(query),".utf8)
          for key in 0..<probabilities.shape[1] {
            lines += start
            lines += queryField
            lines.append(contentsOf: key.description.utf8)
            lines.append(comma)
            lines += tokens[query]
            lines.append(comma)
            lines += tokens[key]
            lines.append(comma)
            lines.append(contentsOf: probabilities[query - rows.lowerBound, key].description.utf8)
            lines.append(UInt8(ascii: "\n"))
          }
          try file.append(lines)
        }
      }
    }
  }

  func finish() throws { try file.finish() }

  /// A token as a field: invisible characters spelled out, quotes where the format asks for them.
  static func field(_ token: String) -> String {
    let text = visible(token)
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    let quoted = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    return "\"\(quoted)\""
  }
}
