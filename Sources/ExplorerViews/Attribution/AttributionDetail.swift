import Activations
import Canvas
import Explorer
import Insights

/// What attribution says of the marked head, or of the marked pair, in words.
struct AttributionDetail {
  let state: State
  let appearance: Appearance

  private var signs: Signs { Signs(appearance) }

  /// What is on the screen, from long to short; nil where attribution is not shown.
  static func explanation(_ state: State) -> [String]? {
    guard let attribution = state.attribution else { return nil }
    let tokens = state.positions
    let unit = AttributionWords.factor(attribution.unit, Signs(glyphs: .ascii))
    let numbers = unit.isEmpty ? "" : "; numbers\(unit)"
    return [
      "How much of y comes by each query (down) attending to each key (across), to first order: p times dy/dp, where positive"
        + "\(numbers) (Chefer et al. 2021). [query \(tokens), key \(tokens)]",
      "How much of y comes by each query (down) attending to each key (across): (p dy/dp)+\(numbers).",
      "Queries down, keys across: (p dy/dp)+\(numbers)", "(p dy/dp)+\(numbers)",
    ]
  }

  /// Of the head that is marked in the grid: the pair that gives most to y. Nil where attribution is not shown.
  var head: [String]? {
    guard let attribution = state.attribution, let computation = state.computation,
      let picture = HeadPicture(state: state, computation: computation), picture.quantity == .attribution
    else { return nil }
    let input = picture.input
    let strongest = picture.strongest(Array(input.tokens.indices))
    let gate = attribution.gates[state.head.layer][state.head.head]
    let place = state.name(of: state.head)
    let matters = "dy/dg \(signed(gate)) for a gate g on it"
    guard let strongest, strongest.value > 0,
      let pair = attribution.pair(state.head, query: strongest.query, key: strongest.key)
    else {
      return ["\(place): no attention of this head makes y larger; \(matters)", "\(place): nothing makes y larger"]
    }
    let product = Words.small(Double(pair.probability * pair.gradient))
    let arrow = "\(name(strongest.query, input)) \(signs.arrow) \(name(strongest.key, input))"
    let factors = "p \(Words.fixed(Double(pair.probability), 2)) \(signs.times) dy/dp \(signed(Double(pair.gradient)))"
    return [
      "\(place): most by \(arrow), \(product) = \(factors); \(matters)",
      "\(place): most by \(arrow), \(product) = \(factors)",
      "most by \(arrow), \(product)", "\(arrow) \(product)",
    ]
  }

  /// Of the pair under the crosshair; nil where attribution is not shown.
  var pair: [String]? {
    guard let attribution = state.attribution, let input = state.encoding?.input, state.query < input.count,
      state.key < input.count, let pair = attribution.pair(state.head, query: state.query, key: state.key)
    else { return nil }
    let names = "\(name(state.query, input)) \(signs.arrow) \(name(state.key, input))"
    let product = Double(pair.probability * pair.gradient)
    let factors = "p \(Words.fixed(Double(pair.probability), 4)) \(signs.times) dy/dp \(signed(Double(pair.gradient)))"
    let verdict = product < 0 ? ", which makes y smaller and is drawn as 0" : ""
    return [
      "query \(names): \(factors) = \(signed(product))\(verdict); x dy/dx of \(name(state.key, input)) "
        + signed(attribution.tokens.indices.contains(state.key) ? attribution.tokens[state.key] : .nan),
      "\(names): \(factors) = \(signed(product))\(verdict)", "\(names): \(factors) = \(signed(product))",
      "(p dy/dp)+ \(Words.small(max(product, 0)))",
    ]
  }

  private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Words.small(value) }

  private func name(_ position: Int, _ input: TokenizedInput) -> String {
    TokenText.plain(input.names[position], glyphs: appearance.glyphs)
  }
}
