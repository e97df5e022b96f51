import Activations
import Canvas
import Explorer
import Insights

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
    guard let tokens = encoding?.input.tokens, tokens.indices.contains(position) else { return "" }
    return TokenText.plain(tokens[position], glyphs: .unicode)
  }

  /// What turns scores into probabilities in this model: softmax(q·k/√32).
  func softmaxFormula(_ product: String) -> String {
    let size = model.headSize
    guard let scale = encoding?.trace.layers.first?.scale else { return "softmax(\(product)/√d)" }
    if abs(scale * Float(size).squareRoot() - 1) < 1e-4 { return "softmax(\(product)/√\(size))" }
    return scale == 1 ? "softmax(\(product))" : "softmax(\(product)×\(Words.fixed(Double(scale), 2)))"
  }

  /// The layer, the head and the pair that are marked.
  var marked: (layer: LayerTrace, head: Int, query: Int, key: Int)? {
    guard let trace = encoding?.trace, trace.layers.indices.contains(head.layer), query < positions, key < positions
    else { return nil }
    return (trace.layers[head.layer], head.head, query, key)
  }
}
