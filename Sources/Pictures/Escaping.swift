import Canvas

/// Text as it may stand between the tags, and in the quoted attributes, of XML and HTML.
///
/// Only characters that both allow are left: everything that `visible` does not show as it is has become something else.
func escaped(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in visible(text).unicodeScalars {
    switch scalar {
    case "&": result.append(contentsOf: "&amp;".unicodeScalars)
    case "<": result.append(contentsOf: "&lt;".unicodeScalars)
    case ">": result.append(contentsOf: "&gt;".unicodeScalars)
    case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
    case "'": result.append(contentsOf: "&#39;".unicodeScalars)
    default: result.append(scalar)
    }
  }
  return String(result)
}

/// JSON as it may stand in a `<script>` element: with no `<` that could end it or begin a comment.
func embedded(json: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in json.unicodeScalars {
    switch scalar {
    case "<": result.append(contentsOf: "\\u003c".unicodeScalars)
    case ">": result.append(contentsOf: "\\u003e".unicodeScalars)
    case "&": result.append(contentsOf: "\\u0026".unicodeScalars)
    default: result.append(scalar)
    }
  }
  return String(result)
}

extension Color {
  /// `#rrggbb`
  var hexadecimal: String {
    let digits = String(packed & 0xFF_FFFF, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

extension Cell {
  /// Its characters; nothing for the second half of a wide one.
  var characters: String {
    var scalars = String.UnicodeScalarView()
    for value in [base, combining.x, combining.y] where value != 0 {
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// Whether it is one plain character of one column.
  var isASCII: Bool { base > 0x20 && base < 0x7F && combining.x == 0 }
  var isBlank: Bool { base == 0x20 && combining.x == 0 }
}
