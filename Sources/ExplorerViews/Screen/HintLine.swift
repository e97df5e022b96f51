import Canvas
import Explorer
import UserInput

/// Hints for the keys of the present context, as many as fit; leaving and help are dropped first.
struct HintLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    if let timeline { timeline.draw(in: timelineArea, on: &canvas) }
    for (binding, column) in places { draw(binding, column: column, on: &canvas) }
  }

  /// The key whose hint lies at a point.
  func key(at point: Point) -> Key? {
    guard point.row == frame.hints else { return nil }
    return places.first { ($0.column..<$0.column + width($0.binding)).contains(point.column) }?.binding.keys.first
  }

  /// The moment of a replay that lies at a point of its line, as a share of the whole.
  func share(at point: Point) -> Double? { timeline?.share(at: point, in: timelineArea) }

  private var timeline: Timeline? {
    guard let playback = state.playback, state.entry == nil, playback.help == nil else { return nil }
    return Timeline(playback: playback, appearance: appearance)
  }

  private var timelineArea: Rect {
    let width = min(max(frame.size.columns * 3 / 8, 18), frame.size.columns)
    return Rect(column: 0, row: frame.hints, columns: width, rows: 1)
  }

  /// The hints that there is room for, and where each begins.
  private var places: [(binding: KeyBinding, column: Int)] {
    var column = timeline == nil ? 0 : timelineArea.endColumn + 1
    let context = Keymap.context(of: state)
    let hasSurvey = state.surveyOfView != nil
    let opensSentences = hasSurvey && state.surveyNumber != nil
    let all = KeyBinding.all.filter { binding in
      guard binding.contexts.contains(context), binding.hint != nil else { return false }
      if state.model.recorded != nil, binding.command.needsModel { return false }
      if binding.needsSurvey, !(binding.command == .open ? opensSentences : hasSurvey) { return false }
      if binding.command == .open, binding.group == .views, opensSentences { return false }
      if binding.isForDocuments, !state.isDocument { return false }
      // What only a view can do, it cannot do where it has nothing to show.
      if state.obstacle != nil, binding.contexts == [context] { return false }
      // Only notes have several lines.
      return binding.command != .session(.newLine) || state.entry?.kind == .note
    }
    // What only this view can do comes first; in the grid, where people begin, what everybody needs does.
    let isOwn: (KeyBinding) -> Bool = {
      $0.contexts == [context] && context != .view(.grid)
        || context == .replay && $0.contexts.isSubset(of: [.replay, .question])
    }
    var seen: Set<Command> = []
    let hints = (all.filter(isOwn) + all.filter { !isOwn($0) }).filter { seen.insert($0.command).inserted }
    let isLast: (KeyBinding) -> Bool = { $0.comesLast }
    // Two columns lie between hints, none behind the last.
    var room = frame.size.columns - column + 2
    /// As many from the start of the list as there is room for.
    func taking(_ hints: [KeyBinding]) -> [KeyBinding] {
      hints.prefix { hint in
        guard width(hint) + 2 <= room else { return false }
        room -= width(hint) + 2
        return true
      }
    }
    let last = taking(hints.filter(isLast).reversed()).reversed()
    return (taking(hints.filter { !isLast($0) }) + last).map { hint in
      defer { column += width(hint) + 2 }
      return (hint, column)
    }
  }

  private func keyName(_ binding: KeyBinding) -> String { binding.keys.first?.name(appearance.glyphs) ?? "" }

  private func width(_ binding: KeyBinding) -> Int {
    displayWidth(of: keyName(binding), glyphs: appearance.glyphs) + 1 + (binding.hint ?? "").count
  }

  private func draw(_ binding: KeyBinding, column: Int, on canvas: inout Canvas) {
    let used = canvas.draw(
      keyName(binding), column: column, row: frame.hints, style: Style(attributes: .bold), glyphs: appearance.glyphs)
    canvas.draw(
      binding.hint ?? "", column: column + used + 1, row: frame.hints, style: Style(attributes: .dim),
      glyphs: appearance.glyphs)
  }
}
