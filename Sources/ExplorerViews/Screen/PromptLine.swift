import Canvas
import Explorer
import UserInput

/// The open prompt, above the tokens that it becomes. It scrolls so that the cursor is always in sight.
struct PromptLine {
  let state: State
  let appearance: Appearance
  let frame: Frame

  func draw(on canvas: inout Canvas) {
    guard let field = state.textField else { return }
    let row = frame.title ?? frame.tokens
    let glyphs = appearance.glyphs
    canvas.fill(Rect(column: 0, row: row, columns: frame.size.columns, rows: 1), with: .blank)
    let name = frame.size.columns >= 40 ? title + " " : title == "Second text" ? "B" : ""
    let start = canvas.draw(
      name + Signs(appearance).prompt + " ", column: 0, row: row, style: Style(attributes: .bold), glyphs: glyphs)
    let room = frame.size.columns - start - 1
    guard room > 0 else { return }

    // Backwards from the cursor as far as two thirds of the line reach, then forwards to its end.
    let text = field.text
    func shown(_ character: Character) -> String {
      character.isNewline ? Signs(appearance).lineBreak : String(character)
    }
    func width(_ character: Character) -> Int { displayWidth(of: shown(character), glyphs: glyphs) }
    var first = field.place
    var before = 0
    while first > text.startIndex {
      let previous = text.index(before: first)
      let columns = before + width(text[previous])
      guard columns <= (previous == text.startIndex ? room : room * 2 / 3) else { break }
      (first, before) = (previous, columns)
    }
    var column = start
    for character in text[first...] {
      guard column - start + width(character) <= room else { break }
      column += canvas.draw(shown(character), column: column, row: row, glyphs: glyphs)
    }
    canvas.cursor = Point(column: start + before, row: row)
  }

  /// What is being typed.
  private var title: String {
    if let entry = state.entry { return entry.kind.title }
    return state.prompt.map { $0.isPair ? "Second text" : "Sentence" } ?? "Filter"
  }
}

extension LineEntry.Kind {
  var title: String {
    switch self {
    case .mark: "Mark"
    case .note: "Note"
    case .question: "Question"
    case .search, .filter: "Search"
    case .title: "Title"
    case .sentences: "File"
    case .trainedModel: "Folder"
    }
  }
}
