import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// A step for all queries at once: its matrices side by side, with what is done to them between.
struct StepMatrices {
  let steps: HeadSteps
  let state: State
  let area: Rect

  private struct Part {
    var title: String
    var picture: MatrixPicture
  }

  func draw(on canvas: inout Canvas) {
    guard let parts else {
      canvas.draw(
        "computing" + steps.signs.ellipsis, column: area.column, row: area.row, style: Style(attributes: .dim),
        width: area.columns, glyphs: steps.appearance.glyphs)
      return
    }
    for (part, rect) in zip(parts, rects(parts.count)) {
      canvas.draw(
        Words.cut(part.title, to: rect.columns, glyphs: steps.appearance.glyphs), column: rect.column, row: rect.row,
        style: Style(attributes: .bold), glyphs: steps.appearance.glyphs)
      part.picture.draw(in: rect.inset(top: 1), on: &canvas)
    }
  }

  /// The query, and the key where the matrix has keys, under a point.
  func pair(at point: Point) -> (query: Int, key: Int?)? {
    guard let parts else { return nil }
    for (part, rect) in zip(parts, rects(parts.count)) where rect.contains(point) {
      guard let cell = MatrixLayout(part.picture, area: rect.inset(top: 1)).cell(at: point) else { return nil }
      return (cell.row, part.picture.markedColumn == nil ? nil : cell.column)
    }
    return nil
  }

  private func rects(_ count: Int) -> [Rect] {
    // Where they would be too narrow beside each other, only the last stays: what comes out.
    let shown = max(min(count, area.columns / 24), 1)
    let width = (area.columns - (shown - 1) * 2) / shown
    let rects = (0..<shown).map {
      Rect(column: area.column + $0 * (width + 2), row: area.row, columns: width, rows: area.rows)
    }
    return Array(repeating: Rect(column: 0, row: 0, columns: 0, rows: 0), count: count - shown) + rects
  }

  private var signs: Signs { steps.signs }

  /// Nil while the scores are being worked out.
  private var parts: [Part]? {
    let (layer, head, scales) = (steps.layer, steps.index.head, StepScales(steps: steps))
    let values = { vectors("values V", layer.values[slice: head], top: scales.answers) }
    switch state.steps.stage {
    case .vectors:
      return [
        vectors("queries Q", layer.queries[slice: head], top: scales.offers),
        vectors("keys K", layer.keys[slice: head], top: scales.offers), values(),
      ]
    case .scores, .scale, .mask: return state.showsScoreCells ? cells.map(matrices) : found.map(matrices)
    case .softmax: return [probabilities]
    case .weigh: return [probabilities, values()]
    case .context: return [probabilities, values(), contexts(steps.ablation == nil ? "context = P V" : "context")]
    case .output: return [contexts("context of this head")]
    }
  }

  private var family: String { steps.layer.scoreBias == nil ? "" : " + family" }

  /// The scores of every pair, as far as the step has come.
  private func matrices(_ found: HeadScores) -> [Part] {
    let layer = steps.layer
    switch state.steps.stage {
    case .scale:
      return [scores(found), scaled(top: found.largest.scaled) { scaled($0, $1, found) }]
    case .mask:
      return [
        pairs("masked scores", top: found.largest.masked) { query, key in
          layer.mask[query, key] ? scaled(query, key, found) : nil
        }
      ]
    default: return [scores(found)]
    }
  }

  /// The same of a long text, in cells of several pairs.
  private func matrices(_ cells: ScoreCells) -> [Part] {
    let scores = drawn(pairs("scores Q K^T", top: cells.largestScore) { _, _ in nil }, cells.scores)
    switch state.steps.stage {
    case .scale: return [scores, drawn(scaled(top: cells.largestScaled) { _, _ in nil }, cells.scaled)]
    case .mask: return [drawn(pairs("masked scores", top: cells.largestMasked) { _, _ in nil }, cells.masked)]
    default: return [scores]
    }
  }

  /// The same picture of numbers that are held in cells.
  private func drawn(_ part: Part, _ map: CoarsePicture) -> Part {
    var part = part
    part.picture.step = map.factor
    part.picture.value = { map[$0, $1] }
    part.picture.dots = { map.dots($0, factor: $1) }
    let blocked = part.picture.pooling == .largest ? signs.dot : signs.minusInfinity
    part.picture.texts = [{ map[$0, $1].map { Words.fixed(Double($0), 2) } ?? blocked }]
    return part
  }

