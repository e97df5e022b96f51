import Canvas
import Explorer
import Insights

/// The running text broken into lines of a width: at spaces, at line breaks of the text, and between characters of scripts that have no
/// spaces. A token that is too long is cut.
struct DocumentLines: Sendable {
  /// Something in a line, which may be some tokens.
  struct Run: Sendable, Equatable {
    let column: Int
    let width: Int
    let text: String
    /// None for what no token has.
    let positions: Range<Int>
    /// Those of them that go on in no other line.
    var ends: Range<Int>
  }

  private(set) var lines: [[Run]] = []
  /// The line of each token.
  private(set) var lineOfPosition: [Int]
  /// The tokens that are shown together, where these are several.
  private(set) var together: [Range<Int>]
  let width: Int
  private let glyphs: GlyphSet

  init(_ text: DocumentText, tokens: Int, width: Int, glyphs: GlyphSet) {
    self.width = max(width, 1)
    self.glyphs = glyphs
    lineOfPosition = Array(repeating: 0, count: tokens)
    together = text.parts.compactMap { part in
      if case .token(let positions, _) = part, positions.count > 1 { positions } else { nil }
    }
    var state = Breaking()
    for part in text.parts { add(part, &state) }
    flush(&state)
    endLine(&state)
    while lines.last?.isEmpty == true { lines.removeLast() }
  }

  /// What has been read and is not yet in a line.
  private struct Breaking {
    var line: [Run] = []
    var column = 0
    /// What must not be broken, but where it is too long.
    var word: [(text: String, width: Int, positions: Range<Int>)] = []
    var spaces = 0
    /// Whether the line goes on with a paragraph: spaces at its start are none.
    var isWrapped = false
  }

  private mutating func add(_ part: DocumentText.Part, _ state: inout Breaking) {
    switch part {
    case .space(let count):
      flush(&state)
      state.spaces += count
    case .lineBreak:
      flush(&state)
      endLine(&state)
      state.isWrapped = false
    case .rest(let text): add(text, 0..<0, &state)
    case .token(let positions, let text): add(text, positions, &state)
    }
  }

  private mutating func add(_ text: String, _ positions: Range<Int>, _ state: inout Breaking) {
    if let last = state.word.last, DocumentLines.canBreak(between: last.text, and: text) { flush(&state) }
    let whole = displayWidth(of: text, glyphs: glyphs)
    guard whole > width else {
      state.word.append((text, whole, positions))
      return
    }
    let cut = Words.cut(text, to: width, glyphs: glyphs)
    state.word.append((cut, displayWidth(of: cut, glyphs: glyphs), positions))
  }

  /// Puts a word into the line, or into the next one.
  private mutating func flush(_ state: inout Breaking) {
    guard !state.word.isEmpty else { return }
    let needed = state.word.reduce(0) { $0 + $1.width }
    if state.line.isEmpty {
      state.column = state.isWrapped ? 0 : max(min(state.spaces, width / 2, width - needed), 0)
    } else if state.column + state.spaces + needed > width {
      wrap(&state)
    } else {
      state.column += state.spaces
    }
    state.spaces = 0
    for piece in state.word {
      if state.column + piece.width > width, !state.line.isEmpty { wrap(&state) }
      for position in piece.positions where lineOfPosition.indices.contains(position) {
        lineOfPosition[position] = lines.count
      }
      state.line.append(
        Run(
          column: state.column, width: piece.width, text: piece.text, positions: piece.positions,
          ends: piece.positions))
      state.column += piece.width
    }
    state.word.removeAll(keepingCapacity: true)
  }

  private mutating func wrap(_ state: inout Breaking) {
    endLine(&state)
    state.isWrapped = true
  }

  /// One empty line is enough between paragraphs, and there is none before the first.
  private mutating func endLine(_ state: inout Breaking) {
    defer { (state.line, state.column, state.spaces) = ([], 0, 0) }
    if state.line.isEmpty, lines.last?.isEmpty ?? true { return }
    lines.append(state.line)
  }

  /// Whether a line may end between two pieces with nothing between them: beside a character that takes two columns, as those do whose
  /// scripts have no spaces, but not before what ends a clause; and behind a hyphen or a slash.
  private static func canBreak(between first: String, and second: String) -> Bool {
    guard let last = first.unicodeScalars.last, let next = second.unicodeScalars.first else { return false }
    if last == "-" || last == "/" { return next.properties.isAlphabetic }
    guard displayWidth(of: last) == 2 || displayWidth(of: next) == 2 else { return false }
    switch next.properties.generalCategory {
    case .otherPunctuation, .closePunctuation, .finalPunctuation, .modifierLetter: return false
    default: break
    }
    switch last.properties.generalCategory {
    case .openPunctuation, .initialPunctuation: return false
    default: return true
    }
  }
}

extension DocumentLines {
  /// The same with the tokens of parts of the text, such as sentences, put together: what stands between them belongs to them.
  func joined(_ groups: WordGroups) -> DocumentLines {
    var result = self
    result.together = []
    result.lineOfPosition = groups.ranges.map { line(of: $0.lowerBound) ?? 0 }
    result.lines = lines.map { line in
      var runs: [Run] = []
      for run in line {
        guard let position = run.positions.first else {
          runs.append(run)
          continue
        }
        let group = groups.index(at: position)
        let isEnd = groups.ranges[group].upperBound <= run.positions.upperBound
        var text = run.text
        var column = run.column
        if let last = runs.last, last.positions == group..<group + 1 {
          runs.removeLast()
          column = last.column
          text = last.text + String(repeating: " ", count: max(run.column - last.column - last.width, 0)) + text
        }
        runs.append(
          Run(
            column: column, width: run.column + run.width - column, text: text, positions: group..<group + 1,
            ends: isEnd ? group..<group + 1 : group..<group))
      }
      return runs
    }
    return result
  }

  /// The line in which a token begins.
  func line(of position: Int) -> Int? {
    lineOfPosition.indices.contains(position) ? lineOfPosition[position] : nil
  }

  /// The lines that a window of so many rows shows: the marked key is in it, and the marked query, too, where both can be. It moves on by
  /// halves, so that most steps of the marks change a few cells only.
  func window(rows: Int, key: Int, query: Int?) -> Range<Int> {
    guard lines.count > rows, rows > 0 else { return 0..<min(lines.count, max(rows, 0)) }
    let half = max(rows / 2, 1)
    let key = line(of: key) ?? 0
    var start = min(max(key - rows / 4, 0) / half * half, lines.count - rows)
    if let query = query.flatMap(line), abs(query - key) < rows {
      start = min(start, query)
      start = max(start, query - rows + 1)
    }
    return start..<start + rows
  }
}
