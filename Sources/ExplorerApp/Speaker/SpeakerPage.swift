import Canvas
import Explorer
import ExplorerViews
import Sessions
import Support
import UserInput

/// What only the speaker sees: what to say now, the answer to a question, and what comes next.
package struct SpeakerPage {
  package let session: Session
  /// Where the presentation is; nil while there is none.
  package let position: SpeakerChannel.Position?
  package let size: Size
  package let glyphs: GlyphSet

  package var canvas: Canvas {
    var canvas = Canvas(size: size)
    var row = 0
    func write(_ text: String, _ attributes: Style.Attributes = []) {
      for line in wrapped(text) {
        guard row < size.rows else { return }
        canvas.draw(line, column: 0, row: row, style: Style(attributes: attributes), glyphs: glyphs)
        row += 1
      }
    }
    write(session.header.title, .bold)
    guard let position else {
      row += 1
      write("No replay of this session is running. In the terminal that the class sees: headscope replay FILE, then P.")
      row += 1
      write("q leaves", .dim)
      return canvas
    }
    write(
      "\(clock(position.time)) of \(clock(position.duration)), action \(position.position) of \(position.count)"
        + (position.isPaused ? ", paused" : ""))
    row += 1
    if let mark = position.mark { write(mark, [.bold, .reverse]) }
    if let note = position.note { write(note) }
    if let text = position.question {
      row += 1
      write("Question: \(text)", .bold)
      if let answer = answer(at: position) { write("Answer: \(answer)") }
    }
    row += 1
    for line in next(after: position) { write(line, .dim) }
    return canvas
  }

  /// The answer to the question that was asked last.
  private func answer(at position: SpeakerChannel.Position) -> String? {
    for event in session.events.prefix(position.events).reversed() {
      guard case .question(let question) = event.content else { continue }
      switch question.answer {
      case .cell(let query, let key): return "query \(query), key \(key)"
      case .number(let number, let within): return "\(Float(number)), give or take \(Float(within))"
      case nil: return nil
      }
    }
    return nil
  }

  /// The next mark, note and question, as far as the session goes on.
  private func next(after position: SpeakerChannel.Position) -> [String] {
    var lines: [String] = []
    var found: Set<String> = []
    for event in session.events.dropFirst(position.events) {
      let (kind, text): (String, String)
      switch event.content {
      case .mark(let title): (kind, text) = ("Next mark", title)
      case .note(let note): (kind, text) = ("Next note", QuotedText(note).asWritten)
      case .question(let question): (kind, text) = ("Next question", QuotedText(question.text).asWritten)
      case .action(let action): (kind, text) = ("Next", SessionEvent.Content.action(action).words)
      default: continue
      }
      if found.insert(kind).inserted { lines.append("\(kind): \(text)") }
    }
    return lines.isEmpty ? ["This is the end."] : lines
  }

  /// The lines of a text, broken between words where they are too long.
  private func wrapped(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      var lines = [""]
      for word in visible(String(paragraph), glyphs: glyphs).split(separator: " ") {
        let last = lines[lines.count - 1]
        let longer = last.isEmpty ? String(word) : "\(last) \(word)"
        if last.isEmpty || displayWidth(of: longer, glyphs: glyphs) <= size.columns {
          lines[lines.count - 1] = longer
        } else {
          lines.append(String(word))
        }
      }
      return lines
    }
  }
}
