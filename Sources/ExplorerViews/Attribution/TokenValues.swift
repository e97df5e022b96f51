import Canvas
import Explorer
import UserInput

/// gradient × input of every token, in the row above the sentence: red on one side of zero, blue on the other, and in digits where a
/// token is wide enough for them.
struct TokenValues {
  let attribution: Attribution
  let appearance: Appearance
  private let painter: DivergingPainter
  private let unit: Double

  init(_ attribution: Attribution, _ appearance: Appearance) {
    self.attribution = attribution
    self.appearance = appearance
    let top = attribution.tokens.map { Float($0) }.largestMagnitude
    painter = DivergingPainter(appearance: appearance, top: top)
    unit = Double(Attribution.unit(for: top, least: 0.1))
  }

  /// What stands behind the tokens, in which there may be little room, from long to short.
  var wordings: [String] {
    let factor = AttributionWords.factor(Float(unit), Signs(appearance))
    return ["x dy/dx of each token\(factor)", "x dy/dx\(factor)", ""]
  }

  /// Draws the value of a token over its place.
  func draw(_ position: Int, in rect: Rect, on canvas: inout Canvas) {
    guard attribution.tokens.indices.contains(position) else { return }
    let value = attribution.tokens[position]
    let number = value.isFinite ? text(value * unit, width: rect.columns) : nil
    guard appearance.hasHeatColors || number == nil else {
      canvas.draw(number ?? "", column: rect.column, row: rect.row, style: painter.style(Float(value)))
      return
    }
    painter.fill(rect, with: Float(value), on: &canvas)
    guard let number else { return }
    canvas.draw(
      number, column: rect.column + (rect.columns - number.count) / 2, row: rect.row,
      style: painter.style(Float(value)),
      width: rect.columns)
  }

  /// With its sign: +0.12, +.12 or +.1; nil where not even that fits.
  private func text(_ value: Double, width: Int) -> String? {
    let sign = value < 0 ? "-" : "+"
    func digits(_ decimals: Int) -> String { Words.fixed(abs(value), decimals) }
    func short(_ text: String) -> String { text.hasPrefix("0.") ? String(text.dropFirst()) : text }
    return [digits(2), short(digits(2)), short(digits(1))].map { sign + $0 }.first { $0.count <= width }
  }
}
