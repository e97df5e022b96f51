import Activations
import Canvas
import Insights

/// The views that have a form of their own before a class: few things, all large. The others are drawn as always.
struct ViewPresenter {
  let state: State
  let appearance: Appearance
  let presentation: Presentation
  let area: Rect

  private var glyphs: GlyphSet { appearance.glyphs }
  private var isVeiled: Bool { state.playback?.question?.isVeiled == true }

  /// Returns false where the view has to be drawn as always.
  func draw(on canvas: inout Canvas) -> Bool {
    guard let encoding = state.encoding, state.query < encoding.input.count, state.key < encoding.input.count else {
      return false
    }
    let names = encoding.input.tokens.map { TokenText.plain($0, glyphs: glyphs) }
    switch state.view {
    case .mask: return drawMask(encoding, names, on: &canvas)
    case .words: return drawWords(names, on: &canvas)
    case .compare: return drawComparison(names, on: &canvas)
    case .steps: return drawSteps(encoding, names, on: &canvas)
    case .heads: return drawHeads(on: &canvas)
    case .flow: return drawFlow(names, on: &canvas)
    default: return false
    }
  }

  private func drawPanel(
    _ word: String, _ verb: String, _ other: String, _ number: String?, in panel: Rect?, on canvas: inout Canvas
  ) {
    guard let panel else { return }
    PresenterPanel(word: word, verb: verb, other: other, number: isVeiled ? nil : number, glyphs: glyphs)
      .draw(in: panel, on: &canvas)
  }

  // MARK: Mask