  private func scaled(top: Float, _ value: @escaping (Int, Int) -> Float?) -> Part {
    pairs("scaled scores, Q K^T \(signs.divided) \(steps.divisorName)\(family)", top: top, value)
  }

  /// Nil while they are worked out.
  private var cells: ScoreCells? { state.found(ScoreCellsTask(of: steps.index)) }

  private var found: HeadScores? {
    guard let found = state.found(ScoresTask(of: steps.index)), found.scores.rows == steps.positions else { return nil }
    return found
  }

  private func scores(_ found: HeadScores) -> Part {
    pairs("scores Q K^T", top: found.largest.score) { found.scores[$0, $1] }
  }

  private func scaled(_ query: Int, _ key: Int, _ found: HeadScores) -> Float {
    found.scores[query, key] * steps.layer.scale + (steps.layer.scoreBias?[steps.index.head, query, key] ?? 0)
  }

  private func contexts(_ title: String) -> Part {
    let contexts = steps.layer.contextLayer[slice: steps.index.head]
    return vectors(title, contexts, top: steps.reach.contexts)
  }

  /// Every picture has a scale of its own, so each says what the ends of the colours stand for.
  private func reach(_ top: Float) -> String { "\(signs.plusMinus)\(Words.difference(top))" }

  private func vectors(_ title: String, _ tensor: Tensor, top: Float) -> Part {
    let painter = DivergingPainter(appearance: steps.appearance, top: top)
    let (computation, index) = (steps.computation, steps.index)
    return Part(
      title: "\(title) [token \(tensor.shape[0]), head size \(tensor.shape[1])], \(reach(top))",
      picture: MatrixPicture(
        rows: tensor.shape[0], columns: tensor.shape[1], value: { tensor[$0, $1] },
        dots: { computation.dots(of: tensor, title, of: index, factor: $1)[$0.lowerBound / max($1, 1)] },
        painter: painter,
        rowName: { steps.names[$0] }, isDim: { !steps.input.attentionMask[$0] }, markedRow: steps.query,
        texts: [{ Words.fixed(Double(tensor[$0, $1]), 2) }]))
  }

  private func pairs(_ title: String, top: Float, _ value: @escaping (Int, Int) -> Float?) -> Part {
    pairs(title, reach(top), DivergingPainter(appearance: steps.appearance, top: top), value)
  }

  private func pairs(
    _ title: String, _ reach: String, _ painter: any ValuePainter, _ value: @escaping (Int, Int) -> Float?
  ) -> Part {
    Part(
      title: "\(title) [query \(steps.positions), key \(steps.positions)], \(reach)",
      picture: MatrixPicture(
        rows: steps.positions, columns: steps.positions, value: value, painter: painter, rowName: { steps.names[$0] },
        columnName: { steps.names[$0] }, isDim: { !steps.input.attentionMask[$0] }, markedRow: steps.query,
        markedColumn: steps.key,
        texts: [{ value($0, $1).map { Words.fixed(Double($0), 2) } ?? signs.minusInfinity }],
        corner: "q\(signs.down) k\(signs.arrow)"))
  }

  private var probabilities: Part {
    if let overview = steps.overview {
      var part = probabilities(top: overview.largest) { _, _ in nil }
      part.picture.pooling = .largest
      return drawn(part, overview.picture)
    }
    let tensor = steps.probabilitiesOfAll
    let mask = steps.layer.mask
    var part = probabilities(top: tensor.largest()) { mask[$0, $1] ? tensor[$0, $1] : nil }
    part.picture.texts = [{ mask[$0, $1] ? Words.fixed(Double(tensor[$0, $1]), 2) : signs.dot }]
    part.picture.pooling = .largest
    return part
  }

  private func probabilities(top: Float, _ value: @escaping (Int, Int) -> Float?) -> Part {
    let painter = HeatPainter(appearance: steps.appearance, colors: state.colors, top: top)
    return pairs("probabilities P", "0 to \(Words.fixed(Double(top), 2))", painter, value)
  }
}
