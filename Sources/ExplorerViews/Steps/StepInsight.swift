import Activations
import Explorer
import Insights
import Support

/// What there is to see in a step, in one line with this query's numbers.
struct StepInsight {
  let steps: HeadSteps
  let state: State

  private var signs: Signs { steps.signs }
  private var softmax: SoftmaxSteps { steps.softmax }

  /// From long to short.
  var wordings: [String] {
    if let computation = state.computation {
      let odd = OddWords(steps: steps, computation: computation).wordings
      if !odd.isEmpty { return odd }
    }
    let wordings = stageWordings
    guard let ablation = steps.ablation else { return wordings }
    let what =
      switch ablation {
      case .zeroOutput: "this head is switched off: its context is set to 0 after the sum"
      case .uniformAttention: "this head is switched off: its probabilities are made even after the softmax"
      }
    return wordings.map { "\($0) (\(what))" } + [what]
  }

  private var stageWordings: [String] {
    switch state.steps.stage {
    case .vectors: vectors
    case .scores: scores
    case .scale: scale
    case .mask: mask
    case .softmax: parts
    case .weigh: weigh
    case .context: context
    case .output: output
    }
  }

  private func fixed(_ value: Double, _ decimals: Int = 2) -> String { Words.fixed(value, decimals) }

  private var vectors: [String] {
    let (d, heads) = (steps.headSize, steps.heads)
    let words =
      "Each of the \(heads) heads has matrices of its own; they serve every token, and only the hidden state differs"
    if let sharing = steps.layer.traits?.sharing(head: steps.index.head, of: heads) {
      let (first, last) = (sharing.lowerBound + steps.countFrom, sharing.upperBound - 1 + steps.countFrom)
      return [
        "Heads \(first) to \(last) share one matrix for keys and one for values; each has its own for queries. Head size d = \(d).",
        "Heads \(first) to \(last) share keys and values; d = \(d)", "keys and values of heads \(first) to \(last)",
        "d = \(d)",
      ]
    }
    return ["\(words). Head size d = \(d).", "Same matrices for every token; d = \(d)", "d = \(d)"]
  }

  private var scores: [String] {
    guard let most = softmax.scores.indices.max(by: { softmax.scores[$1].isLarger(than: softmax.scores[$0]) }),
      let least = softmax.scores.indices.min(by: { softmax.scores[$0].isSmaller(than: softmax.scores[$1]) })
    else { return [] }
    let (high, low) = (fixed(softmax.scores[most]), fixed(softmax.scores[least]))
    return [
      "\(steps.queryName) matches \(steps.names[most]) best (\(high)) and \(steps.names[least]) worst (\(low)); "
        + "the score q\(signs.dot)k counts what points the same way in query and key.",
      "best match \(steps.names[most]) \(high), worst \(steps.names[least]) \(low)",
      "best \(steps.names[most]) \(high)",
    ]
  }

  private var scale: [String] {
    guard softmax.maximum != nil else { return nothingVisible }
    let undivided = steps.undivided
    let (before, after) = (undivided.entropy, softmax.entropy)
    // As many digits as the column has.
    let (top, topAfter) = (fixed(undivided.probabilities.max() ?? 0, 4), fixed(softmax.probabilities.max() ?? 0, 4))
    let short =
      "without: largest share \(top), entropy \(fixed(before)) nats; with: \(topAfter), \(fixed(after))"
    let addition =
      steps.layer.scoreBias == nil
      ? ""
      : " The family adds \(steps.family.addition)"
        + (steps.family.dividesAddition ? ", divided as well." : ", undivided.")
    return [
      "\(whyDivided) Undivided the largest share is \(top) (entropy \(fixed(before)) nats), "
        + "divided \(topAfter) (\(fixed(after))).\(addition)",
      short, "entropy \(fixed(before)), divided \(fixed(after))",
    ]
  }

  /// What the divisor is the spread of.
  private var whyDivided: String {
    let (d, root) = (steps.headSize, signs.root)
    if let traits = steps.layer.traits {
      if traits.scalesQueries { return "Queries were divided by \(root)\(d) where they were made, so scores are not." }
      if steps.layer.scale == 1, d > 1 {
        return "\(state.model.family) divides by nothing: its weights have learned to do without."
      }
      if steps.summands != d {
        return "\(state.model.family) divides by \(steps.divisorName), whatever the size of a head."
      }
    }
    guard let summands = steps.summands, summands != d else {
      return "Why: a sum of \(d) products spreads about \(root)\(d) times as wide as one."
    }
    return "Why: q\(signs.dot)k and what the family adds are \(summands) products together, which spread about "
      + "\(root)\(summands) times as wide as one."
  }

