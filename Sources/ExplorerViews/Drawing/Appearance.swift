import Canvas
import Explorer

/// What the terminal can show, and the colour scales there are: what a picture depends on besides the state.
public struct Appearance: Sendable, Equatable {
  /// How many colours the terminal shows.
  public var depth: ColorDepth
  /// Which characters the terminal shows.
  public var glyphs: GlyphSet
  /// The scales for intensities, in the order in which `c` goes through them.
  public var scales: [ColorScale]
  /// How it is shown in presenter mode; nil otherwise.
  public var presentation: Presentation?
  /// The scale for differences, with zero in its middle.
  public var difference: ColorScale
  /// Whether the picture is not bound to cells, so that every pair can be drawn however many there are.
  public var isVector = false

  /// Sorts scales out by what they are for; where there are none of a kind, built-in ones are taken.
  public init(depth: ColorDepth, glyphs: GlyphSet, scales: [ColorScale]) {
    self.depth = depth
    self.glyphs = glyphs
    // Where there are only 256 colours, the nearest ones do not make a scale: hues jump.
    let scales = depth == .indexed256 ? scales.map(\.forPalette) : scales
    let sequential = scales.filter { $0.kind == .sequential }
    self.scales = sequential.isEmpty ? [.grey] : sequential
    difference =
      scales.first { $0.kind == .diverging } ?? (depth == .indexed256 ? ColorScale.blueOrange.forPalette : .blueOrange)
  }

  /// The scale of that name, or the first one. On white, the first gives way to one that is made for paper.
  public func scale(named id: String) -> ColorScale {
    let scale = scales.first { $0.id == id } ?? scales[0]
    guard presentation?.theme == .light, scale.id == scales[0].id else { return scale }
    return scales.first { $0.id == Self.paper } ?? scale
  }

  private static let paper = "paper"

  /// Whether intensities are colours; otherwise they are glyphs from light to heavy.
  var hasHeatColors: Bool { depth == .truecolor || depth == .indexed256 }

  /// Whether one cell shows two values, one above the other.
  var hasHalfBlocks: Bool { hasHeatColors && glyphs == .unicode }
}

/// The signs of the screen, in Unicode and in ASCII.
struct Signs {
  let glyphs: GlyphSet

  init(_ appearance: Appearance) { glyphs = appearance.glyphs }
  init(glyphs: GlyphSet) { self.glyphs = glyphs }

  private func pick(_ unicode: String, _ ascii: String) -> String { glyphs == .unicode ? unicode : ascii }

  var separator: String { pick(" · ", " | ") }
  /// Where another sentence begins in the prompt.
  var lineBreak: String { pick("↵", "|") }
  /// Where a line ends within a sentence.
  var paragraph: String { pick("¶", "^") }
  var plusMinus: String { pick("±", "+-") }
  /// What the mask blocks because of an edit by hand.
  var blockedByHand: String { pick("✕", "x") }
  var dot: String { pick("·", ".") }
  var arrow: String { pick("→", "->") }
  var down: String { pick("↓", "v") }
  var up: String { pick("↑", "^") }
  var times: String { pick("×", "x") }
  var ellipsis: String { pick("…", "~") }
  var bar: String { pick("│", "|") }
  var line: String { pick("─", "-") }
  var record: String { pick("●", "*") }
  var marker: String { pick("▸", ">") }
  var below: String { pick("▾", "v") }
  /// Beside what things are sorted by.
  var ascending: String { pick("▴", "+") }
  var descending: String { pick("▾", "-") }
  var prompt: String { pick("❯", ">") }

  var root: String { pick("√", "sqrt ") }
  var divided: String { pick("÷", "/") }
  var sum: String { pick("Σ", "sum") }
  var minusInfinity: String { pick("-∞", "-inf") }
  var chevron: String { pick("›", ">") }

  /// Intensities from nothing to most, for terminals without enough colours.
  var ramp: [Unicode.Scalar] {
    glyphs == .unicode ? [" ", "░", "▒", "▓", "█"] : [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
  }

  /// Parts of a cell filled from below: eighths, or three steps.
  var levels: [Unicode.Scalar] {
    glyphs == .unicode ? [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : [" ", ".", ":", "|"]
  }

  /// Parts of a cell filled from the left.
  var parts: [Unicode.Scalar] {
    glyphs == .unicode ? [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] : [" ", "-", "="]
  }
}
