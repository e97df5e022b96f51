import Activations
import Canvas
import Explorer
import UserInput

/// The tokens of the sentence; PAD is dim. What does not fit is scrolled away with a sign.
struct TokenLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let input = state.encoding?.input else {
      canvas.draw(
        state.failure == nil ? "computing" + Signs(appearance).ellipsis : "", column: 0, row: frame.tokens,
        style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    var column = 0
    let sentences = state.shownTexts.count
    if sentences > 1 {
      column += canvas.draw(
        "\(state.shownSentence + state.countFrom)/\(sentences - 1 + state.countFrom) ", column: 0, row: frame.tokens,
        style: Style(attributes: .dim))
    }
    let words = remark(input)
    let end = frame.size.columns - (words.isEmpty ? 0 : displayWidth(of: words, glyphs: appearance.glyphs) + 2)
    drawTokens(input, from: column, to: end, on: &canvas)
    if !words.isEmpty {
      canvas.draw(
        words, column: end + 2, row: frame.tokens, style: Style(attributes: .bold), glyphs: appearance.glyphs)
    }
  }

  /// What has to be known of these tokens and cannot be seen in them.
  private func remark(_ input: TokenizedInput) -> String {
    if input.droppedTokens > 0 {
      return "cut to \(input.realCount) tokens, \(input.droppedTokens) dropped"
    }
    // While training goes on there are newer weights several times a second.
    let isBehind = state.isComputing && !state.isFollowingTraining
    if input.sequenceIDs.contains(1), !isBehind {
      return state.model.tokenTypes > 1 ? "token types: A 0, B 1" : "no token types"
    }
    return isBehind && state.loadingModel == nil ? "computing" + Signs(appearance).ellipsis : ""
  }

  private func drawTokens(_ input: TokenizedInput, from start: Int, to end: Int, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    // Only as many tokens as can be seen are looked at: a text may have many.
    let first = firstVisible(input, room: end - start)
    var column = start
    if first > 0 {
      column += canvas.draw(Signs(appearance).ellipsis + " ", column: column, row: frame.tokens, glyphs: glyphs)
    }
    let values = frame.values.flatMap { _ in state.attribution.map { TokenValues($0, appearance) } }
    // Of a pair, each text begins with its letter.
    let segments = input.sequenceIDs.contains(1) ? input.segments : []
    for position in first..<input.count {
      if position < segments.count, let text = segments[position], position == 0 || segments[position - 1] != text,
        column + 2 < end
      {
        column +=
          1 + canvas.draw(text == 0 ? "A" : "B", column: column, row: frame.tokens, style: Style(attributes: .dim))
      }
      let label = TokenText.plain(input.tokens[position], glyphs: glyphs)
      let isLast = position == input.count - 1
      let width = displayWidth(of: label, glyphs: glyphs)
      guard column + width + (isLast ? 0 : 2) <= end else {
        canvas.draw(Signs(appearance).ellipsis, column: column, row: frame.tokens, width: end - column, glyphs: glyphs)
        break
      }
      if let row = frame.values {
        values?.draw(position, in: Rect(column: column, row: row, columns: width, rows: 1), on: &canvas)
      }
      column += canvas.draw(label, column: column, row: frame.tokens, style: style(position, input), glyphs: glyphs) + 1
    }
    if let values, let row = frame.values {
      canvas.draw(
        Words.fitting(values.wordings, in: max(frame.size.columns - column - 1, 0), glyphs: glyphs), column: column + 1,
        row: row, style: Style(attributes: .dim), glyphs: glyphs)
    }
  }

  private func style(_ position: Int, _ input: TokenizedInput) -> Style {
    let marks = state.view.marks
    if marks.contains(.query), position == state.query { return Style(attributes: [.bold, .reverse]) }
    if marks.contains(.key), position == state.key { return Style(attributes: [.bold, .underline]) }
    return Style(attributes: input.attentionMask[position] ? [] : .dim)
  }

  /// Where to begin so that the query of the crosshair is on the line.
  private func firstVisible(_ input: TokenizedInput, room: Int) -> Int {
    guard state.view.marks.contains(.query) else { return 0 }
    let glyphs = appearance.glyphs
    func width(_ position: Int) -> Int { displayWidth(of: TokenText.plain(input.tokens[position], glyphs: glyphs)) + 1 }
    var used = 4
    for position in 0...min(state.query, input.count - 1) {
      used += width(position)
      if used > room { break }
    }
    guard used > room else { return 0 }
    var first = min(state.query, input.count - 1)
    var total = width(first) + 4
    while first > 0, total + width(first - 1) < room / 2 {
      first -= 1
      total += width(first)
    }
    return first
  }
}