  private var mask: [String] {
    let blocked = steps.positions - steps.visibleKeys
    guard softmax.maximum != nil else { return nothingVisible }
    if let pad = padTakes { return pad }
    guard blocked > 0 else {
      return [
        "Mask \(state.maskMode.rawValue): \(steps.queryName) may see all \(steps.positions) keys; 0 is added to every scaled score.",
        "all \(steps.positions) keys may be seen",
      ]
    }
    let reasons = state.encoding.map { BlockReasons(steps, $0) }
    let far = reasons?.count(of: .neighbours, query: steps.query) ?? 0
    let later = reasons?.count(of: .laterOfFamily, query: steps.query) ?? 0
    let why = [
      (far, "this layer only looks at neighbours"), (later, "\(state.model.family) lets no query see later keys"),
    ]
    let reason = why.filter { $0.0 > 0 }.map { count, words in
      count == blocked
        ? ", \(blocked == 1 ? "" : "all of them ")because \(words)" : ", \(count) of them because \(words)"
    }.joined()
    let keys = Words.count(blocked, "key")
    return [
      "Mask \(state.maskMode.rawValue): \(keys) of \(steps.positions) blocked for \(steps.queryName)\(reason). "
        + "e^\(signs.minusInfinity) is 0, so nothing of them is left after the softmax.",
      "mask \(state.maskMode.rawValue): \(keys) of \(steps.positions) blocked", "\(keys) blocked",
    ]
  }

  /// PAD collecting attention, traced to its cause.
  private var padTakes: [String]? {
    let pads = (0..<steps.positions).filter { !steps.input.attentionMask[$0] && steps.isVisible($0) }
    guard !pads.isEmpty, steps.input.attentionMask[steps.query] else { return nil }
    let share = fixed(pads.reduce(0) { $0 + Double(steps.probability($1)) })
    return [
      "PAD takes \(share) of the attention of \(steps.queryName), though it says nothing. The cause: mask "
        + "\(state.maskMode.rawValue) adds 0 to its scores instead of \(signs.minusInfinity). m chooses another mask.",
      "PAD takes \(share): mask \(state.maskMode.rawValue) does not block it; m: another mask", "PAD takes \(share)",
    ]
  }

  private var parts: [String] {
    guard let maximum = softmax.maximum else { return nothingVisible }
    let entropy = softmax.entropy
    let ceiling = entropyCeiling
    let words =
      "maximum \(fixed(maximum, 3)), sum \(fixed(softmax.sum, 4)), entropy \(fixed(entropy)) of at most \(ceiling) nats"
    return [
      "Taking away the maximum changes no share and keeps e^ small: \(words). "
        + (steps.ablation == .uniformAttention
          ? ""
          : "What the model computed differs by \(Words.scientific(softmax.largestDifference(from: steps.probabilities)))."),
      words, "entropy \(fixed(entropy)) of \(ceiling)",
    ]
  }

  private var entropyCeiling: String {
    // ln n as the entropy of n equal shares, which needs no logarithm here.
    let count = steps.visibleKeys
    return fixed(entropy(of: [Float](repeating: 1 / Float(max(count, 1)), count: count)))
  }

  private var weigh: [String] {
    let lengths = (0..<steps.positions).map { length(steps.weighted($0)) }
    guard softmax.maximum != nil, let most = lengths.indices.max(by: { lengths[$1].isLarger(than: lengths[$0]) }) else {
      return nothingVisible
    }
    let attended =
      (0..<steps.positions).max { steps.probability($1).isLarger(than: steps.probability($0)) } ?? most
    let contrast =
      attended == most
      ? ""
      : " Most attention goes to \(steps.names[attended]), but its value is short (\(fixed(length(steps.valueVector(attended)))))."
    return [
      "\(steps.names[most]) brings most: \(fixed(Double(steps.probability(most)), 4)) of a value of length "
        + "\(fixed(length(steps.valueVector(most)))).\(contrast)",
      "\(steps.names[most]) brings most: length \(fixed(lengths[most]))",
    ]
  }

  private func length(_ vector: [Float]) -> Double {
    vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private var context: [String] {
    guard softmax.maximum != nil else { return nothingVisible }
    guard steps.ablation != .zeroOutput else {
      return ["The sum would be the new word of \(steps.queryName) in this head.", "a mixture of values"]
    }
    let difference = zip(steps.sumOfValues, steps.context).map { abs($0 - Double($1)) }.max() ?? 0
    return [
      "This is the new word of \(steps.queryName) in this head: a mixture of values. "
        + "What the model computed differs from this sum by \(Words.scientific(difference)).",
      "a mixture of values; the model's own differs by \(Words.scientific(difference))", "a mixture of values",
    ]
  }

  private var output: [String] {
    guard let shares = state.found(SharesTask(layer: steps.index.layer, query: steps.query)),
      shares.norms.indices.contains(steps.index.head)
    else { return [] }
    let norms = shares.norms
    let own = norms[steps.index.head]
    let place = norms.count { $0 > own } + 1
    let length = fixed(own, 3)
    return [
      "This head's share has the length \(length), number \(place) of \(norms.count). All shares and b_O are added up; "
        + "then comes the residual connection: the hidden state is added again.",
      "length \(length), number \(place) of \(norms.count) heads; all are added up", "length \(length)",
    ]
  }

  /// The lesson of a fully blocked row.
  private var nothingVisible: [String] {
    [
      "\(steps.queryName) may see no key: its row is 0 by definition here. Other implementations: even shares where the lowest "
        + "number stands for blocked, the unmasked softmax where -10000 is added, NaN where \(signs.minusInfinity) is.",
      "\(steps.queryName) may see no key: its row is 0 by definition", "no key may be seen: all 0",
    ]
  }
}
