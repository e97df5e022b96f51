import Canvas

/// What a terminal's description says about colour.
struct TerminalDescription: Equatable {
  var name: String
  /// How many colours it has; 0 or less for none.
  var colors: Int
  /// Whether it says that it takes 24-bit colours (`RGB`, or `Tc` as tmux calls it).
  var direct: Bool
}

extension ColorDepth {
  /// What HEADSCOPE_COLORS asks for; nil if it is not set.
  static func requested(by environment: Environment) throws(TerminalError) -> ColorDepth? {
    guard let value = environment["HEADSCOPE_COLORS"] else { return nil }
    switch value.lowercased() {
    case "truecolor", "24bit", "16777216": return .truecolor
    case "256": return .indexed256
    case "8", "16": return .eight
    case "none", "0", "no", "mono": return ColorDepth.none
    default: throw .badColors(value: value)
    }
  }

  /// How many colours to use on a terminal, as its description, COLORTERM and NO_COLOR (no-color.org) say.
  static func supported(by terminal: TerminalDescription, environment: Environment) -> ColorDepth {
    guard environment["NO_COLOR"] == nil, terminal.colors >= 8 else { return .none }
    let promised = ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased())
    // GNU screen hands COLORTERM of the terminal around it on, but not 24-bit colours; tmux converts them where needed.
    let isScreen = environment["STY"] != nil && environment["TMUX"] == nil && terminal.name.hasPrefix("screen")
    if terminal.direct || promised && !isScreen { return .truecolor }
    return terminal.colors >= 256 ? .indexed256 : .eight
  }
}
