import Activations
import Canvas
import Explorer

/// What tokens are called in lists, where nothing else says which of several equal ones is meant: with its position behind a token that
/// the sentence has more than once, `the·41`.
struct TokenLabels: Sendable {
  private let names: [String]
  private let repeated: Set<String>
  private let countFrom: Int
  private let sign: String

  /// - Parameters:
  ///   - names: what tokens are called, by their positions.
  ///   - isPad: one entry a position, true for PAD, which is the same everywhere.
  ///   - countFrom: what positions are counted from.
  init(_ names: [String], isPad: [Bool], countFrom: Int, glyphs: GlyphSet) {
    self.names = names
    self.countFrom = countFrom
    sign = Signs(glyphs: glyphs).dot
    var seen: Set<String> = []
    let real = zip(names, isPad).lazy.filter { !$0.1 }.map(\.0)
    repeated = Set(real.filter { !seen.insert($0).inserted })
  }

  subscript(position: Int) -> String {
    guard names.indices.contains(position) else { return "" }
    let name = names[position]
    return repeated.contains(name) ? "\(name)\(sign)\(position + countFrom)" : name
  }

  /// A label in a room: what is cut is the token, not its position.
  func cut(_ position: Int, to width: Int, glyphs: GlyphSet) -> String {
    let label = self[position]
    guard displayWidth(of: label, glyphs: glyphs) > width, names.indices.contains(position),
      repeated.contains(names[position])
    else { return Words.cut(label, to: width, glyphs: glyphs) }
    let end = "\(sign)\(position + countFrom)"
    guard width > end.count + 1 else { return Words.cut(label, to: width, glyphs: glyphs) }
    return Words.cut(names[position], to: width - end.count, glyphs: glyphs) + end
  }
}
