import Canvas
import Explorer

/// How much of the marked query's attention goes to words, and how that looks.
struct DocumentShade {
  let painter: HeatPainter
  /// The largest number of a word: the end of the scale. Tokens that the tokenizer added, which take most in many heads, may have more.
  let top: Float
  /// Whether one of these has more.
  let isExceeded: Bool
  private let row: [Float]
  private let head: HeadPicture

  /// From these shares of the largest on, words are underlined, bold, and both, where no colours say it.
  static let steps: [(share: Float, attributes: Style.Attributes)] = [
    (0.05, .underline), (0.25, .bold), (0.6, [.bold, .underline]),
  ]
  /// Below it, a colour says nothing.
  private static let least: Float = 0.02

  init(_ head: HeadPicture, together: [Range<Int>], colors: String, _ appearance: Appearance) {
    self.head = head
    let row = head.shown.row(head.query)
    self.row = row
    let input = head.input
    var (words, others): (Float, Float) = (0, 0)
    for key in row.indices where row[key].isFinite && head.mask[head.query, key] && !head.filter.hides(key: key) {
      if input.specialTokensMask[key] || !input.attentionMask[key] {
        others = max(others, row[key])
      } else {
        words = max(words, row[key])
      }
    }
    for positions in together where positions.allSatisfy({ input.attentionMask[$0] }) {
      if let sum = DocumentShade.sum(positions, row, head), sum.isFinite { words = max(words, sum) }
    }
    top = words > 0 ? words : others
    isExceeded = others > top
    painter = HeatPainter(appearance: appearance, colors: colors, top: top)
  }

  /// What goes to some tokens together; nil where the mask blocks them, or they are hidden from the picture.
  private static func sum(_ positions: Range<Int>, _ row: [Float], _ head: HeadPicture) -> Float? {
    let seen = positions.filter {
      row.indices.contains($0) && head.mask[head.query, $0] && !head.filter.hides(query: head.query, key: $0)
    }
    return seen.isEmpty ? nil : seen.reduce(0) { $0 + row[$1] }
  }

  func style(_ positions: Range<Int>) -> Style {
    guard let value = DocumentShade.sum(positions, row, head) else { return Style(attributes: .dim) }
    guard let level = painter.intensity(value) else { return painter.oddStyle }
    let isPad = positions.allSatisfy { !head.input.attentionMask[$0] }
    let plain = Style(attributes: isPad ? .dim : [])
    if painter.appearance.hasHeatColors { return level < DocumentShade.least ? plain : painter.style(value) }
    guard let step = DocumentShade.steps.last(where: { level >= $0.share }) else { return plain }
    var style = painter.style(value)
    style.attributes = step.attributes
    return style
  }
}

/// What the look of words stands for: the scale, or where there are no colours the numbers from which on words look so.
struct DocumentLegend {
  let shade: DocumentShade
  let head: HeadPicture
  let appearance: Appearance

  private static let scaleColumns = 6

  private func number(_ value: Float) -> String {
    guard head.unit == 1, head.quantity != .attribution else { return Words.small(Double(value / head.unit)) }
    return Words.fixed(Double(value), value >= 0.1 ? 2 : value >= 0.01 ? 3 : 4)
  }

  private var end: String { number(shade.top) + (shade.isExceeded ? "+" : "") }

  /// The words from which on the steps begin, each in its look.
  private var samples: [(text: String, attributes: Style.Attributes)] {
    [("0", [])] + DocumentShade.steps.map { (number($0.share * shade.top) + "+", $0.attributes) }
  }

  var columns: Int {
    appearance.hasHeatColors
      ? 2 + DocumentLegend.scaleColumns + 1 + end.count : samples.reduce(-1) { $0 + $1.text.count + 1 }
  }

  func draw(column: Int, row: Int, on canvas: inout Canvas) {
    let dim = Style(attributes: .dim)
    guard appearance.hasHeatColors else {
      var column = column
      for sample in samples {
        canvas.draw(sample.text, column: column, row: row, style: Style(attributes: sample.attributes))
        column += sample.text.count + 1
      }
      return
    }
    canvas.draw("0", column: column, row: row, style: dim)
    for place in 0..<DocumentLegend.scaleColumns {
      let share = (Float(place) + 0.5) / Float(DocumentLegend.scaleColumns)
      canvas[column + 2 + place, row] = shade.painter.cell(share * shade.painter.top)
    }
    canvas.draw(end, column: column + 3 + DocumentLegend.scaleColumns, row: row, style: dim)
  }
}
