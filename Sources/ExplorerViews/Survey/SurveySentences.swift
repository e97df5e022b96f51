import Activations
import Canvas
import Explorer
import Survey
import UserInput

/// The sentences behind a number of a head, a line each: those that speak most for it, most against it, and some drawn by chance.
struct SurveySentences {
  let state: State
  let appearance: Appearance
  let survey: ShownSurvey
  let area: Rect
  private let witnesses: [SurveyWitness]
  private let marked: Int
  private let lines: [Line]
  /// Which of the lines are on the screen.
  private let visible: Range<Int>
  private let list: Rect
  /// All of the marked sentence, under the list.
  private let whole: Rect?

  private enum Line: Equatable {
    case title(WitnessRole, isOfSecond: Bool)
    case sentence(Int)
  }

  init(state: State, appearance: Appearance, survey: ShownSurvey, area: Rect) {
    self.state = state
    self.appearance = appearance
    self.survey = survey
    self.area = area
    witnesses = state.surveyWitnesses
    marked = state.markedSentence(of: witnesses.count)
    var lines: [Line] = []
    var last: Line?
    for (place, witness) in witnesses.enumerated() {
      let title = Line.title(witness.role, isOfSecond: witness.isOfSecond)
      if title != last { lines.append(title) }
      last = title
      lines.append(.sentence(place))
    }
    self.lines = lines
    let top = area.rows >= 3 ? 1 : 0
    let under = area.rows >= 12 ? (area.rows >= 24 ? 5 : 3) : 0
    list = Rect(
      column: area.column, row: area.row + top, columns: area.columns, rows: max(area.rows - top - under, 0))
    whole =
      under > 0
      ? Rect(column: area.column, row: list.endRow + 1, columns: area.columns, rows: under - 1) : nil
    visible = GridLayout.visible(
      count: lines.count, around: lines.firstIndex(of: .sentence(marked)) ?? 0, room: list.rows)
  }

  /// The sentence that lies at a point.
  func sentence(at point: Point) -> Int? {
    guard list.contains(point) else { return nil }
    let line = visible.lowerBound + point.row - list.row
    guard visible.contains(line), case .sentence(let place) = lines[line] else { return nil }
    return place
  }

