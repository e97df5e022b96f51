import Activations
import Canvas

/// The tokens of one text as a table for people.
struct TokenTable: CustomStringConvertible {
  let text: String
  let pair: String?
  let input: TokenizedInput

  var description: String {
    let texts = [text, pair ?? ""].map { Array($0.unicodeScalars) }
    var table = TextTable(
      columns: [
        .init("position", .trailing), .init("token"), .init("id", .trailing), .init("from", .trailing),
        .init("to", .trailing), .init("text"), .init("type", .trailing), .init("special"),
      ])
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
    let count = input.count == 1 ? "1 token" : "\(input.count) tokens"
    return table.description + "\(count); from and to count code points of the text\n"
  }
}
