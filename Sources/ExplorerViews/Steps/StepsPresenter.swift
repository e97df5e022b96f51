import Activations
import Canvas
import Explorer
import Insights
import UserInput

extension StepsDrawing {
  static func formula(_ state: State) -> [String] { state.stepFormula }

  static func present(_ presenter: ViewPresenter, on canvas: inout Canvas) -> Bool { presenter.drawSteps(on: &canvas) }
}

extension ViewPresenter {
  /// The way of one number, as far as the step has come: every line is in large letters.
  fileprivate func drawSteps(on canvas: inout Canvas) -> Bool {
    guard !state.steps.showsAllQueries, let encoding = state.encoding, glyphs == .unicode, area.rows >= BigText.rows,
      encoding.trace.layers.indices.contains(state.head.layer),
      let present = StepStage.allCases.firstIndex(of: state.steps.stage)
    else { return false }
    let parts = PairStatement.split(area, words: names)
    let lines = stepLines(encoding.trace.layers[state.head.layer])
    let reached = lines.filter { (StepStage.allCases.firstIndex(of: $0.stage) ?? 0) <= present }
    let gap = parts.picture.rows >= lines.count * (BigText.rows + 1) ? 1 : 0
    let room = max(parts.picture.rows / (BigText.rows + gap), 1)
    let theme = presentation.theme
    for (index, line) in reached.suffix(room).enumerated() {
      let color =
        line.stage == state.steps.stage ? theme.foreground : theme.foreground.mixed(with: theme.background, share: 0.25)
      let wordings = line.words.map { isVeiled ? $0 : $0 + line.number }
      let text = wordings.first { BigText($0).map { $0.columns <= parts.picture.columns } ?? false }
      BigText.draw(
        text ?? wordings[0], on: &canvas, column: parts.picture.column,
        row: parts.picture.row + index * (BigText.rows + gap), width: parts.picture.columns,
        style: Style(foreground: appearance.depth == .none ? .standard : color), glyphs: glyphs)
    }
    drawStatement(names[state.query], "asks", names[state.key], nil, in: parts.statement, on: &canvas)
    drawRow(in: parts.statement, on: &canvas)
    return true
  }

  /// The whole row, as far as the step has come: scores, e to the scores, shares. Three rows are the statement's words.
  private func drawRow(in statement: Rect?, on canvas: inout Canvas) {
    guard let statement, !isVeiled, let computation = state.computation,
      let head = HeadPicture(state: state, computation: computation)
    else { return }
    let progress: Double
    switch state.steps.stage {
    case .vectors: return
    case .scores, .scale, .mask: progress = 0
    case .softmax: progress = presentation.progress
    case .weigh, .context, .output: progress = 1
    }
    RowBars(
      head: head, appearance: appearance, progress: progress, hasNumbers: state.steps.stage == .softmax
    )
    .draw(in: statement.inset(top: BigText.rows * 2 + 2), on: &canvas)
  }

  private func stepLines(_ layer: LayerTrace) -> [(stage: StepStage, words: [String], number: String)] {
    let (head, query, key) = (state.head.head, state.query, state.key)
    func fixed(_ value: Float) -> String { Words.fixed(Double(value), 2) }
    let isBlocked = !layer.mask[query, key]
    let probability = state.markedProbability ?? .nan
    let scaled = fixed(layer.scaledScore(head: head, query: query, key: key))
    var length: Float = 0
    for place in 0..<layer.values.shape[2] { length += layer.values[head, key, place] * layer.values[head, key, place] }
    length = length.squareRoot()
    let family = layer.scoreBias == nil ? "" : " + family"
    // Where the head is off, what went on is no softmax.
    let isEven = layer.ablations[head] == .uniformAttention
    return [
      (.vectors, ["q, k, v: \(state.model.headSize) each", "q k v"], ""),
      (.scores, ["q·k"], " = \(fixed(layer.attentionScore(head: head, query: query, key: key)))"),
      (
        .scale, layer.scaling.isEmpty && family.isEmpty ? ["scaled"] : [layer.scaling + family, "scaled"],
        " = \(scaled)"
      ),
      (.mask, ["mask"], isBlocked ? ": -∞" : ": + 0"),
      (.softmax, isEven ? ["head off: even", "even"] : ["softmax", "p"], " = \(fixed(probability))"),
      (.weigh, ["× |v|"], " = \(fixed(probability * length))"),
    ]
  }
}

extension State {
  fileprivate var stepFormula: [String] {
    let score = marked.map { Double($0.layer.attentionScore(head: $0.head, query: $0.query, key: $0.key)) }
    let isBlocked = marked.map { !$0.layer.mask[$0.query, $0.key] } ?? false
    switch self.steps.stage {
    case .vectors: return ["q = x·Wq  k = x·Wk"]
    case .scores: return formula("q·k", score)
    case .scale:
      let scaled = marked.map { Double($0.layer.scaledScore(head: $0.head, query: $0.query, key: $0.key)) }
      return formula(scaledFormula("q·k"), scaled)
    case .mask: return [isBlocked ? "blocked: scaled → -∞" : "not blocked: scaled + 0"]
    case .softmax:
      guard let marked else { return [softmaxFormula("q·k")] }
      let isEven = marked.layer.ablations[marked.head] == .uniformAttention
      return formula(
        isEven ? "head off: 1/\(marked.layer.mask.visibleKeys(query: marked.query))" : softmaxFormula("q·k"),
        markedProbability.map(Double.init))
    case .weigh:
      guard let marked, let probability = markedProbability, playback?.question?.isVeiled != true else {
        return ["p × v"]
      }
      let share = Words.fixed(Double(probability), 2)
      return ["\(share) × v(\(word(marked.key)))", "\(share) × v"]
    case .context: return ["context = Σ p × v"]
    case .output: return ["context · Wo"]
    }
  }
}