  func draw(on canvas: inout Canvas) {
    if list.row > area.row {
      canvas.draw(
        Words.fitting(
          SurveyFacts(state: state, appearance: appearance, survey: survey).line, in: area.columns,
          glyphs: appearance.glyphs),
        column: area.column, row: area.row, style: Style(attributes: .bold), glyphs: appearance.glyphs)
    }
    guard !lines.isEmpty else {
      canvas.draw(
        Words.cut("no sentences are kept with this number", to: area.columns, glyphs: appearance.glyphs),
        column: list.column, row: list.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    for (row, line) in lines[visible].enumerated() {
      switch line {
      case .title(let role, let isOfSecond):
        canvas.draw(
          Words.fitting(title(role, isOfSecond), in: list.columns, glyphs: appearance.glyphs), column: list.column,
          row: list.row + row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      case .sentence(let place): draw(place, at: list.row + row, on: &canvas)
      }
    }
    if let whole { drawWhole(in: whole, on: &canvas) }
  }

  private func title(_ role: WitnessRole, _ isOfSecond: Bool) -> [String] {
    let corpus = survey.second == nil ? "" : isOfSecond ? "B: " : "A: "
    let isOfPairs = state.surveyNumber?.isAccuracy == true
    switch role {
    case .strongest:
      return isOfPairs
        ? ["\(corpus)For it: the head points to the right word, and is surest", "\(corpus)For it"]
        : ["\(corpus)For it: where the number is largest", "\(corpus)For it"]
    case .against:
      return isOfPairs
        ? ["\(corpus)Against it: the head points to another word, and is surest", "\(corpus)Against it"]
        : ["\(corpus)Against it: where the number is smallest", "\(corpus)Against it"]
    case .sampled: return ["\(corpus)Drawn by chance", "\(corpus)By chance"]
    }
  }

  private func draw(_ place: Int, at row: Int, on canvas: inout Canvas) {
    let witness = witnesses[place]
    let isMarked = place == marked
    let text = MarkedText(witness.witness, appearance: appearance)
    let value = SurveyWords.number(witness.witness.value)
    var column = list.column
    func put(_ words: String, _ style: Style) {
      column += canvas.draw(
        words, column: column, row: row, style: style, width: max(list.endColumn - column, 0),
        glyphs: appearance.glyphs)
    }
    let style = Style(attributes: isMarked ? .bold : [])
    put((isMarked ? Signs(appearance).marker : " ") + " ", style)
    if list.columns >= 40 { put(value + "  ", style) }
    if let pair = text.pair {
      let room = list.columns >= 60 ? 30 : list.columns / 2
      let words = Words.fitting(pair, in: room, glyphs: appearance.glyphs)
      put(words, style)
      let used = displayWidth(of: words, glyphs: appearance.glyphs)
      put(String(repeating: " ", count: list.columns >= 60 ? room - used + 2 : 2), style)
    }
    text.draw(column: column, row: row, columns: list.endColumn - column, on: &canvas)
  }

  /// The marked sentence broken into lines, with the words of its pair.
  private func drawWhole(in rect: Rect, on canvas: inout Canvas) {
    guard witnesses.indices.contains(marked) else { return }
    MarkedText(witnesses[marked].witness, appearance: appearance).drawWrapped(in: rect, on: &canvas)
  }
}

/// The text of a sentence with the words of a pair: the one that points is bold and underlined, the right one reversed, another one that
/// the head points to underlined. Who sees no such styles reads the pair in words.
struct MarkedText {
  private let scalars: [Unicode.Scalar]
  private let marks: WitnessPair?
  private let appearance: Appearance

  init(_ witness: Witness, appearance: Appearance) {
    scalars = Array(witness.sentence.text.unicodeScalars)
    marks = witness.pair
    self.appearance = appearance
  }

  private func word(_ range: Range<Int>) -> String {
    let range = range.clamped(to: scalars.indices)
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return visible(String(view), glyphs: appearance.glyphs)
  }

  /// The pair in words, from long to short; nil where there is none.
  var pair: [String]? {
    guard let marks else { return nil }
    let arrow = Signs(appearance).arrow
    let (from, to) = (word(marks.from), word(marks.to))
    guard marks.predicted != marks.to else { return ["\(from) \(arrow) \(to)", "\(from)\(arrow)\(to)"] }
    return ["\(from) \(arrow) \(word(marks.predicted)), not \(to)", "\(from) \(arrow) \(word(marks.predicted))"]
  }

  private func style(_ place: Int) -> Style {
    guard let marks else { return .plain }
    if marks.from.contains(place) { return Style(attributes: [.bold, .underline]) }
    if marks.to.contains(place) { return Style(attributes: [.bold, .reverse]) }
    if marks.predicted.contains(place) { return Style(attributes: .underline) }
    return .plain
  }

  /// Draws a part of the text; what is cut off shows.
  func draw(column: Int, row: Int, columns: Int, on canvas: inout Canvas) {
    guard columns > 0 else { return }
    let start = start(in: columns)
    var column = column
    let end = column + columns
    let ellipsis = Signs(appearance).ellipsis
    if start > 0 { column += canvas.draw(ellipsis, column: column, row: row, glyphs: appearance.glyphs) }
    for piece in pieces(from: start) {
      let width = displayWidth(of: piece.text, glyphs: appearance.glyphs)
      guard column + width > end else {
        column += canvas.draw(piece.text, column: column, row: row, style: piece.style, glyphs: appearance.glyphs)
        continue
      }
      canvas.draw(
        Words.cut(piece.text, to: end - column, glyphs: appearance.glyphs), column: column, row: row,
        style: piece.style, glyphs: appearance.glyphs)
      return
    }
  }

  /// Where to begin so that the pair is seen, as far as there is room.
  private func start(in columns: Int) -> Int {
    guard let marks else { return 0 }
    let last = min(max(marks.from.upperBound, marks.to.upperBound), scalars.count)
    let first = min(marks.from.lowerBound, marks.to.lowerBound, scalars.count)
    guard last > columns - 1 else { return 0 }
    return max(min(first - 2, last - columns + 2), 0)
  }

  /// Parts of one style, safe for a terminal.
  private func pieces(from start: Int) -> [(text: String, style: Style)] {
    var pieces: [(text: String, style: Style)] = []
    var place = min(start, scalars.count)
    while place < scalars.count {
      let style = style(place)
      var end = place + 1
      while end < scalars.count, self.style(end) == style { end += 1 }
      pieces.append((word(place..<end), style))
      place = end
    }
    return pieces
  }

  /// Draws all of it in lines that break at spaces.
  func drawWrapped(in rect: Rect, on canvas: inout Canvas) {
    var (column, row) = (rect.column, rect.row)
    var place = 0
    while place < scalars.count, row < rect.endRow {
      var end = place
      while end < scalars.count, scalars[end] != " " { end += 1 }
      // The space behind a word belongs to it.
      let next = min(end + 1, scalars.count)
      let width = displayWidth(of: word(place..<end), glyphs: appearance.glyphs)
      if column > rect.column, column + width > rect.endColumn { (column, row) = (rect.column, row + 1) }
      guard row < rect.endRow else { return }
      var piece = place
      while piece < next {
        let style = style(piece)
        var stop = piece + 1
        while stop < next, self.style(stop) == style { stop += 1 }
        column += canvas.draw(
          word(piece..<stop), column: column, row: row, style: style, width: max(rect.endColumn - column, 0),
          glyphs: appearance.glyphs)
        piece = stop
      }
      place = next
    }
  }
}
