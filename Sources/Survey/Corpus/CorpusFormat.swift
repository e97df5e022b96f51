/// How sentences are written down in a file.
public enum CorpusFormat: String, Sendable, CaseIterable {
  /// A sentence a line.
  case text
  /// A JSON object a line: `{"text", "id"?, "label"?, "pairs"?: [{"from": [a, b], "to": [c, d], "label"?}]}`.
  case jsonLines = "jsonl"
  /// A treebank: https://universaldependencies.org/format.html.
  case treebank = "conllu"

  /// The format that the ending of a file's name stands for; nil where it stands for none.
  public init?(ending path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "txt": self = .text
    case "jsonl", "json", "ndjson": self = .jsonLines
    case "conllu", "conll": self = .treebank
    default: return nil
    }
  }

  /// The format that the beginning of a file looks like: JSON Lines where its first line begins with `{`, a treebank where the first
  /// line that is neither empty nor a comment has ten columns and begins with a number, else text.
  init(of beginning: some Sequence<UInt8>) {
    var line: [UInt8] = []
    var lines = 0
    self = .text
    for byte in beginning {
      if byte != UInt8(ascii: "\n") {
        line.append(byte)
        continue
      }
      if let format = Self.format(ofLine: line, isFirst: lines == 0) {
        self = format
        return
      }
      if !line.isEmpty { lines += 1 }
      line.removeAll(keepingCapacity: true)
    }
    self = Self.format(ofLine: line, isFirst: lines == 0) ?? .text
  }

  /// Nil where more lines have to be looked at.
  private static func format(ofLine line: [UInt8], isFirst: Bool) -> CorpusFormat? {
    guard let first = line.first(where: { !$0.isSpace }) else { return nil }
    if isFirst, first == UInt8(ascii: "{") { return .jsonLines }
    if first == UInt8(ascii: "#") { return nil }
    let hasColumns = line.count { $0 == UInt8(ascii: "\t") } == 9
    return hasColumns && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[0]) ? .treebank : .text
  }
}

extension UInt8 {
  /// Whether it is a space, a tab or a part of a line end.
  var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
