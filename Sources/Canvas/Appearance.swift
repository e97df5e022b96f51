/// How many colours the terminal shows.
public enum ColorDepth: Sendable, CaseIterable {
  case none, eight, indexed256, truecolor
}

/// Which characters the terminal shows.
public enum GlyphSet: Sendable, CaseIterable {
  case ascii, unicode
}
