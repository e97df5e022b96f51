import Canvas
import Explorer

/// The status line: where the crosshair is, and what the colours stand for.
struct StatusLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    let signs = Signs(appearance)
    let used = canvas.draw(
      Words.cut(words.joined(separator: signs.separator), to: frame.size.columns, glyphs: appearance.glyphs), column: 0,
      row: frame.status, style: Style(attributes: .bold), glyphs: appearance.glyphs)
    drawLegend(from: used + 2, on: &canvas)
  }

  private var words: [String] {
    var words = [
      state.name(of: state.head),
      "mask \(state.maskMode.rawValue)" + (isMaskEdited ? " + by hand" : ""),
      state.padTo.map { "pad \($0)" + (state.padSide == .left ? " left" : "") } ?? batchPadding ?? "pad off",
      "tokens \(state.encoding?.input.realCount ?? 0)",
      frame.size.columns < 100 ? "from \(state.countFrom)" : "counting from \(state.countFrom)",
    ]
    let off = state.interventions.ablations.count
    if off > 0 { words.insert("\(Words.count(off, "head")) off", at: 2) }
    if let learning = state.learning, !learning.isAtRest, state.view != .train {
      words.insert("training: step \(learning.step) of \(learning.plan.steps)", at: 0)
    }
    if state.exploration.showsAttribution, frame.effects.isEmpty {
      words.insert(AttributionWords(state: state, appearance: appearance).short, at: 0)
    }
    if let playback = state.playback {
      words.insert(
        "REPLAY \(playback.position)/\(playback.count) at \(Words.clock(playback.time)) of \(Words.clock(playback.duration))"
          + (playback.isPaused ? " paused" : playback.speed == 1 ? "" : " \(Words.fixed(playback.speed, 1))x"), at: 0)
    }
    return words
  }

  /// PAD that comes from a longer sentence of the batch, not from a chosen length.
  private var batchPadding: String? {
    guard let input = state.encoding?.input, input.count > input.realCount else { return nil }
    return "pad \(input.count) by the batch"
  }

  private var isMaskEdited: Bool { (state.encoding?.pairsEditedByHand ?? 0) > 0 }

  private func drawLegend(from column: Int, on canvas: inout Canvas) {
    guard let legend = state.view.drawing.legend(state) else { return }
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
      guard column + width <= frame.size.columns else { continue }
      var place = frame.size.columns - width
      place += canvas.draw(
        label, column: place, row: frame.status, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      place += canvas.draw(left, column: place, row: frame.status)
      for step in 0..<bar {
        let share = Float(step) / Float(bar - 1)
        canvas[place + step, frame.status] = painter.cell(legend.isDiverging ? share * 2 - 1 : share)
      }
      canvas.draw(right, column: place + bar + 1, row: frame.status)
      return
    }
  }
}
