import Activations
import Canvas
import Insights

/// The formula of the moment in presenter mode, with the number of what is marked; from long to short.
///
/// What a question hides is not given away.
extension State {
  /// The formula with its number where there is one to show.
  private func formula(_ words: String, _ value: Double?) -> [String] {
    guard let value, playback?.question?.isVeiled != true else { return [words] }
    return ["\(words) = \(Words.fixed(value, 2))", words]
  }

  /// The token at a position, as large letters spell it.
  private func word(_ position: Int) -> String {
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
  private var marked: (layer: LayerTrace, head: Int, query: Int, key: Int)? {
    guard let trace = encoding?.trace, trace.layers.indices.contains(head.layer), query < positions, key < positions
    else { return nil }
    return (trace.layers[head.layer], head.head, query, key)
  }

  fileprivate var stepFormula: [String] {
    let score = marked.map { Double($0.layer.attentionScore(head: $0.head, query: $0.query, key: $0.key)) }
    let isBlocked = marked.map { !$0.layer.mask[$0.query, $0.key] } ?? false
    switch self.steps.stage {
    case .vectors: return ["q = x·Wq  k = x·Wk"]
    case .scores: return formula("q·k", score)
    case .scale:
      let scaled = marked.map { Double($0.layer.scaledScore(head: $0.head, query: $0.query, key: $0.key)) }
      return formula("q·k/√\(model.headSize)", scaled)
    case .mask: return [isBlocked ? "blocked: score → -∞" : "not blocked: score + 0"]
    case .softmax:
      return formula(
        softmaxFormula("q·k"),
        marked.map { Double($0.layer.probabilities(head: $0.head)[$0.query, $0.key]) })
    case .weigh:
      guard let marked, playback?.question?.isVeiled != true else { return ["p × v"] }
      let share = Words.fixed(Double(marked.layer.probabilities(head: marked.head)[marked.query, marked.key]), 2)
      return ["\(share) × v(\(word(marked.key)))", "\(share) × v"]
    case .context: return ["context = Σ p × v"]
    case .output: return ["context · Wo"]
    }
  }

  fileprivate var maskFormula: [String] {
    guard let marked else { return ["0: score → -∞", "0 → -∞"] }
    let pair = "S(\(word(marked.query)), \(word(marked.key)))"
    return marked.layer.mask[marked.query, marked.key]
      ? ["\(pair) counts", "1: the score counts", "1"] : ["\(pair) → -∞", "0: score → -∞", "0 → -∞"]
  }

  fileprivate var wordsFormula: [String] {
    let name = word(query)
    if let same = sameWord, same.position != nil, same.similarities.indices.contains(hiddenState) {
      let number = Words.fixed(same.similarities[hiddenState], 2)
      return ["cos(\(name), \(name)) = \(number)", "cosine = \(number)"]
    }
    guard let history = wordHistory, history.nearest.indices.contains(hiddenState) else { return ["cos(x, y)"] }
    let nearest = history.nearest[hiddenState]
    let number = Words.fixed(Double(nearest.cosine), 2)
    return ["cos(\(name), \(word(nearest.position))) = \(number)", "cosine = \(number)"]
  }

  fileprivate var flowFormula: [String] {
    let value = flowMap.flatMap { flow in
      flow.map.shape == [positions, positions] ? Double(flow.map[query, key]) : nil
    }
    if self.showsNorms { return formula("|Σ p f(x)|", value) }
    switch (self.flow.measure, self.flow.pooling) {
    case (.rollout, _): return formula("R = (A + I)/2 · R", value)
    case (.layer, .mean): return formula("mean of the heads", value)
    case (.layer, .maximum): return formula("largest of the heads", value)
    }
  }

  fileprivate var compareFormula: [String] {
    guard let comparison = headComparison else { return ["B - A"] }
    guard self.compare.mode == .tokens else { return formula("cos(A, B)", comparison.cosine) }
    let (query, key) = comparison.places(of: (query, key))
    guard playback?.question?.isVeiled != true, comparison.positionsB.indices.contains(query),
      comparison.positionsB.indices.contains(key)
    else { return ["B - A"] }
    let (a, b) = (Double(comparison.a[query, key]), Double(comparison.b[query, key]))
    let difference = Words.signed(b - a, 2)
    return ["B - A = \(Words.fixed(b, 2)) - \(Words.fixed(a, 2)) = \(difference)", "B - A = \(difference)"]
  }

  /// The column whose numbers are shown: the one that the table is sorted by, or else the entropy.
  var numberBeforeClass: HeadColumn {
    HeadColumn.numbers.contains(self.heads.column) ? self.heads.column : .entropy
  }

  fileprivate var headsFormula: [String] {
    guard let row = headRows.first(where: { $0.index == head }) else { return [softmaxFormula("QKᵀ")] }
    let column = numberBeforeClass
    guard let number = row[column] else { return [row.pattern.name] }
    switch column {
    case .entropy: return formula("-Σ p ln p", number)
    case .distance: return formula("Σ p × distance", number)
    default: return formula("\(column.rawValue)", number)
    }
  }
}

extension StepsContent {
  static func formula(_ state: State) -> [String] { state.stepFormula }
}

extension MaskContent {
  static func formula(_ state: State) -> [String] { state.maskFormula }
}

extension WordsContent {
  static func formula(_ state: State) -> [String] { state.wordsFormula }
}

extension FlowContent {
  static func formula(_ state: State) -> [String] { state.flowFormula }
}

extension CompareContent {
  static func formula(_ state: State) -> [String] { state.compareFormula }
}

extension HeadsContent {
  static func formula(_ state: State) -> [String] { state.headsFormula }
}
