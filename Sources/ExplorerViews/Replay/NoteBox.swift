import Canvas
import Explorer
import UserInput

/// What a lesson says at this place: a note, or a question and what came of it.
struct NoteBox {
  let state: State
  let appearance: Appearance

  /// Where there are so many columns, the box stands beside the picture.
  private static let wide = 110
  private static let columnsBeside = 38

  /// Where the box goes in the area of the view; nil where there is nothing to say, or no room.
  static func place(_ state: State, in area: Rect) -> Rect? {
    guard state.overlay == nil, state.tourStep != nil || state.playback?.note != nil || state.playback?.question != nil
    else { return nil }
    if area.columns >= wide {
      return Rect(
        column: area.endColumn - columnsBeside, row: area.row, columns: columnsBeside, rows: area.rows)
    }
    let lines = NoteBox.lines(state, columns: area.columns - 2, isBeside: false).count
    let rows = min(lines, max(area.rows / 3, 2))
    guard rows > 0, area.rows - rows >= 3 else { return nil }
    return Rect(column: area.column, row: area.endRow - rows, columns: area.columns, rows: rows)
  }

  func draw(in area: Rect, on canvas: inout Canvas) {
    let signs = Signs(appearance)
    let isBeside = area.columns == NoteBox.columnsBeside && canvas.size.columns >= NoteBox.wide
    let all = NoteBox.lines(state, columns: area.columns - 2, isBeside: isBeside)
    // Of a tour the first line says what to press.
    let (page, more) =
      state.tourStep == nil
      ? NoteBox.page(of: all, rows: area.rows, state.playback?.notePage ?? 0) : (all.prefix(area.rows), nil)
    let lines = Array(page)
    for row in 0..<area.rows {
      guard row < lines.count || isBeside || more != nil else { break }
      canvas.draw(
        signs.bar, column: area.column, row: area.row + row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
      if let more, row == area.rows - 1 {
        canvas.draw(
          more, column: area.column + 2, row: area.row + row, style: Style(attributes: .dim), width: area.columns - 2)
      }
      guard row < lines.count else { continue }
      canvas.draw(
        lines[row].text, column: area.column + 2, row: area.row + row, style: Style(attributes: lines[row].attributes),
        width: area.columns - 2, glyphs: appearance.glyphs)
    }
  }

  /// The part of a long text that is shown, and where there are more of them, a word on how to come there.
  static func page<Line>(of lines: [Line], rows: Int, _ number: Int) -> (lines: ArraySlice<Line>, more: String?) {
    guard lines.count > rows, rows > 1 else { return (lines[...], nil) }
    let room = rows - 1
    let pages = (lines.count + room - 1) / room
    let page = number % pages
    return (lines[page * room..<min((page + 1) * room, lines.count)], "n: the rest (\(page + 1) of \(pages))")
  }

  /// Under the picture there is no room for a note and a question: the question goes first.
  private static func lines(
    _ state: State, columns: Int, isBeside: Bool
  ) -> [(text: String, attributes: Style.Attributes)] {
    guard columns > 4 else { return [] }
    if let step = state.tourStep { return tour(step, columns: columns) }
    guard let playback = state.playback else { return [] }
    var lines: [(text: String, attributes: Style.Attributes)] = []
    if let note = playback.note, isBeside || playback.question == nil {
      lines += wrapped(note, columns: columns).map { ($0, []) }
    }
    if let question = playback.question {
      if !lines.isEmpty { lines.append(("", [])) }
      lines += wrapped("? " + question.question.text, columns: columns).map { ($0, .bold) }
      if question.isRevealed {
        lines += wrapped(QuestionWords(question).outcome(state), columns: columns).map { ($0, []) }
      }
    }
    return lines
  }

  /// What the tour says, the key first.
  private static func tour(_ step: Int, columns: Int) -> [(text: String, attributes: Style.Attributes)] {
    let steps = TourStep.all
    guard steps.indices.contains(step) else {
      return wrapped("The tour ends here.", columns: columns).map { ($0, .bold) }
        + wrapped(TourStep.end, columns: columns).map { ($0, []) }
    }
    return wrapped("Tour, \(step + 1) of \(steps.count): press \(steps[step].key)   (Z ends it)", columns: columns)
      .map { ($0, .bold) } + wrapped(steps[step].text, columns: columns).map { ($0, []) }
  }

  /// A text in lines of so many columns, broken between words where it can be.
  static func wrapped(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      var line = ""
      var width = 0
      for word in visible(String(paragraph)).split(separator: " ", omittingEmptySubsequences: false) {
        let wordWidth = displayWidth(of: String(word))
        if !line.isEmpty, width + 1 + wordWidth > columns {
          lines.append(line)
          (line, width) = ("", 0)
        }
        (line, width) = line.isEmpty ? (String(word), wordWidth) : (line + " " + word, width + 1 + wordWidth)
        // A word that is longer than a line is cut into pieces.
        var rest = line[...]
        while width > columns, let end = rest.index(rest.startIndex, offsetBy: columns, limitedBy: rest.endIndex),
          end < rest.endIndex
        {
          let piece = String(rest[..<end])
          lines.append(piece)
          width -= displayWidth(of: piece)
          rest = rest[end...]
        }
        if rest.startIndex != line.startIndex { line = String(rest) }
      }
      lines.append(line)
    }
    return lines
  }
}

extension State {
  /// Which step of the tour is shown; nil outside of it, and in a replay, which says something itself.
  fileprivate var tourStep: Int? { playback == nil ? exploration.tour.step : nil }
}

/// A question in words.
struct QuestionWords {
  private let status: QuestionStatus

  init(_ status: QuestionStatus) { self.status = status }

  /// How to answer, from long to short.
  var instructions: [String] {
    if status.asksForNumber {
      let number = status.number.isEmpty ? "type a number" : "your answer: \(status.number)"
      return ["A question: \(number), then Enter reveals the answer.", "\(number); Enter reveals"]
    }
    return [
      "A question: choose a cell with the arrows, then Enter reveals the answer. You are at query \(status.query), key \(status.key).",
      "Choose a cell: query \(status.query), key \(status.key); Enter reveals",
    ]
  }

  /// What was right, and whether the guess was.
  func outcome(_ state: State) -> String {
    var sentences: [String] = []
    if let guess = status.guess {
      let verdict = status.question.accepts(guess).map { $0 ? "Right" : "Not quite" } ?? "Your answer"
      sentences.append("\(verdict): \(words(guess, state)).")
    }
    switch status.question.answer {
    case .cell(let query, let key): sentences.append("The answer: \(pair(query, key, state)).")
    case .number(let number, let within):
      sentences.append(
        "The answer: \(Words.fixed(number, 3))" + (within > 0 ? ", give or take \(Words.fixed(within, 3))." : "."))
    case nil: sentences.append("See for yourself.")
    }
    return sentences.joined(separator: " ")
  }

  private func words(_ guess: Guess, _ state: State) -> String {
    switch guess {
    case .cell(let query, let key): pair(query, key, state)
    case .number(let number): Words.fixed(number, 3)
    }
  }

  /// A pair with its tokens: ran → cat
  private func pair(_ query: Int, _ key: Int, _ state: State) -> String {
    let tokens = state.encoding?.input.names ?? []
    let queries = state.encoding?.queryInput.names ?? []
    guard queries.indices.contains(query), tokens.indices.contains(key) else { return "query \(query), key \(key)" }
    return "\(queries[query]) asks \(tokens[key]) (query \(query + state.countFrom), key \(key + state.countFrom))"
  }
}