  private func drawMask(_ encoding: Encoding, _ names: [String], on canvas: inout Canvas) -> Bool {
    guard encoding.trace.layers.indices.contains(state.head.layer) else { return false }
    let mask = encoding.trace.layers[state.head.layer].mask
    let shown = state.positionsInMask
    let parts = PresenterPanel.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: MaskPainter(appearance: appearance), names: shown.map { names[$0] },
      value: { mask[shown[$0], shown[$1]] ? 1 : 0 }, text: { mask[shown[$0], shown[$1]] ? "1" : "0" },
      markedRow: shown.firstIndex(of: state.query), markedColumn: shown.firstIndex(of: state.key),
      isBottomUp: state.maskView.isBottomUp, hasGaps: true)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    let isAllowed = mask[state.query, state.key]
    drawPanel(
      names[state.query], isAllowed ? "may attend to" : "may not attend to", names[state.key], isAllowed ? "1" : "0",
      in: parts.panel, on: &canvas)
    return true
  }

  // MARK: Words

  private func drawWords(_ names: [String], on canvas: inout Canvas) -> Bool {
    guard let map = state.similarityMap, map.cosines.shape == [names.count, names.count] else { return false }
    let parts = PresenterPanel.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: DivergingPainter(appearance: appearance, top: 1), names: names, value: { map.cosines[$0, $1] },
      text: { LargeNumber.share(map.cosines[$0, $1]) }, markedRow: state.query,
      spotlight: presentation.spotlight == .query ? .query : .none)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    let name = names[state.query]
    if let same = state.sameWord, let position = same.position, same.similarities.indices.contains(state.hiddenState),
      let other = state.otherSentence
    {
      drawPanel(
        name, "like itself in sentence \(other + state.countFrom), place \(position + state.countFrom)", name,
        Words.fixed(same.similarities[state.hiddenState], 2), in: parts.panel, on: &canvas)
    } else if let history = state.wordHistory, history.nearest.indices.contains(state.hiddenState) {
      let nearest = history.nearest[state.hiddenState]
      guard names.indices.contains(nearest.position) else { return true }
      drawPanel(
        name, "is nearest to", names[nearest.position], Words.fixed(Double(nearest.cosine), 2), in: parts.panel,
        on: &canvas)
    }
    return true
  }

  // MARK: Flow

  private func drawFlow(_ names: [String], on canvas: inout Canvas) -> Bool {
    guard let flow = state.flowMap, flow.map.shape == [names.count, names.count] else { return false }
    let parts = PresenterPanel.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: HeatPainter(appearance: appearance, colors: state.colors, top: flow.largest), names: names,
      value: { flow.map[$0, $1] }, text: { LargeNumber.share(flow.map[$0, $1]) }, markedRow: state.query,
      markedColumn: state.key, spotlight: presentation.spotlight)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    drawPanel(
      names[state.query], state.showsNorms ? "is given by" : "comes from", names[state.key],
      Words.fixed(Double(flow.map[state.query, state.key]), 2), in: parts.panel, on: &canvas)
    return true
  }

  // MARK: Compare

  private func drawComparison(_ names: [String], on canvas: inout Canvas) -> Bool {
    guard state.compare.mode == .tokens, let comparison = state.headComparison else { return false }
    let shown = comparison.positionsB
    guard !shown.isEmpty, shown.allSatisfy(names.indices.contains) else { return false }
    let (query, key) = comparison.places(of: (state.query, state.key))
    let parts = PresenterPanel.split(area, words: names)
    let matrix = PresenterMatrix(
      painter: DivergingPainter(appearance: appearance, top: comparison.top), names: shown.map { names[$0] },
      value: { comparison.change[$0, $1] }, text: { LargeNumber.share(comparison.change[$0, $1]) }, markedRow: query,
      markedColumn: key, spotlight: presentation.spotlight)
    guard matrix.draw(in: parts.picture, on: &canvas) else { return false }
    guard shown.indices.contains(query), shown.indices.contains(key) else { return true }
    let change = Double(comparison.change[query, key])
    let verb =
      !change.isFinite
      ? "cannot be compared in what it gives to"
      : abs(change) < 0.005 ? "gives as much as before to" : change < 0 ? "now gives less to" : "now gives more to"
    drawPanel(
      names[shown[query]], verb, names[shown[key]],
      Words.fixed(change, 2), in: parts.panel, on: &canvas)
    return true
  }

  // MARK: Steps

  /// The way of one number, as far as the step has come: every line is in large letters.
  private func drawSteps(_ encoding: Encoding, _ names: [String], on canvas: inout Canvas) -> Bool {
    guard !state.steps.showsAllQueries, glyphs == .unicode, area.rows >= BigText.rows,
      encoding.trace.layers.indices.contains(state.head.layer),
      let present = StepStage.allCases.firstIndex(of: state.steps.stage)
    else { return false }
    let parts = PresenterPanel.split(area, words: names)
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
    drawPanel(names[state.query], "asks", names[state.key], nil, in: parts.panel, on: &canvas)
    return true
  }

  private func stepLines(_ layer: LayerTrace) -> [(stage: StepStage, words: [String], number: String)] {
    let (head, query, key) = (state.head.head, state.query, state.key)
    func fixed(_ value: Float) -> String { Words.fixed(Double(value), 2) }
    let isBlocked = !layer.mask[query, key]
    let probability = layer.probabilities(head: head)[query, key]
    var length: Float = 0
    for place in 0..<layer.values.shape[2] { length += layer.values[head, key, place] * layer.values[head, key, place] }
    length = length.squareRoot()
    return [
      (.vectors, ["q, k, v: \(state.model.headSize) each", "q k v"], ""),
      (.scores, ["q·k"], " = \(fixed(layer.attentionScore(head: head, query: query, key: key)))"),
      (.scale, ["/√\(state.model.headSize)"], " = \(fixed(layer.scaledScore(head: head, query: query, key: key)))"),
      (.mask, ["mask"], isBlocked ? ": -∞" : ": + 0"),
      (.softmax, ["softmax", "p"], " = \(fixed(probability))"),
      (.weigh, ["× |v|"], " = \(fixed(probability * length))"),
    ]
  }

  // MARK: Heads

  /// The table of heads as a few large lines around the marked one.
  private func drawHeads(on canvas: inout Canvas) -> Bool {
    let rows = state.sorted(state.headRows)
    guard glyphs == .unicode, !rows.isEmpty, area.rows >= BigText.rows else { return false }
    let room = area.rows / BigText.rows
    let marked = rows.firstIndex { $0.index == state.head } ?? 0
    let first = min(max(marked - room / 2, 0), max(rows.count - room, 0))
    let column = state.numberBeforeClass
    for (line, row) in rows[first..<min(first + room, rows.count)].enumerated() {
      let place = area.row + line * BigText.rows
      let isMarked = row.index == state.head
      let theme = presentation.theme
      let style = Style(
        foreground: appearance.depth == .none
          ? .standard : isMarked ? theme.foreground : theme.foreground.mixed(with: theme.background, share: 0.25))
      let name = "\(isMarked ? ">" : "") L\(row.index.layer + state.countFrom) H\(row.index.head + state.countFrom)"
      BigText.draw(name, on: &canvas, column: area.column, row: place, width: 32, style: style, glyphs: glyphs)
      let number = row[column].map { Words.fixed($0, 2) }
      let columns = number.flatMap { BigText($0)?.columns } ?? 0
      let end = area.endColumn - columns
      if let number, area.columns >= 60 {
        BigText.draw(number, on: &canvas, column: end, row: place, width: columns, style: style, glyphs: glyphs)
      }
      BigText.draw(
        row.pattern.name, on: &canvas, column: area.column + 33, row: place, width: max(end - area.column - 35, 8),
        style: style,
        glyphs: glyphs)
    }
    return true
  }
}
