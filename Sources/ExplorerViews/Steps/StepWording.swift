import Activations
import Explorer

/// What a step is for, what goes in, what comes out, and its formula with this query's numbers.
struct StepWording {
  let steps: HeadSteps
  /// Whether a step is shown for all queries at once.
  var isForAll = false

  private var signs: Signs { steps.signs }
  private var whom: String { isForAll ? "each query" : query }
  private var query: String { steps.queryName }
  private var key: String { steps.keyName }

  /// The name on the rail of steps.
  static func name(_ stage: StepStage, _ signs: Signs) -> String {
    switch stage {
    case .vectors: "q k v"
    case .scores: "q\(signs.dot)k"
    case .scale: "\(signs.divided) \(signs.root)d"
    case .mask: "+ mask"
    case .softmax: "softmax"
    case .weigh: "\(signs.times) values"
    case .context: "context"
    case .output: "output"
    }
  }

  /// From long to short.
  func goal(_ stage: StepStage) -> [String] {
    switch stage {
    case .vectors:
      [
        "Goal: make of every token's hidden state a question (query), an offer (key) and an answer (value).",
        "Goal: a query, a key and a value for every token.",
      ]
    case .scores:
      [
        "Goal: find out how well each key answers \(isForAll ? "each query" : "the query of \(query)"): the better they match, the larger their product.",
        "Goal: how well does each key answer \(whom)?",
      ]
    case .scale:
      [
        "Goal: keep the scores moderate however long the vectors are, so that softmax does not pick one key and ignore the rest.",
        "Goal: moderate scores, so that softmax does not pick just one.",
      ]
    case .mask:
      [
        "Goal: take out the keys that \(whom) may not see: \(signs.minusInfinity) becomes probability 0.",
        "Goal: take out the keys that may not be seen.",
      ]
    case .softmax:
      [
        "Goal: turn the row of scores into shares of 1: none below 0, the largest scores favoured.",
        "Goal: turn scores into shares of 1.",
      ]
    case .weigh:
      ["Goal: take of each key's value as much as its share says.", "Goal: each value by its share."]
    case .context:
      [
        "Goal: add the weighted values up: what \(whom) has collected from all keys, its context in this head.",
        "Goal: add up what \(whom) has collected.",
      ]
    case .output:
      [
        "Goal: take this head's context back to the hidden size, as its share of what the layer's attention adds to \(whom).",
        "Goal: this head's share of the layer's output.",
      ]
    }
  }

  /// What goes in and what comes out, with shapes.
  func shapes(_ stage: StepStage) -> [String] {
    let (n, d, hidden) = (steps.positions, steps.headSize, steps.hiddenSize)
    let row = isForAll ? "[query \(n), key \(n)]" : "[key \(n)]"
    let vector = isForAll ? "[query \(n), head size \(d)]" : "[head size \(d)]"
    let weighted = isForAll ? "[query \(n), key \(n), head size \(d)]" : "[key \(n), head size \(d)]"
    let (input, output): (String, String) =
      switch stage {
      case .vectors:
        (
          "hidden states [token \(n), hidden \(hidden)]",
          "queries, keys, values, each [token \(n), head size \(d)]"
        )
      case .scores:
        ("\(isForAll ? "queries" : "query") \(vector), keys [key \(n), head size \(d)]", "scores \(row)")
      case .scale: ("scores \(row)" + (steps.layer.scoreBias == nil ? "" : ", family \(row)"), "scaled scores \(row)")
      case .mask: ("scaled scores \(row), mask \(row)", "masked scores \(row)")
      case .softmax: ("masked scores \(row)", "probabilities \(row)")
      case .weigh: ("probabilities \(row), values [key \(n), head size \(d)]", "weighted values \(weighted)")
      case .context: ("weighted values \(weighted)", "\(isForAll ? "contexts" : "context") \(vector)")
      case .output:
        (
          "\(isForAll ? "contexts" : "context") \(vector)",
          isForAll ? "shares [query \(n), hidden \(hidden)]" : "share [hidden \(hidden)]"
        )
      }
    let short = { (text: String) in
      text.split(separator: "[").dropFirst().compactMap { $0.split(separator: "]").first }.map { "[\($0)]" }
        .joined(separator: " ")
    }
    return [
      "In: \(input)   Out: \(output)", "In: \(short(input))  Out: \(short(output))", "Out: \(short(output))",
    ]
  }

  /// The formula with the numbers of the query and the marked key; several lines, the first matter most.
  func formulas(_ stage: StepStage, columns: Int) -> [String] {
    switch stage {
    case .vectors:
      return [
        vectorLine("q(\(query)) = \(steps.family.projection("Q"))", steps.queryVector, columns),
        vectorLine("k(\(key)) = \(steps.family.projection("K"))", steps.keyVector(steps.key), columns),
        vectorLine("v(\(key)) = \(steps.family.projection("V"))", steps.valueVector(steps.key), columns),
      ]
    case .scores: return [products(columns)]
    case .scale: return scaled
    case .mask: return [masked]
    case .softmax: return [quotient]
    case .weigh:
      let probability = Words.fixed(Double(steps.probability(steps.key)), 4)
      return [
        "p \(signs.times) v(\(key)) = \(probability) \(signs.times) \(Self.vector(steps.valueVector(steps.key), 3, signs))",
        vectorLine("", steps.weighted(steps.key), columns),
      ]
    case .context:
      let off = steps.ablation == .zeroOutput ? "set to 0, this head is off: " : ""
      return [sum(columns), vectorLine("\(off)context(\(query))", steps.context, columns)]
    case .output:
      let (d, hidden) = (steps.headSize, steps.hiddenSize)
      let wordings = [
        "share = W_O context, with the \(d) columns of W_O that belong to this head: \(d) numbers in, \(hidden) out",
        "share = W_O context, with this head's \(d) columns of W_O", "share = W_O context (\(d) columns)",
      ]
      return [Words.fitting(wordings, in: columns, glyphs: steps.appearance.glyphs)]
    }
  }

