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
    LegendLine(state: state, appearance: appearance).draw(
      in: used + 2..<max(frame.size.columns, used + 2), row: frame.status, on: &canvas)
  }

  private var words: [String] {
    let marked = state.markedHead
    var words = [
      state.name(of: marked),
      maskWords, state.padTo.map { "pad \($0)" + (state.padSide == .left ? " left" : "") } ?? batchPadding ?? "pad off",
      countWords,
      frame.size.columns < 100 ? "from \(state.countFrom)" : "counting from \(state.countFrom)",
    ]
    if let survey = state.surveyOfView {
      let room = (frame.size.columns < 100 ? 2 : 3) - (survey.second == nil ? 0 : 1)
      let scopes = SurveyWords(survey, appearance).scopes.suffix(room)
      let name = frame.size.columns < 60 ? state.shortName(of: marked) : words[0]
      let pattern = survey.pattern(marked).map { " (\(visible($0.name, glyphs: appearance.glyphs)))" } ?? ""
      return [name + pattern, scopes.first ?? "", words[words.count - 1]]
    }
    // What the marked head does, in short where there is not much room: the legend keeps its own.
    let room = frame.size.columns - words.joined(separator: " | ").count - 14
    if let pattern = state.pattern(of: marked) {
      let name = [pattern.name, pattern.shortName].first { $0.count + 3 <= room }
      words[0] += name.map { " (\($0))" } ?? ""
    }
    if let read = state.layersRead, read < state.model.layers {
      words.insert("read \(read) of \(Words.count(state.model.layers, "layer"))", at: 1)
    }
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

  private var maskWords: String {
    guard state.model.recorded?.hasMask != false else { return "mask not known" }
    return "mask \(state.maskMode.rawValue)" + (isMaskEdited ? " + by hand" : "")
  }

  private var countWords: String {
    guard let encoding = state.encoding else { return "tokens 0" }
    if encoding.isCross { return "queries \(encoding.queryInput.realCount), keys \(encoding.input.realCount)" }
    if let unit = state.wantedSegments, state.showsSegments {
      return "\(unit.rawValue) \(encoding.input.specialTokensMask.count { !$0 })"
    }
    return (state.computation?.joined == nil ? "tokens" : "words") + " \(encoding.input.realCount)"
  }

  /// PAD that comes from a longer sentence of the batch, not from a chosen length.
  private var batchPadding: String? {
    guard let input = state.tokenComputation?.encoding.input, input.count > input.realCount else { return nil }
    return "pad \(input.count) by the batch"
  }

  private var isMaskEdited: Bool { (state.encoding?.pairsEditedByHand ?? 0) > 0 }
}
