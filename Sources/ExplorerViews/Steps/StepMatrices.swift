import Activations
import Canvas
import Explorer
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
    let layer = steps.layer
    let head = steps.index.head
    switch state.steps.stage {
    case .vectors:
      return [
        vectors("queries Q", layer.queries[slice: head]), vectors("keys K", layer.keys[slice: head]),
        vectors("values V", layer.values[slice: head]),
      ]
    case .scores: return scores.map { [pairs("Q K^T", $0)] }
    case .scale:
      return scores.map { scores in
        [
          pairs("Q K^T", scores),
          pairs("Q K^T \(signs.divided) \(steps.divisorName)") { scores($0, $1).map { $0 * layer.scale } },
        ]
      }
    case .mask:
      return scores.map { scores in
        [
          pairs("masked scores") { query, key in
            layer.mask[query, key]
              ? scores(query, key).map { $0 * layer.scale + (layer.scoreBias?[head, query, key] ?? 0) } : nil
          }
        ]
      }
    case .softmax: return [probabilities]
    case .weigh: return [probabilities, vectors("values V", layer.values[slice: head])]
    case .context:
      return [
        probabilities, vectors("values V", layer.values[slice: head]),
        vectors("context = P V", layer.contextLayer[slice: head]),
      ]
    case .output: return [vectors("context of this head", layer.contextLayer[slice: head])]
    }
  }

  private var scores: ((Int, Int) -> Float?)? {
    guard let matrix = state.found(ScoresTask(of: steps.index)) else { return nil }
    return { query, key in query < matrix.rows && key < matrix.columns ? matrix[query, key] : nil }
  }

  private func vectors(_ title: String, _ tensor: Tensor) -> Part {
    let painter = DivergingPainter(appearance: steps.appearance, top: tensor.largestMagnitude)
    return Part(
      title: "\(title) [token \(tensor.shape[0]), head size \(tensor.shape[1])]",
      picture: MatrixPicture(
        rows: tensor.shape[0], columns: tensor.shape[1], value: { tensor[$0, $1] }, painter: painter,
        rowName: { steps.names[$0] }, isDim: { !steps.input.attentionMask[$0] }, markedRow: steps.query,
        texts: [{ Words.fixed(Double(tensor[$0, $1]), 2) }]))
  }

  private func pairs(_ title: String, _ value: @escaping (Int, Int) -> Float?) -> Part {
    var top: Float = 0
    for query in 0..<steps.positions {
      for key in 0..<steps.positions {
        if let number = value(query, key), number.isFinite { top = max(top, abs(number)) }
      }
    }
    return pairs(title, DivergingPainter(appearance: steps.appearance, top: top), value)
  }

  private func pairs(_ title: String, _ painter: any ValuePainter, _ value: @escaping (Int, Int) -> Float?) -> Part {
    Part(
      title: "\(title) [query \(steps.positions), key \(steps.positions)]",
      picture: MatrixPicture(
        rows: steps.positions, columns: steps.positions, value: value, painter: painter, rowName: { steps.names[$0] },
        columnName: { steps.names[$0] }, isDim: { !steps.input.attentionMask[$0] }, markedRow: steps.query,
        markedColumn: steps.key,
        texts: [{ value($0, $1).map { Words.fixed(Double($0), 2) } ?? signs.minusInfinity }],
        corner: "q\(signs.down) k\(signs.arrow)"))
  }

  private var probabilities: Part {
    let tensor = steps.layer.probabilities(head: steps.index.head)
    let mask = steps.layer.mask
    let painter = HeatPainter(appearance: steps.appearance, colors: state.colors, top: tensor.largest())
    var part = pairs("probabilities P", painter) { mask[$0, $1] ? tensor[$0, $1] : nil }
    part.picture.texts = [{ mask[$0, $1] ? Words.fixed(Double(tensor[$0, $1]), 2) : signs.dot }]
    part.picture.pooling = .largest
    return part
  }
}