  // MARK: Formulas

  private func number(_ value: Double) -> String { Words.fixed(value, 3) }
  private func short(_ value: Float) -> String { Words.fixed(Double(value), 2) }

  /// A vector with its first numbers.
  private static func vector(_ values: [Float], _ count: Int, _ signs: Signs) -> String {
    "[" + values.prefix(count).map { Words.fixed(Double($0), 2) }.joined(separator: " ")
      + (values.count > count ? " \(signs.ellipsis)" : "") + "]"
  }

  /// A vector with as many of its numbers as fit, at least one.
  static func vectorLine(_ name: String, _ values: [Float], _ columns: Int, _ signs: Signs) -> String {
    let whole = "\(name) = \(vector(values, values.count, signs))"
    guard whole.count > columns else { return whole }
    let end = "  \(values.count) numbers"
    var room = columns - "\(name) = \(vector(values, 1, signs))\(end)".count
    var count = 1
    for value in values.dropFirst() {
      room -= Words.fixed(Double(value), 2).count + 1
      guard room >= 0 else { break }
      count += 1
    }
    return "\(name) = \(vector(values, count, signs))\(end)"
  }

  private func vectorLine(_ name: String, _ values: [Float], _ columns: Int) -> String {
    Self.vectorLine(name, values, columns, signs)
  }

  private func products(_ columns: Int) -> String {
    let pairs = Array(zip(steps.queryVector, steps.keyVector(steps.key)))
    let start = "S(\(query), \(key)) = q\(signs.dot)k = "
    let end = " = \(number(steps.softmax.scores[steps.key]))"
    var terms: [String] = []
    var used = start.count + end.count + 20
    for (q, k) in pairs {
      let term = "\(short(q))\(signs.times)\(short(k))"
      used += term.count + 3
      guard used <= columns || terms.isEmpty else { break }
      terms.append(term)
    }
    let rest = terms.count < pairs.count ? " + \(signs.ellipsis) (\(pairs.count) products)" : ""
    return start + terms.joined(separator: " + ") + rest + end
  }

  /// q · k divided, and what the family adds to it.
  private var scaled: [String] {
    let (softmax, key) = (steps.softmax, steps.key)
    let quotient =
      "S(\(query), \(self.key)) \(signs.divided) \(steps.divisorName) = \(number(softmax.scores[key])) "
      + "\(signs.divided) \(number(steps.divisor)) = \(number(steps.divided(key)))"
    guard let bias = steps.bias(key) else { return [quotient] }
    let divided = steps.family.dividesAddition ? ", divided as well" : ""
    return [
      quotient,
      "scaled = \(number(steps.divided(key))) + \(signed(bias)) = \(number(softmax.scaledScores[key])): "
        + "the family adds \(steps.family.addition)\(divided)",
    ]
  }

  private var masked: String {
    let isVisible = steps.isVisible(steps.key)
    let score = steps.softmax.scaledScores[steps.key]
    let mask = isVisible ? " + 0 (may be seen)" : " + \(signs.minusInfinity) (blocked)"
    let result = isVisible ? number(score) : signs.minusInfinity
    return "masked(\(query), \(key)) = scaled + mask = \(number(score))\(mask) = \(result)"
  }

  private var quotient: String {
    let softmax = steps.softmax
    let probability = Words.fixed(softmax.probabilities[steps.key], 4)
    let name = "p(\(query), \(key))"
    guard let maximum = softmax.maximum else {
      return "\(name) = 0: \(query) may see no key at all, and its row is 0 by definition"
    }
    // What the softmax gives and what went on are two numbers where the head is off.
    let off =
      steps.ablation == .uniformAttention
      ? "; head off: \(steps.isVisible(steps.key) ? "1" : "0") \(signs.divided) \(steps.visibleKeys) = "
        + Words.fixed(Double(steps.probability(steps.key)), 4) : ""
    guard steps.isVisible(steps.key) else {
      return "\(name) = e^\(signs.minusInfinity) \(signs.divided) \(number(softmax.sum)) = 0 \(signs.divided) "
        + "\(number(softmax.sum)) = \(probability)\(off)"
    }
    return "\(name) = e^(\(number(softmax.scaledScores[steps.key])) - \(signed(maximum))) \(signs.divided) sum = "
      + "\(Words.fixed(softmax.exponentials[steps.key], 4)) \(signs.divided) \(Words.fixed(softmax.sum, 4)) = \(probability)\(off)"
  }

  private func signed(_ value: Double) -> String { value < 0 ? "(\(number(value)))" : number(value) }

  /// The first number of the context as the sum that it is.
  private func sum(_ columns: Int) -> String {
    let start = "context(\(query))[\(steps.countFrom)] = "
    let end = " = \(Words.fixed(steps.sumOfValues.first ?? 0, 3))"
    var terms: [String] = []
    var used = start.count + end.count + 6
    let keys = (0..<steps.positions).filter { steps.isVisible($0) }
    for key in keys {
      let value = steps.valueVector(key).first ?? 0
      let term = "\(short(steps.probability(key)))\(signs.times)\(short(value))"
      used += term.count + 3
      guard used <= columns || terms.isEmpty else { break }
      terms.append(term)
    }
    if terms.isEmpty { return "\(start)0: nothing may be seen, nothing is collected" }
    return start + terms.joined(separator: " + ") + (terms.count < keys.count ? " + \(signs.ellipsis)" : "") + end
  }
}
