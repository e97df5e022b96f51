import Support

/// A text from a file.
enum TextFile {
  /// Reads a file of UTF-8. Lines become one text, in which line ends stay.
  ///
  /// - Throws: where it cannot be read, is not UTF-8, or holds no text.
  static func read(_ path: String) throws -> String {
    var bytes = try InputFile(path).bytes(limit: StandardStreams.mostBytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard let read = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("\(path): is not UTF-8 text; convert it first, with iconv say")
    }
    let text = read.withPlainLineEnds
    guard text.contains(where: { !$0.isWhitespace }) else { throw CommandError("\(path): holds no text") }
    return text
  }
}

extension String {
  /// The text with a line feed for every line end, and without white space at its end.
  var withPlainLineEnds: String {
    var scalars = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in unicodeScalars {
      let isLineEnd = ("\n"..."\r").contains(scalar) || ["\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
      // Both of CR LF are one line end.
      if !(afterReturn && scalar == "\n") { scalars.append(isLineEnd ? "\n" : scalar) }
      afterReturn = scalar == "\r"
    }
    while let last = scalars.last, last == " " || last == "\n" { scalars.removeLast() }
    return String(scalars)
  }
}
