import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// Two heads token by token: A, B, and B − A on a scale with zero in its middle, and the pairs that changed most.
struct CompareTokensView {
  let state: State
  let appearance: Appearance
  let area: Rect

  func draw(on canvas: inout Canvas) {
    guard let heads = state.comparedHeads, let computation = state.computation else { return }
    let b = computation.encoding
    guard let computationOfA = state.results[.pictureA], let comparison = state.headComparison else {
      canvas.draw(
        Words.fitting(
          [state.incomparable ?? "comparing" + Signs(appearance).ellipsis], in: area.columns, glyphs: appearance.glyphs),
        column: area.column, row: area.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
      return
    }
    let a = computationOfA.encoding
    let marked = comparison.places(of: (state.query, state.key))
    let layout = MapLayout(
      count: CompareTokensView.count(in: area), area: area, extent: comparison.extent,
      widest: CompareTokensView.widest(computation, appearance),
      appearance: appearance)
    let drawing = MapDrawing(appearance: appearance, layout: layout, marked: marked)
    let (namesOfA, namesOfB) = (TokenNames(computationOfA, glyphs: appearance.glyphs), names(areQueries: false).names)
    let names = (comparison.positionsA.map { namesOfA[$0] }, comparison.positionsB.map { namesOfB[$0] })
    let queryNames = self.names(areQueries: true).names
    let queries = comparison.queriesB.map { queryNames[$0] }
    let words = CompareWords(state: state, appearance: appearance, heads: heads)
    let probabilities = HeatPainter(
      appearance: appearance, colors: state.colors, top: max(comparison.a.largest(), comparison.b.largest()))
    let changes = HeatPainter(appearance: appearance, difference: comparison.top)
    let pictures:
      [(words: [String], map: Tensor, painter: HeatPainter, keys: [String], mask: (AttentionMask, [Int], [Int])?)] =
        [
          (
            words.a, comparison.a, probabilities, names.0,
            (a.trace.layers[heads.a.layer].mask, comparison.queriesA, comparison.positionsA)
          ),
          (
            words.b, comparison.b, probabilities, names.1,
            (b.trace.layers[heads.b.layer].mask, comparison.queriesB, comparison.positionsB)
          ),
          (
            largestWords(comparison), comparison.change, changes, names.1,
            nil
          ),
        ]
    let pooling = PoolingWords.wordings(layout.pooling, appearance.glyphs, of: .largestMagnitude)
    for (picture, matrix) in zip(pictures.suffix(layout.matrices.count), layout.matrices) {
      let isChange = picture.mask == nil && !pooling.isEmpty
      let words =
        isChange
        ? picture.words.flatMap { words in pooling.map { words + Signs(appearance).separator + $0 } } : picture.words
      canvas.draw(
        Words.fitting(words, in: layout.mapColumns, glyphs: appearance.glyphs), column: matrix.column,
        row: area.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
      drawing.drawKeys(picture.keys, above: matrix, on: &canvas)
      drawing.draw(picture.map, picture.painter, in: matrix, on: &canvas) { query, key in
        picture.mask.map { mask, queries, keys in !mask[queries[query], keys[key]] } ?? false
      }
    }
    drawing.drawQueries(queries, on: &canvas)
    if let list = layout.list {
      drawList(comparison, hasSameTokens: names.0 == names.1 ? nil : names.0, in: list, on: &canvas)
    }
  }

  /// A, B and B − A; only the last where there is no room for three.
  static func count(in area: Rect) -> Int { area.columns >= 48 ? 3 : 1 }

  static func widest(_ computation: Computation, _ appearance: Appearance) -> Int {
    computation.names(appearance.glyphs, areQueries: true).widest
  }

  /// The largest change in the picture; where that is one of a PAD query, which numbers of heads leave out, both are said.
  private func largestWords(_ comparison: HeadComparison) -> [String] {
    let largest = Words.difference(comparison.largest)
    let withPad = Words.difference(comparison.largestWithPad)
    return largest == withPad
      ? ["B - A: largest \(largest)", "B - A"]
      : ["B - A: largest \(largest), of PAD queries \(withPad)", "B - A: \(largest), PAD \(withPad)", "B - A"]
  }

  /// What the tokens of B are called.
  private func names(areQueries: Bool) -> KeptNames.Names {
    state.computation?.names(appearance.glyphs, countFrom: state.countFrom, areQueries: areQueries)
      ?? KeptNames.Names.none
  }

  // MARK: The largest changes

  /// Each pair in one line, in as many columns as there is room for.
  private func drawList(
    _ comparison: HeadComparison, hasSameTokens other: [String]?, in list: Rect,
    on canvas: inout Canvas
  ) {
    guard list.rows > 1 else { return }
    guard !comparison.pairs.isEmpty else {
      // Only rows of PAD, which are not used later, are left out of the list.
      let wordings =
        comparison.cosine.isNaN
        ? ["Where A and B differ cannot be said: there is NaN among their numbers", "NaN: no differences"]
        : comparison.largestWithPad > 0 || comparison.largestWithPad.isNaN
          ? ["The rows of the real tokens are the same; those of PAD differ", "only rows of PAD differ"]
          : ["A and B are the same"]
      canvas.draw(
        Words.fitting(wordings, in: list.columns, glyphs: appearance.glyphs), column: list.column, row: list.row,
        style: Style(attributes: .bold))
      return
    }
    let heading = "The largest changes, query \(Signs(appearance).arrow) key" + (other == nil ? "" : " (tokens of B)")
    canvas.draw(
      Words.cut(heading, to: list.columns, glyphs: appearance.glyphs), column: list.column, row: list.row,
      style: Style(attributes: .bold), glyphs: appearance.glyphs)
    let columns = max(list.columns / 50, 1)
    let width = min(list.columns / columns, 60)
    let rows = list.rows - 1
    let painter = HeatPainter(appearance: appearance, difference: comparison.top)
    let (labels, queries) = (names(areQueries: false).labels, names(areQueries: true).labels)
    for (index, pair) in comparison.pairs.prefix(rows * columns).enumerated() {
      draw(
        pair, (queries[comparison.queriesB[pair.query]], labels[comparison.positionsB[pair.key]]), painter,
        in: Rect(
          column: list.column + index / rows * width, row: list.row + 1 + index % rows, columns: width - 2, rows: 1),
        on: &canvas)
    }
  }

  private func draw(
    _ pair: EncodingComparison.PairDifference, _ tokens: (query: String, key: String), _ painter: HeatPainter,
    in rect: Rect, on canvas: inout Canvas
  ) {
    let change = Words.signed(Double(pair.change), 3)
    let numbers =
      rect.columns >= 40 ? "A \(Words.fixed(Double(pair.a), 3))  B \(Words.fixed(Double(pair.b), 3)) " : ""
    let style = appearance.hasHeatColors ? painter.style(pair.change) : .plain
    canvas.draw(change, column: rect.endColumn - change.count, row: rect.row, style: style)
    let start = rect.endColumn - change.count - 1 - numbers.count
    canvas.draw(numbers, column: start, row: rect.row)
    let words = "\(tokens.query) \(Signs(appearance).arrow) \(tokens.key)"
    canvas.draw(
      Words.cut(words, to: max(start - rect.column - 1, 0), glyphs: appearance.glyphs), column: rect.column,
      row: rect.row, glyphs: appearance.glyphs)
  }
}

extension HeadComparison {
  /// What the ends of a scale of differences stand for: the largest in the picture that is finite.
  var top: Float { largestWithPad.isFinite ? largestWithPad : change.largestMagnitude }

  /// The places of a pair of positions of B, or the nearest there are.
  func places(of pair: (query: Int, key: Int)) -> (query: Int, key: Int) {
    func place(_ position: Int, in positions: [Int]) -> Int {
      positions.firstIndex(of: position) ?? max((positions.firstIndex { $0 > position } ?? positions.count) - 1, 0)
    }
    return (place(pair.query, in: queriesB), place(pair.key, in: positionsB))
  }

  /// How many queries and keys are compared.
  var extent: MatrixExtent {
    var extent = MatrixExtent(queries: queriesB.count, keys: positionsB.count)
    extent.step = factor
    return extent
  }
}

extension Words {
  /// A difference with its sign: +0.12, and 0.00 without one.
  static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    return value > 0 && text.contains { $0 != "0" && $0 != "." } ? "+" + text : text
  }
}
