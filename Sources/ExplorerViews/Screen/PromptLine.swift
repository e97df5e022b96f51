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
      if character.unicodeScalars.first == Prompt.lineEnd { return Signs(appearance).paragraph }
      return character.isNewline ? Signs(appearance).lineBreak : String(character)
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
    // What the next character would take the place of.
    let replaced = state.entry == nil && state.prompt?.isUntouched == true ? field.line : field.place..<field.place
    for index in text[first...].indices {
      guard column - start + width(text[index]) <= room else { break }
      column += canvas.draw(
        shown(text[index]), column: column, row: row,
        style: Style(attributes: replaced.contains(index) ? .reverse : []), glyphs: glyphs)
    }
    drawLongest(after: column, on: &canvas)
    if text.isEmpty {
      canvas.draw(
        Words.cut(example, to: room, glyphs: glyphs), column: start, row: row, style: Style(attributes: .dim),
        glyphs: glyphs)
    }
    canvas.cursor = Point(column: start + before, row: row)
  }

  /// How long a sentence may be, at the end of the line, where there is room for it.
  private func drawLongest(after column: Int, on canvas: inout Canvas) {
    guard state.prompt != nil, state.entry == nil, state.model.maximumPositions > 0 else { return }
    let words = "up to \(Words.grouped(state.model.maximumPositions)) tokens"
    let start = frame.size.columns - words.count
    guard start >= column + 3 else { return }
    canvas.draw(
      words, column: start, row: frame.title ?? frame.tokens, style: Style(attributes: .dim),
      glyphs: appearance.glyphs)
  }

  /// What could be typed, while nothing is.
  private var example: String {
    switch state.entry?.kind {
    case .token: return "it trophy: from query to key; trophy: the next key; 3.7: a head"
    case .command: return "type to search, Enter does it; 3.7 goes to a head"
    case .place: return "type to search, Enter goes there"
    case .mark: return "a title; ' lists the marks"
    case .note, .question, .search, .filter, .title, .sentences, .trainedModel, .file: return ""
    case .survey, .secondSurvey: return "a .survey file, as headscope survey writes it"
    case .number: return "nsubj   reverse:obj   on:NOUN   tree   entropy"
    case nil: return state.filterPrompt == nil ? "" : "prev   L3   layer=3   entropy<1   pair>0.3"
    }
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
    case .survey: "Survey"
    case .secondSurvey: "Compare with"
    case .number: "Number"
    case .trainedModel: "Folder"
    case .token: "Token"
    case .file: "Save as"
    case .command: "Do"
    case .place: "Go to"
    }
  }
}
