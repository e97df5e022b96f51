extension Unicode.Scalar {
  /// Whether a terminal would obey this character, hide it, or not know it: texts from outside show its number instead.
  public var isUnsafeToShow: Bool {
    switch value {
    case 0x20..<0x7F: return false
    // Circled numbers on black squares, hexagrams, and a few marks: tables do not agree about their columns.
    case 0x3248..<0x3250, 0x4DC0..<0x4E00, 0x302E...0x302F, 0x1171E, 0x16FF0...0x16FF1: return true
    default: break
    }
    guard let age = properties.age, age.major <= Self.knownVersion, !properties.isDefaultIgnorableCodePoint else {
      return true
    }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  /// The newest Unicode that Debian 12's glibc and the terminals of its time know. Characters that came later are shown by
  /// number: their width would be a guess.
  private static let knownVersion = 14

  /// Whether it only picks another look of the character before it, about the width of which terminals then disagree.
  public var isSelector: Bool {
    switch value {
    case 0xFE00..<0xFE10, 0xE0100..<0xE01F0, 0x180B..<0x180E, 0x180F: true
    default: false
    }
  }

  /// The picture of a control character of ASCII: `␊` of a line feed.
  public var controlPicture: Unicode.Scalar? {
    switch value {
    case 0..<0x20: Unicode.Scalar(0x2400 + value)
    case 0x7F: "\u{2421}"
    default: nil
    }
  }
}
