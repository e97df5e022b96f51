import CUTF8Proc
import Support

/// What a screen can do with one code point.
///
/// Terminals, C libraries and Unicode tables do not agree on every character. Only what they agree on is shown as it is:
/// whatever is shown here takes exactly as many columns as glibc's `wcwidth` gives it, since ncurses goes by that.
enum CharacterDisplay: Equatable {
  /// Shown as it is, in one or two columns.
  case shown(columns: Int)
  /// Shown on the character before it, in no column of its own.
  case combining
  /// Only picks another look of the character before it, about the width of which terminals then disagree: left out there.
  case selector
  /// A control character that has a picture.
  case picture(Unicode.Scalar)
  /// Shown by its number, because a terminal would obey it, hide it, or not know it.
  case number

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300, 0x2500..<0x25FD: self = .shown(columns: 1)
    case 0..<0x20, 0x7F: self = scalar.controlPicture.map(Self.picture) ?? .number
    case 0x4E00..<0x9FFD, 0xAC00..<0xD7A4: self = .shown(columns: 2)
    default: self = scalar.isSelector ? .selector : Self.looked(up: scalar)
    }
  }

  private static func looked(up scalar: Unicode.Scalar) -> CharacterDisplay {
    guard !scalar.isUnsafeToShow else { return .number }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return .combining
    case .spacingMark: return .shown(columns: 1)
    default: break
    }
    // Vowels and final consonants of Hangul, written one by one, join the consonant before them.
    if (0x1160..<0x1200).contains(scalar.value) || (0xD7B0..<0xD800).contains(scalar.value) { return .combining }
    return .shown(columns: utf8proc_charwidth(Int32(bitPattern: scalar.value)) == 2 ? 2 : 1)
  }

  /// Plain ASCII for signs of print that a reader would not miss.
  ///
  /// Letters are not among them: an é shown as e would hide what a tokenizer does to it.
  static func ascii(for scalar: Unicode.Scalar) -> StaticString? {
    switch scalar {
    case "\u{2018}", "\u{2019}", "\u{201A}": "'"
    case "\u{201C}", "\u{201D}", "\u{201E}": "\""
    case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}": "-"
    case "\u{2026}": "..."
    case "\u{00B7}": "."
    case "\u{2022}": "*"
    case "\u{00D7}": "x"
    case "\u{2190}": "<-"
    case "\u{2192}": "->"
    case "\u{2264}": "<="
    case "\u{2265}": ">="
    case "\u{2581}": "_"
    // Behind the pieces of one character.
    case "\u{2081}": ".1"
    case "\u{2082}": ".2"
    case "\u{2083}": ".3"
    case "\u{2084}": ".4"
    default: nil
    }
  }
}
