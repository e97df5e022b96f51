import Activations
import Canvas
import Explorer
import Insights
import Survey

/// Numbers of surveys, and what surveys are called, in words.
struct SurveyWords {
  let survey: ShownSurvey
  let glyphs: GlyphSet

  init(_ survey: ShownSurvey, glyphs: GlyphSet) {
    self.survey = survey
    self.glyphs = glyphs
  }

  init(_ survey: ShownSurvey, _ appearance: Appearance) { self.init(survey, glyphs: appearance.glyphs) }

  /// What the numbers are of, from long to short.
  var scopes: [String] {
    let sentences = "\(Words.grouped(survey.first.survey.header.sentences)) sentences"
    guard let second = survey.second else {
      return ["corpus of \(sentences), not this one", "corpus of \(sentences)", sentences]
    }
    let other = "\(Words.grouped(second.survey.header.sentences)) sentences"
    let (a, b) = (name(survey.first), name(second))
    return [
      "B - A of two corpora, not of this sentence: A \(a), \(sentences); B \(b), \(other)",
      "B - A of corpora: A \(a), \(sentences); B \(b), \(other)", "B - A of corpora: A \(a), B \(b)",
      "B - A of corpora",
    ]
  }

  private func name(_ survey: OpenedSurvey) -> String { Words.cut(survey.name, to: 24, glyphs: glyphs) }

  /// What a number is called, safe for a terminal.
  func name(_ number: SurveyNumber) -> String { TokenText.plain(number.name, glyphs: glyphs) }

  /// A number in the unit that it has: three decimals, two where it is large.
  static func number(_ value: Double, isDifference: Bool = false) -> String {
    let decimals = abs(value) < 10 ? 3 : 2
    return isDifference ? Words.signed(value, decimals) : Words.fixed(value, decimals)
  }

  static func number(_ cell: SurveyCell) -> String { number(cell.value, isDifference: cell.isDifference) }

  /// An interval: 0.583 to 0.640.
  static func interval(_ interval: ClosedRange<Double>, isDifference: Bool = false) -> String {
    "\(number(interval.lowerBound, isDifference: isDifference)) to \(number(interval.upperBound, isDifference: isDifference))"
  }

  /// In four columns, or five: what is said beside the number, and the number.
  static func short(_ cell: SurveyCell, width: Int) -> String {
    guard cell.isDifference || cell.aboveBaseline != nil else { return Words.number(cell.value, width: min(width, 5)) }
    let value = cell.aboveBaseline ?? cell.value
    let sign = value < 0 ? "-" : "+"
    let digits = Words.number(abs(value), width: 4)
    let short = digits.hasPrefix("0.") ? String(digits.dropFirst()) : String(digits.prefix(3))
    guard cell.verdict == .noise else { return sign + short }
    return width >= short.count + 2 ? "~\(sign)\(short)" : "~\(short)"
  }

  /// The sign beside a number: above what it is compared with, not above it, or noise.
  static func sign(_ cell: SurveyCell) -> String {
    switch cell.verdict {
    case .plain: " "
    case .noise: "~"
    case .above: cell.isDifference ? " " : "+"
    case .below: "-"
    }
  }
}

extension SurveyCell {
  /// What its colour is made from: of a relation, how far it is above the baseline.
  var shade: Float {
    if isDifference { return Float(value) }
    guard let above = aboveBaseline else { return Float(value) }
    return verdict == .above ? Float(max(above, 0)) : 0
  }
}

extension ShownSurvey {
  /// What the brightest colour of a number stands for.
  func top(_ number: SurveyNumber) -> Float {
    let largest = heads.compactMap { cell(number, $0)?.shade }.largestMagnitude
    return largest > 0 ? largest : 1
  }

  /// Turns numbers into colours: around 0 for differences.
  func painter(_ number: SurveyNumber, _ state: State, _ appearance: Appearance) -> any ValuePainter {
    second == nil
      ? HeatPainter(appearance: appearance, colors: state.colors, top: top(number))
      : DivergingPainter(appearance: appearance, top: top(number))
  }
}

extension State {
  /// The survey whose numbers the view shows; nil where it shows the sentence.
  var surveyOfView: ShownSurvey? {
    switch exploration.view {
    case .heads: shownSurvey
    case .grid: gridSurvey?.survey
    default: nil
    }
  }
}

extension Words {
  /// A whole number with commas: 10,000
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return (number < 0 ? "-" : "") + result
  }
}
