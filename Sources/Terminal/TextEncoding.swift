import Canvas
import Glibc

/// Which characters the terminal understands, by the user's locale.
enum TextEncoding: Equatable {
  case utf8
  /// Plain ASCII; bytes beyond it are taken for UTF-8.
  case ascii
  /// Something older, such as ISO 8859-1. Only ASCII is shown, but typing is understood.
  case legacy

  var glyphs: GlyphSet { self == .utf8 ? .unicode : .ascii }

  /// Sets the locale of this process as the user wants it, for characters only: the decimal point stays a point.
  static func set(for environment: Environment) -> TextEncoding {
    let wanted = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? "C"
    if setlocale(LC_CTYPE, wanted) == nil {
      // Names of locales travel over ssh to machines that do not have them.
      let spelling = wanted.lowercased()
      if spelling.contains("utf-8") || spelling.contains("utf8") { setlocale(LC_CTYPE, "C.UTF-8") }
    }
    return TextEncoding(codeset: String(cString: nl_langinfo(nl_item(CODESET))))
  }

  init(codeset: String) {
    switch codeset.uppercased() {
    case "UTF-8", "UTF8": self = .utf8
    case "ANSI_X3.4-1968", "US-ASCII", "ASCII", "646", "": self = .ascii
    default: self = .legacy
    }
  }

  /// The character that one byte stands for in the locale that was set.
  static func legacyCharacter(_ byte: UInt8) -> Character? {
    var wide: wchar_t = 0
    var bytes = CChar(bitPattern: byte)
    guard mbtowc(&wide, &bytes, 1) == 1, let scalar = Unicode.Scalar(UInt32(bitPattern: wide)) else { return nil }
    return Character(scalar)
  }
}

extension Terminal {
  /// Which characters a terminal shows, by the user's locale.
  public nonisolated static var localeGlyphs: GlyphSet { TextEncoding.set(for: .process).glyphs }
}
