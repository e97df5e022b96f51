import Canvas
import Explorer

/// What the colours of the view stand for, at the right end of a line.
struct LegendLine {
  let state: State
  let appearance: Appearance

  /// Draws as much of it as there is room for in some columns.
  func draw(in columns: Range<Int>, row: Int, on canvas: inout Canvas) {
    guard state.obstacle == nil, let legend = state.view.drawing.legend(state) else { return }
    let heat = HeatPainter(appearance: appearance, colors: state.colors, top: 1)
    let diverging = DivergingPainter(appearance: appearance, top: 1)
    let painter: any ValuePainter = legend.isDiverging ? diverging : heat
    let scale = legend.isDiverging ? diverging.scale : heat.scale
    let left = legend.low + " "
    let wordings = legend.scopes.map { "\(legend.high) \($0)" } + [legend.high]
    let whole = wordings[0]
    // There is one scale for what has two signs, and no need to name it.
    let name = painter.appearance.hasHeatColors && !legend.isDiverging ? scale.id + " " : ""
    // What the signs mean is said before what the scale is called, and where there is little room, of the one in need of it.
    let isFinite = state.results.values.allSatisfy(\.isFinite)
    let odd = isFinite ? "" : OddValue.legend(appearance.glyphs) + "  "
    let short = isFinite ? "" : OddValue.nanLegend + "  "
    let (scoped, high) = (wordings.dropLast(), legend.high)
    var forms = [(10, odd + name, whole)] + scoped.map { (10, odd, $0) } + scoped.map { (5, odd, $0) }
    forms += [(10, odd, high), (5, odd, high)] + wordings.map { (5, short, $0) } + wordings.map { (5, "", $0) }
    for (bar, label, right) in forms {
      let width = label.count + left.count + bar + 1 + right.count
      guard width <= columns.count else { continue }
      var place = columns.upperBound - width
      place += canvas.draw(
        label, column: place, row: row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      place += canvas.draw(left, column: place, row: row)
      for step in 0..<bar {
        let share = Float(step) / Float(bar - 1)
        canvas[place + step, row] = painter.cell(legend.isDiverging ? share * 2 - 1 : share)
      }
      canvas.draw(right, column: place + bar + 1, row: row)
      return
    }
  }
}
