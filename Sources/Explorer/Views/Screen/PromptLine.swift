import Canvas

/// The open prompt, above the tokens that it becomes. It scrolls so that the cursor is always in sight.
struct PromptLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let prompt = state.prompt ?? state.filterPrompt else { return }
    let row = frame.title ?? frame.tokens
    let glyphs = appearance.glyphs
    canvas.fill(Rect(column: 0, row: row, columns: frame.size.columns, rows: 1), with: .blank)
    let words = state.prompt == nil ? "Filter " : prompt.isPair ? "Second text " : "Sentence "
    let name = frame.size.columns >= 40 ? words : prompt.isPair ? "B" : ""
    let start = canvas.draw(
      name + Signs(appearance).prompt + " ", column: 0, row: row, style: Style(attributes: .bold), glyphs: glyphs)
    let room = frame.size.columns - start - 1
    guard room > 0 else { return }

    // Backwards from the cursor as far as two thirds of the line reach, then forwards to its end.
    let characters = Array(prompt.text)
    func shown(_ character: Character) -> String {
      character.isNewline ? Signs(appearance).lineBreak : String(character)
    }
    func width(_ character: Character) -> Int { displayWidth(of: shown(character), glyphs: glyphs) }
    var first = min(prompt.cursor, characters.count)
    var before = 0
    while first > 0, before + width(characters[first - 1]) <= (first == 1 ? room : room * 2 / 3) {
      first -= 1
      before += width(characters[first])
    }
    if first == 1, before + width(characters[0]) <= room { (first, before) = (0, before + width(characters[0])) }
    var column = start
    for character in characters[first...] {
      guard column - start + width(character) <= room else { break }
      column += canvas.draw(shown(character), column: column, row: row, glyphs: glyphs)
    }
    canvas.cursor = Point(column: start + before, row: row)
  }
}
