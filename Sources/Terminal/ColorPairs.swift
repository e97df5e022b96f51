import CNcurses
import Canvas

/// Two colours as ncurses takes them: -1 is the terminal's own.
struct PairColors: Hashable {
  var foreground: Int32
  var background: Int32
}

/// The numbers that ncurses gives to pairs of colours.
struct ColorPairs {
  let depth: ColorDepth
  /// How many pairs there may be, the first of which is the terminal's own colours.
  private let limit: Int32
  private var numbers: [PairColors: Int32] = [:]
  private var next: Int32 = 1
  /// Numbers of colours in the terminal's palette.
  private var indices: [Color: Int32] = [:]
  /// Answers of late: a frame asks for the same few styles again and again.
  private var recent: [UInt64: Int32] = [:]

  init(depth: ColorDepth, limit: Int32) {
    self.depth = depth
    self.limit = limit
  }

  /// The pair for a style; nil when there is no number left.
  /// - Parameters:
  ///   - isText: whether something has to be read there; its colour then stays apart from the background.
  ///   - define: tells ncurses about a new pair, and says whether it took it.
  mutating func number(for style: Style, isText: Bool, define: (Int32, PairColors) -> Bool) -> Int32? {
    guard depth != .none, !(style.foreground.isStandard && style.background.isStandard) else { return 0 }
    let key = UInt64(style.foreground.packed) << 32 | UInt64(style.background.packed) << 1 | (isText ? 1 : 0)
    if let number = recent[key] { return number }
    let colors = colors(for: style, isText: isText)
    if let number = numbers[colors] {
      recent[key] = number
      return number
    }
    guard next < limit, define(next, colors) else { return nil }
    numbers[colors] = next
    recent[key] = next
    next += 1
    return next - 1
  }

  /// Whether both colours of a style are the same in the terminal's palette, so that nothing drawn in it can be seen.
  mutating func isUniform(_ style: Style) -> Bool {
    guard !style.foreground.isStandard && !style.background.isStandard else { return false }
    return index(of: style.foreground) == index(of: style.background)
  }

  /// Forgets all pairs, so that their numbers can be given again.
  mutating func removeAll() {
    numbers.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    recent.removeAll(keepingCapacity: true)
    next = 1
  }

  /// The colours of a style in the terminal's palette.
  mutating func colors(for style: Style, isText: Bool) -> PairColors {
    let background = index(of: style.background)
    // In eight colours, grey text on the terminal's own background could be black on black.
    if depth == .eight, style.background.isStandard, [0, 7].contains(index(of: style.foreground)) {
      return PairColors(foreground: -1, background: -1)
    }
    let foreground = index(of: style.foreground)
    if isText, foreground == background, style.foreground != style.background {
      return PairColors(foreground: index(of: style.background.contrasting), background: background)
    }
    return PairColors(foreground: foreground, background: background)
  }

  private mutating func index(of color: Color) -> Int32 {
    guard !color.isStandard else { return -1 }
    switch depth {
    case .none: return -1
    case .truecolor: return Int32(color.packed)
    case .eight, .indexed256:
      if let known = indices[color] { return known }
      let index = depth == .eight ? Palette.index8(color) : Palette.index256(color)
      indices[color] = index
      return index
    }
  }
}
