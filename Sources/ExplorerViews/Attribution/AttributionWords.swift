import Activations
import Canvas
import Explorer

/// What y is, and what is shown of it, in words.
struct AttributionWords {
  let state: State
  let appearance: Appearance

  private var glyphs: GlyphSet { appearance.glyphs }

  /// The line that stands on the screen as long as attribution does, from long to short.
  var line: [String] {
    if let reason = state.noAttribution {
      let isPicture = state.view == .grid || state.view == .head
      return [
        "No attribution\(isPicture ? ", this is p itself" : ""): \(reason)",
        "\(isPicture ? "p itself" : "no y"): \(reason)",
      ]
    }
    guard let attribution = state.attribution else { return ["differentiating" + Signs(appearance).ellipsis] }
    let value = Words.fixed(attribution.value, 3)
    let (long, short) = (name(attribution.number, columns: 40), name(attribution.number, columns: 16))
    let what =
      switch state.view {
      case .heads: "importance |dy/dg| of a gate g on each head"
      case .flow: state.flow.measure == .rollout ? "relevance R - I" : "the mean of (p dy/dp)+ over the heads"
      default: "(p dy/dp)+ instead of p"
      }
    return [
      "Attribution to y = \(value), \(long): \(what); D: another y, d: back",
      "Attribution to y = \(value), \(long): \(what)", "Attribution to y = \(value), \(short): \(what)",
      "to y = \(value), \(long); D: another, d: back", "to y = \(value), \(long)", "to y = \(value), \(short)",
      "y: \(short)",
    ]
  }

  /// What y is: the logit of dog at [MASK] (3). Texts that do not fit are cut.
  func name(_ number: AttributedNumber, columns: Int) -> String {
    func text(_ text: String) -> String { Words.cut(visible(text, glyphs: glyphs), to: columns, glyphs: glyphs) }
    switch number {
    case .label(let label, let probability):
      return "the logit of label \(text(label)) (probability \(Words.fixed(probability, 2)))"
    case .token(let token, let position):
      let name = TokenText.plain(token, glyphs: glyphs)
      return "the logit of \(Words.cut(name, to: columns, glyphs: glyphs)) at [MASK] (\(position + state.countFrom))"
    case .cosine(let other, let isPutAside):
      return "the cosine with \(isPutAside ? "what was put aside" : "the next sentence"), \"\(text(other))\""
    }
  }

  /// What y is, for a class.
  var short: String {
    guard let attribution = state.attribution else { return state.noAttribution == nil ? "y: ..." : "no y: this is p" }
    return "y: \(name(attribution.number, columns: 20))"
  }

  /// The formula of presenter mode: of a pair, where one is marked.
  static func formula(_ state: State, hasPair: Bool) -> [String] {
    let formula = "(p dy/dp)+"
    guard hasPair, state.playback?.question?.isVeiled != true, let attribution = state.attribution,
      let pair = attribution.pair(state.head, query: state.query, key: state.key)
    else { return [formula] }
    return ["\(formula) = \(Words.small(Double(max(pair.probability * pair.gradient, 0))))", formula]
  }

  /// In what units numbers are written: " x 1e-3", or nothing.
  static func factor(_ unit: Float, _ signs: Signs) -> String {
    guard unit > 1 else { return "" }
    var (exponent, rest) = (0, unit)
    while rest > 1.5 { (exponent, rest) = (exponent + 1, rest / 10) }
    return " \(signs.times) 1e-\(exponent)"
  }
}

extension Words {
  /// 0.123 where it is large enough for that, else 1.2e-05.
  static func small(_ value: Double) -> String {
    abs(value) >= 0.01 || value == 0 || !value.isFinite ? fixed(value, 3) : scientific(value)
  }

  /// With as many digits as fit a width: 0.43, or 4e-3 where that would be 0.00.
  static func number(_ value: Double, orSmaller width: Int) -> String {
    guard value.isFinite, value != 0, abs(value) < 0.095 else { return number(value, width: width) }
    var (mantissa, exponent) = (abs(value), 0)
    while mantissa < 0.95 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let sign = value < 0 ? "-" : ""
    let texts = [1, 0].map { "\(sign)\(fixed(mantissa, $0))e\(exponent)" }
    return texts.first { $0.count <= width } ?? number(value, width: width)
  }
}
