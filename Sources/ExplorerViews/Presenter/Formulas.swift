import Activations
import Canvas
import Explorer
import Insights
import Support

/// The formula of the moment in presenter mode, with the number of what is marked; from long to short.
///
/// What a question hides is not given away.
extension State {
  /// The formula with its number where there is one to show.
  func formula(_ words: String, _ value: Double?) -> [String] {
    guard let value, playback?.question?.isVeiled != true else { return [words] }
    return ["\(words) = \(Words.fixed(value, 2))", words]
  }

  /// The token at a position, as large letters spell it.
  func word(_ position: Int) -> String {
    guard let tokens = encoding?.input.names, tokens.indices.contains(position) else { return "" }
    return TokenText.plain(tokens[position], glyphs: .unicode)
  }

  /// What turns scores into probabilities in the selected layer: softmax(q·k/√32), with what its family adds.
  /// Where queries and keys are not known, p alone.
  func softmaxFormula(_ product: String) -> String {
    model.recorded.map(\.hasVectors) ?? true ? "softmax(\(scaledFormula(product)))" : "p"
  }

  /// A scaled score: q·k/√32, and in some families + family.
  func scaledFormula(_ product: String) -> String {
    guard let layers = encoding?.trace.layers,
      let layer = layers.indices.contains(head.layer) ? layers[head.layer] : layers.first
    else { return "\(product)/√d" }
    return product + layer.scaling + (layer.scoreBias == nil ? "" : " + family")
  }

  /// The formula of what a picture shows of a head.
  func formula(of picture: HeadPicture) -> String {
    guard picture.quantity == .probability else { return picture.quantity.formula }
    // Of sentences and words, each sum over keys is a mean over queries.
    if computation?.joined != nil { return "mean Σ p" }
    // Even attention comes of no score.
    if picture.ablation == .uniformAttention {
      return "head off: 1/\(picture.layer.mask.visibleKeys(query: picture.query))"
    }
    return softmaxFormula("q·k")
  }

  /// The layer, the head and the pair that are marked.
  var marked: (layer: LayerTrace, head: Int, query: Int, key: Int)? {
    guard let trace = encoding?.trace, trace.layers.indices.contains(head.layer), query < queryPositions,
      key < positions
    else { return nil }
    return (trace.layers[head.layer], head.head, query, key)
  }
}

extension State {
  /// The probability of the marked pair in the marked head; nil where there is none.
  var markedProbability: Float? {
    guard let marked, let computation, marked.head < computation.encoding.trace.heads else { return nil }
    return PairMap(head, of: computation)[marked.query, marked.key]
  }
}

extension LayerTrace {
  /// How q·k is scaled, as large letters spell it: /√32, or ×0.17 where the scale is no root of a whole number.
  var scaling: String {
    if scale == 1 { return "" }
    let square = 1 / (Double(scale) * Double(scale))
    guard square.isFinite, square < 1e6, let whole = Int(saturating: square, rule: .toNearestOrAwayFromZero), whole > 0,
      abs(square - Double(whole)) < 1e-3 * square
    else { return "×\(Words.fixed(Double(scale), 2))" }
    return "/√\(whole)"
  }
}

/// How formulas are written.
enum Formula {
  private static let names: [Character: String] = [
    "√": "sqrt ", "·": " . ", "×": "x", "÷": "/", "Σ": "sum ", "→": "->", "∞": "inf", "ᵀ": "^T", "∂": "d", "−": "-",
  ]

  /// The same formula for a terminal that shows ASCII only: q . k/sqrt 32.
  static func ascii(_ formula: String) -> String { formula.map { names[$0] ?? String($0) }.joined() }
}
