import Activations
import Canvas
import Exporting
import Terminal

/// The tokens of one text as a table for people.
struct TokenTable {
  let text: String
  let pair: String?
  let input: TokenizedInput

  /// - Throws: where the output cannot be written.
  func write(to output: OutputFile) throws {
    try table.write(to: output)
    let count = input.count == 1 ? "1 token" : "\(input.count) tokens"
    try output.append("\(count); from and to count code points of the text\n")
  }

  private var table: TextTable {
    let texts = [text, pair ?? ""].map { Array($0.unicodeScalars) }
    var table = TextTable(
      columns: [
        .init("position", .trailing), .init("token"), .init("id", .trailing), .init("from", .trailing),
        .init("to", .trailing), .init("text"), .init("type", .trailing), .init("special"),
      ], ellipsis: Terminal.localeGlyphs == .unicode ? "…" : "...")
    for position in 0..<input.count {
      let offsets = input.offsets[position]
      let isAdded = input.specialTokensMask[position]
      let source = texts[input.sequenceIDs[position] == 1 ? 1 : 0]
      // An added token stands nowhere in the text.
      table.add([
        "\(position)", input.tokens[position], "\(input.inputIDs[position])", isAdded ? "" : "\(offsets.lowerBound)",
        isAdded ? "" : "\(offsets.upperBound)",
        isAdded || offsets.upperBound > source.count ? "" : String(String.UnicodeScalarView(source[offsets])),
        "\(input.tokenTypeIDs[position])", isAdded ? "added" : "",
      ])
    }
    return table
  }
}
