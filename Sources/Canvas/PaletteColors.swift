/// Two colours by their numbers in a terminal: 0xRRGGBB in truecolor, else places in its palette; -1 is the terminal's own.
public struct PaletteColors: Sendable, Hashable {
  /// The number of the text's colour; -1 is the terminal's own.
  public var foreground: Int32
  /// The number of the colour behind the text; -1 is the terminal's own.
  public var background: Int32

  /// Takes both numbers as they are, for the colour depth that they are meant for.
  public init(foreground: Int32, background: Int32) {
    self.foreground = foreground
    self.background = background
  }
}

/// Finds the numbers that stand for styles where there are only so many colours, and remembers them.
public struct PaletteMapping: Sendable {
  /// How many colours the numbers choose among.
  public let depth: ColorDepth
  private var indices: [Color: Int32] = [:]

  /// A mapping for a terminal with that many colours, with nothing remembered yet.
  public init(depth: ColorDepth) { self.depth = depth }

  /// The colours of a style.
  /// - Parameter isText: whether something has to be read there; its colour then stays apart from the background.
  public mutating func colors(for style: Style, isText: Bool) -> PaletteColors {
    let background = index(of: style.background)
    // In eight colours, grey text on the terminal's own background could be black on black.
    if depth == .eight, style.background.isStandard, [0, 7].contains(index(of: style.foreground)) {
      return PaletteColors(foreground: -1, background: -1)
    }
    let foreground = index(of: style.foreground)
    if isText, foreground == background, style.foreground != style.background {
      return PaletteColors(foreground: index(of: style.background.contrasting), background: background)
    }
    return PaletteColors(foreground: foreground, background: background)
  }

  /// The number of one colour.
  public mutating func index(of color: Color) -> Int32 {
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

  /// Forgets what it found, which is only a matter of memory.
  public mutating func removeAll() { indices.removeAll(keepingCapacity: true) }
}
