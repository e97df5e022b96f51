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
        state.failure == nil ? "computing" + Signs(appearance).ellipsis : "", column: frame.inner.column,
        row: frame.tokens,
        style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    canvas.draw(place, column: frame.inner.column, row: frame.tokens, style: Style(attributes: .dim))
    drawTokens(input, on: &canvas)
    let words = remark(input)
    if !words.isEmpty {
      canvas.draw(
        words, column: end(input) + 2, row: frame.tokens, style: Style(attributes: .bold), glyphs: appearance.glyphs)
    }
  }

  /// The position of the token that lies at a point.
  func token(at point: Point) -> Int? {
    guard point.row == frame.tokens, let input = state.encoding?.input else { return nil }
    return pieces(input).pieces
      .first { !$0.isOfOtherSentence && ($0.column..<$0.column + $0.width).contains(point.column) }?.position
  }

  /// Which sentence of a batch it is.
  private var place: String {
    let sentences = state.shownTexts.count
    return sentences > 1 ? "\(state.shownSentence + state.countFrom)/\(sentences - 1 + state.countFrom) " : ""
  }

  /// Where tokens end and the remark begins.
  private func end(_ input: TokenizedInput) -> Int {
    let words = remark(input)
    return frame.inner.endColumn - (words.isEmpty ? 0 : displayWidth(of: words, glyphs: appearance.glyphs) + 2)
  }

  /// What has to be known of these tokens and cannot be seen in them.
  private func remark(_ shown: TokenizedInput) -> String {
    // Sentences may stand for tokens.
    let input = state.tokenComputation?.encoding.input ?? shown
    if input.droppedTokens > 0 {
      return "cut to \(input.realCount) tokens, \(input.droppedTokens) dropped"
    }
    if let length = state.model.sentenceLength, input.realCount > length {
      return "sentence-transformers uses the first \(length)"
    }
    // While training goes on there are newer weights several times a second.
    let isBehind = state.isComputing && !state.isFollowingTraining
    if input.sequenceIDs.contains(1), !isBehind {
      return state.model.tokenTypes > 1 ? "token types: A 0, B 1" : "no token types"
    }
    return isBehind && state.loadingModel == nil ? "computing" + Signs(appearance).ellipsis : ""
  }

  /// What stands on the line: a token, or a sign that belongs to none.
  private struct Piece {
    /// Nil for the letter of a text, and for the sign that more tokens follow.
    let position: Int?
    /// Whether it is one of the tokens that are attended to, where those that attend are others.
    var isOfOtherSentence = false
    let text: String
    let column: Int
    let width: Int
  }

  /// As many tokens as there is room for from the first that is shown, and the column after them. Only those are looked at:
  /// a text may have many.
  private func pieces(_ input: TokenizedInput) -> (pieces: [Piece], column: Int) {
    let glyphs = appearance.glyphs
    let end = end(input)
    var column = frame.inner.column + place.count
    var pieces: [Piece] = []
    func add(_ text: String, position: Int? = nil, isOfOtherSentence: Bool = false) {
      let width = min(displayWidth(of: text, glyphs: glyphs), max(end - column, 0))
      pieces.append(
        Piece(position: position, isOfOtherSentence: isOfOtherSentence, text: text, column: column, width: width))
      column += width + 1
    }
    if let encoding = state.encoding, encoding.isCross {
      addBoth(encoding, until: end, column: { column }) { add($0, position: $1, isOfOtherSentence: $2) }
      return (pieces, column)
    }
    let first = firstVisible(input, room: end - column)
    if first > 0 { add(Signs(appearance).ellipsis) }
    // Of a pair, each text begins with its letter.
    let segments = input.sequenceIDs.contains(1) ? input.segments : []
    let tokens = input.names
    for position in first..<input.count {
      if position < segments.count, let text = segments[position], position == 0 || segments[position - 1] != text,
        column + 2 < end
      {
        add(text == 0 ? "A" : "B")
      }
      let label = TokenText.plain(tokens[position], glyphs: glyphs)
      let isLast = position == input.count - 1
      guard column + displayWidth(of: label, glyphs: glyphs) + (isLast ? 0 : 2) <= end else {
        add(Signs(appearance).ellipsis)
        // Nothing stands behind the sign.
        column -= 1
        break
      }
      add(label, position: position)
    }
    return (pieces, column)
  }

  /// Of cross-attention: the tokens that attend, in half of the room at most, and behind them those that are attended to.
  private func addBoth(
    _ encoding: Encoding, until end: Int, column: () -> Int,
    _ add: (_ text: String, _ position: Int?, _ isOfOtherSentence: Bool) -> Void
  ) {
    let glyphs = appearance.glyphs
    let start = column()
    for (letter, input, isKeys) in [("Q", encoding.queryInput, false), ("K", encoding.input, true)] {
      let limit = isKeys ? end : start + (end - start) / 2
      guard column() + 2 < limit else { return }
      add(letter, nil, false)
      let names = input.names
      let first = isKeys ? 0 : firstVisible(input, room: limit - column())
      if first > 0 { add(Signs(appearance).ellipsis, nil, false) }
      for position in first..<input.count {
        let label = TokenText.plain(names[position], glyphs: glyphs)
        let isLast = position == input.count - 1
        guard column() + displayWidth(of: label, glyphs: glyphs) + (isLast ? 0 : 2) <= limit else {
          add(Signs(appearance).ellipsis, nil, false)
          break
        }
        add(label, position, isKeys)
      }
    }
  }

  private func drawTokens(_ input: TokenizedInput, on canvas: inout Canvas) {
    let glyphs = appearance.glyphs
    let (pieces, end) = pieces(input)
    let values = frame.values.flatMap { _ in state.attribution.map { TokenValues($0, appearance) } }
    let shade = AttentionShade(state, appearance)
    for piece in pieces {
      guard let position = piece.position else {
        let isSign = piece.text == Signs(appearance).ellipsis
        canvas.draw(
          piece.text, column: piece.column, row: frame.tokens, style: Style(attributes: isSign ? [] : .dim),
          width: piece.width, glyphs: glyphs)
        continue
      }
      if let row = frame.values {
        values?.draw(position, in: Rect(column: piece.column, row: row, columns: piece.width, rows: 1), on: &canvas)
      }
      canvas.draw(
        piece.text, column: piece.column, row: frame.tokens, style: style(of: piece, position, input, shade),
        glyphs: glyphs)
    }
    if let values, let row = frame.values {
      canvas.draw(
        Words.fitting(values.wordings, in: max(frame.inner.endColumn - end - 1, 0), glyphs: glyphs), column: end + 1,
        row: row, style: Style(attributes: .dim), glyphs: glyphs)
    }
  }

  private func style(of piece: Piece, _ position: Int, _ input: TokenizedInput, _ shade: AttentionShade?) -> Style {
    guard let encoding = state.encoding, encoding.isCross else { return style(position, input, shade) }
    let marks = state.view.marks
    guard piece.isOfOtherSentence else {
      if marks.contains(.query), position == state.query { return Style(attributes: [.bold, .reverse]) }
      return Style(attributes: encoding.queryInput.attentionMask[position] ? [] : .dim)
    }
    var style = shade?.style(position) ?? Style(attributes: input.attentionMask[position] ? [] : .dim)
    if marks.contains(.key), position == state.key { style.attributes.formUnion([.bold, .underline]) }
    return style
  }

  private func style(_ position: Int, _ input: TokenizedInput, _ shade: AttentionShade?) -> Style {
    let marks = state.view.marks
    if marks.contains(.query), position == state.query { return Style(attributes: [.bold, .reverse]) }
    var style = shade?.style(position) ?? Style(attributes: input.attentionMask[position] ? [] : .dim)
    if marks.contains(.key), position == state.key { style.attributes.formUnion([.bold, .underline]) }
    return style
  }

  /// Where to begin so that the query of the crosshair is on the line.
  private func firstVisible(_ input: TokenizedInput, room: Int) -> Int {
    guard state.view.marks.contains(.query) else { return 0 }
    let glyphs = appearance.glyphs
    let tokens = input.names
    func width(_ position: Int) -> Int { displayWidth(of: TokenText.plain(tokens[position], glyphs: glyphs)) + 1 }
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
