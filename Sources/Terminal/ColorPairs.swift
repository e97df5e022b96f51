import CNcurses
import Canvas

/// The numbers that ncurses gives to pairs of colours.
struct ColorPairs {
  var depth: ColorDepth { mapping.depth }
  /// How many pairs there may be, the first of which is the terminal's own colours.
  private let limit: Int32
  private var numbers: [PaletteColors: Int32] = [:]
  private var next: Int32 = 1
  private var mapping: PaletteMapping
  /// Answers of late: a frame asks for the same few styles again and again.
  private var recent: [UInt64: Int32] = [:]

  init(depth: ColorDepth, limit: Int32) {
    mapping = PaletteMapping(depth: depth)
    self.limit = limit
  }

  /// The pair for a style; nil when there is no number left.
  /// - Parameters:
  ///   - isText: whether something has to be read there; its colour then stays apart from the background.
  ///   - define: tells ncurses about a new pair, and says whether it took it.
  mutating func number(for style: Style, isText: Bool, define: (Int32, PaletteColors) -> Bool) -> Int32? {
    guard depth != .none, !(style.foreground.isStandard && style.background.isStandard) else { return 0 }
    let key = UInt64(style.foreground.packed) << 32 | UInt64(style.background.packed) << 1 | (isText ? 1 : 0)
    if let number = recent[key] { return number }
    let colors = mapping.colors(for: style, isText: isText)
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
    return mapping.index(of: style.foreground) == mapping.index(of: style.background)
  }

  /// Forgets all pairs, so that their numbers can be given again.
  mutating func removeAll() {
    numbers.removeAll(keepingCapacity: true)
    mapping.removeAll()
    recent.removeAll(keepingCapacity: true)
    next = 1
  }
}
