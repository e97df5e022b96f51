import Activations
import Canvas
import Support

/// Numbers in words, without a formatting library.
enum Words {
  /// With a fixed number of decimals: 0.4321
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    var factor = 1
    for _ in 0..<decimals { factor *= 10 }
    let scaled = Int(saturating: abs(value) * Double(factor), rule: .toNearestOrAwayFromZero) ?? 0
    guard scaled < 1_000_000_000_000_000 else { return scientific(value) }
    let whole = scaled / factor
    let rest = String(scaled % factor)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    return sign + "\(whole)." + String(repeating: "0", count: decimals - rest.count) + rest
  }

  /// With as many decimals as fit a width, at most two: 0.43, 12.3, 412
  static func number(_ value: Double, width: Int) -> String {
    let wordings = (0...2).reversed().map { fixed(value, $0) }
    if let fitting = wordings.first(where: { $0.count <= width }) { return fitting }
    let short = value.isNaN ? "?" : value.isInfinite ? "inf" : String(repeating: "#", count: max(width, 0))
    return String(short.prefix(max(width, 0)))
  }

  /// Two digits and an exponent: 9.5e-07
  static func scientific(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return fixed(value, 1) }
    var mantissa = abs(value)
    var exponent = 0
    while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return (value < 0 ? "-" : "") + fixed(mantissa, 1) + "e" + (exponent < 0 ? "-" : "+") + digits
  }

  /// A difference: 0.672 where it is large, 9.5e-07 where it is rounding.
  static func difference(_ value: Float) -> String {
    value.isNaN || value >= 0.001 || value == 0 ? fixed(Double(value), 3) : scientific(Double(value))
  }

  static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? singular : plural ?? singular + "s")"
  }

  /// Minutes and seconds: 1:05
  static func clock(_ seconds: Double) -> String { Support.clock(seconds) }

  /// The first of several wordings, from long to short, that fits a width; the last one is cut.
  static func fitting(_ wordings: [String], in width: Int, glyphs: GlyphSet) -> String {
    let fitting = wordings.first { displayWidth(of: $0, glyphs: glyphs) <= width }
    return fitting ?? cut(wordings.last ?? "", to: width, glyphs: glyphs)
  }

  /// Text broken into lines at its spaces; a word that is too long is cut.
  static func wrapped(_ text: String, to width: Int, glyphs: GlyphSet) -> [String] {
    var lines: [String] = []
    for word in visible(text, glyphs: glyphs).split(separator: " ") {
      if let last = lines.last,
        displayWidth(of: last, glyphs: glyphs) + 1 + displayWidth(of: String(word), glyphs: glyphs) <= width
      {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(cut(String(word), to: width, glyphs: glyphs))
      }
    }
    return lines
  }

  /// Text cut to a width in columns, with a sign where something is missing.
  static func cut(_ text: String, to width: Int, glyphs: GlyphSet) -> String {
    clipped(text, to: width, ellipsis: Signs(glyphs: glyphs).ellipsis, glyphs: glyphs)
  }
}
