import Canvas

/// A page of a hand-out: what belongs to one mark of a lesson.
public struct HandoutSheet: Sendable {
  /// A question, what is right, and what the lesson says to it afterwards. All of it is untrusted.
  public struct Question: Sendable {
    /// What is asked.
    public var text: String
    /// What is right, in words; nil where there is no answer.
    public var answer: String?
    /// What is said after it.
    public var explanation: [String] = []

    /// A question with its answer in words, to which nothing has been said yet.
    public init(text: String, answer: String?) {
      self.text = text
      self.answer = answer
    }
  }

  /// The title of the mark. Untrusted.
  public var title: String
  /// What the screen shows when the first question is asked, or to the last note where none is.
  public var picture: Canvas?
  /// What is said before the first question.
  public var notes: [String] = []
  /// In order.
  public var questions: [Question] = []

  /// A page without anything on it.
  public init(title: String) { self.title = title }

  /// Whether there is nothing to read on it.
  public var isEmpty: Bool { notes.isEmpty && questions.isEmpty }
}

/// The pages for paper in a page to step through: one a mark, with room to write, and the answers on the last one. The screen
/// does not show them, and paper shows nothing else.
struct HandoutWriter {
  private let title: String
  private var count = 0
  private var answers: [String] = []

  init(title: String) { self.title = title }

  static let style = """
    .sheet { display: none; }
    @media print {
      @page { margin: 15mm; }
      body { background: #fff; color: #000; font-size: 12pt; }
      main { display: block; max-width: none; padding: 0; }
      main > :not(.sheet), noscript { display: none !important; }
      .sheet { display: block; break-after: page; }
      .sheet:last-of-type { break-after: auto; }
      .sheet svg { width: 100%; }
      .sheet p { white-space: pre-line; margin: 0.6em 0; }
      .lesson { font-size: 9pt; }
      .question { font-weight: bold; break-inside: avoid; }
      .room { height: 5.4em; background: repeating-linear-gradient(#fff, #fff 1.7em, #999 1.75em, #fff 1.8em);
        print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """

  mutating func text(of sheet: HandoutSheet) -> String {
    count += 1
    let picture = sheet.picture.map {
      SVGPicture($0.painted(.light), theme: .light, title: sheet.title).element
    }
    let questions = sheet.questions.map { question -> String in
      answers.append(answer(to: question, on: sheet.title))
      return "<p class=\"question\">\(answers.count). \(lines(question.text))</p>\n<div class=\"room\"></div>"
    }
    return """
      <section class="sheet" id="sheet\(count)">
      <p class="lesson">\(escaped(title))</p>
      <h2>\(escaped(sheet.title))</h2>
      \(picture ?? "")
      \(sheet.notes.map { "<p>\(lines($0))</p>" }.joined(separator: "\n"))
      \(questions.joined(separator: "\n"))
      </section>

      """
  }

  private func answer(to question: HandoutSheet.Question, on title: String) -> String {
    let answer = question.answer.map { "<p class=\"question\">\(lines($0))</p>" } ?? ""
    let explanation = question.explanation.map { "<p>\(lines($0))</p>" }.joined(separator: "\n")
    return
      "<li value=\"\(answers.count + 1)\"><a href=\"#sheet\(count)\">\(escaped(title))</a>\n\(answer)\n\(explanation)</li>"
  }

  /// The answers to all questions.
  var end: String {
    guard !answers.isEmpty else { return "" }
    return """
      <section class="sheet" id="answers">
      <p class="lesson">\(escaped(title))</p>
      <h2>Answers</h2>
      <ol>
      \(answers.joined(separator: "\n"))
      </ol>
      </section>

      """
  }

  private func lines(_ text: String) -> String { StepThroughWriter.lines(text, escaped) }
}
