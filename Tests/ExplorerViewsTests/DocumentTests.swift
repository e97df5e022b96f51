import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The running text beside a head.
struct DocumentTests {
  private let size = Size(columns: 80, rows: 24)

  /// An encoding of a text in tokens that stand somewhere in it; between `[CLS]` and `[SEP]`.
  private static func encoding(
    _ text: String, _ ranges: [Range<Int>], pair: (String, [Range<Int>])? = nil, pad: Int = 0, dropped: Int = 0
  ) -> Activations.Encoding {
    var tokens = ["[CLS]"]
    var offsets = [0..<0]
    var sequences: [Int?] = [nil]
    for (index, (text, ranges)) in ([(text, ranges)] + (pair.map { [$0] } ?? [])).enumerated() {
      let scalars = Array(text.unicodeScalars)
      for range in ranges { tokens.append(String(String.UnicodeScalarView(scalars[range])).lowercased()) }
      tokens.append("[SEP]")
      offsets += ranges + [0..<0]
      sequences += ranges.map { _ in index } + [nil]
    }
    let input = TokenizedInput(
      inputIDs: tokens.indices.map { Int32($0) }, tokenTypeIDs: tokens.map { _ in 0 }, tokens: tokens,
      offsets: offsets, specialTokensMask: sequences.map { $0 == nil }, sequenceIDs: sequences,
      attentionMask: tokens.map { _ in true }, droppedTokens: dropped
    ).padded(to: tokens.count + pad, side: .right, with: SpecialToken(id: 0, content: "[PAD]"))
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let model = Synthetic.model(layers: 2, heads: 2)
    return Encoding(
      request: EncodeRequest(texts: [text], pair: pair?.0), input: input, mask: mask,
      trace: Synthetic.trace(input, mask: mask, model: model))
  }

  /// Where words and signs stand in a text.
  private static func words(_ text: String) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var isWord = false
    for (place, scalar) in text.unicodeScalars.enumerated() {
      if scalar.properties.isWhitespace {
        isWord = false
      } else if isWord, scalar.properties.isAlphabetic, let last = ranges.last {
        ranges[ranges.count - 1] = last.lowerBound..<place + 1
      } else {
        ranges.append(place..<place + 1)
        isWord = scalar.properties.isAlphabetic
      }
    }
    return ranges
  }

  private static func lines(
    _ encoding: Activations.Encoding, width: Int, _ glyphs: GlyphSet = .unicode
  ) -> DocumentLines {
    DocumentLines(
      DocumentText(encoding, glyphs: glyphs), tokens: encoding.input.count, width: width, glyphs: glyphs)
  }

  private static func text(_ lines: DocumentLines) -> [String] {
    lines.lines.map { line in
      var text = ""
      for run in line {
        text += String(repeating: " ", count: max(run.column - displayWidth(of: text), 0)) + run.text
      }
      return text
    }
  }

  // MARK: The text

  @Test func theTextStandsThereAsItIsWritten() {
    let text = "The Cat ran, and\n  slept.\r\n\r\n\r\nIt's a DOG-house!"
    let lines = Self.lines(Self.encoding(text, Self.words(text), pad: 2), width: 30)
    #expect(Self.text(lines) == ["[CLS] The Cat ran, and", "  slept.", "", "It's a DOG-house! [SEP] PAD×2"])
    let narrow = Self.lines(Self.encoding(text, Self.words(text)), width: 9, .ascii)
    #expect(
      Self.text(narrow) == ["[CLS] The", "Cat ran,", "and", "  slept.", "", "It's a", "DOG-", "house!", "[SEP]"])
  }

  @Test func theSecondTextIsAParagraphOfItsOwn() {
    let encoding = Self.encoding("A cat.", [0..<1, 2..<5, 5..<6], pair: ("It ran", [0..<2, 3..<6]), dropped: 0)
    #expect(Self.text(Self.lines(encoding, width: 40)) == ["[CLS] A cat. [SEP]", "", "It ran [SEP]"])
  }

  /// What was cut off, and what no token has: it is said, or shown.
  @Test func whatIsMissingCanBeSeen() {
    let cut = Self.encoding("one two three", [0..<3, 4..<7], dropped: 1)
    #expect(Self.text(Self.lines(cut, width: 40)) == ["[CLS] one two… [SEP]"])
    let between = Self.encoding("one \u{7}%% two", [0..<3, 8..<11])
    #expect(Self.text(Self.lines(between, width: 40)) == ["[CLS] one ␇%% two [SEP]"])
    let long = Self.encoding("one " + String(repeating: "x", count: 300) + " two", [0..<3, 305..<308])
    #expect(Self.text(Self.lines(long, width: 40)) == ["[CLS] one … two [SEP]"])
  }

  /// Byte-level tokens have spaces and line breaks of their own, and several may be one character.
  @Test func spacesAndBytesOfTokensHaveAPlace() {
    let text = "a\n\nb  東x"
    let encoding = Self.encoding(text, [0..<1, 1..<3, 3..<4, 4..<5, 5..<7, 6..<7, 6..<7, 7..<8])
    let lines = Self.lines(encoding, width: 20)
    #expect(Self.text(lines) == ["[CLS] a↵", "", "b␣ 東x [SEP]"])
    #expect(lines.together == [5..<8])
    #expect(lines.lineOfPosition == [0, 0, 0, 2, 2, 2, 2, 2, 2, 2])
  }

  /// Where it is not known how the text writes its tokens, their names stand for it, joined by their marks.
  @Test func namesStandForATextThatIsNotKnown() {
    func names(_ tokens: [String]) -> [String] {
      var input = Synthetic.input(tokens)
      input.offsets = input.offsets.map { _ in 0..<0 }
      let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
      let encoding = Encoding(
        request: EncodeRequest(texts: ["?"]), input: input, mask: mask,
        trace: Synthetic.trace(input, mask: mask, model: Synthetic.model(layers: 1, heads: 1)))
      return Self.text(Self.lines(encoding, width: 40))
    }
    // Of attention from one sentence to another, what is written holds both.
    let keys = Self.encoding("Das ist gut <- This is good", [0..<4, 5..<7])
    let cross = Encoding(
      request: keys.request, input: keys.input, queryInput: Synthetic.input(["Das", "ist"]), mask: keys.mask,
      modeMask: keys.mask, trace: keys.trace, predictions: nil)
    #expect(!Self.text(Self.lines(cross, width: 40)).joined().contains("Das"))
    #expect(names(["play", "##ing", "cats"]) == ["[CLS] playing cats [SEP]"])
    #expect(names(["▁play", "ing", "▁cats"]) == ["[CLS] playing cats [SEP]"])
    #expect(names(["Ġplay", "ing", "Ġcats"]) == ["[CLS] playing cats [SEP]"])
  }

  /// Whatever the text and the width: every token stands somewhere, in its line, in the order of the text, and nothing on another.
  @Test func everyTokenHasItsPlace() throws {
    var random = SeededGenerator(seed: 5)
    let pieces = [
      "cat", "a", "über", "東京", "。", ",", "-", "\n", "\n\n", " ", "   ", "\t", "\u{7}", "🙂", "incomprehensible",
    ]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let encoding = Self.encoding(text, Self.words(text), pad: Int.random(in: 0...2, using: &random))
      for width in [1, 2, 3, 7, 20, 33] {
        let lines = Self.lines(encoding, width: width, width == 7 ? .ascii : .unicode)
        var next = 0
        for (index, line) in lines.lines.enumerated() {
          var end = 0
          for run in line {
            #expect(run.column >= end && run.column + run.width <= lines.width, "\(run) of \(text)")
            end = run.column + run.width
            guard !run.positions.isEmpty else { continue }
            #expect(run.positions.lowerBound == next)
            next = run.positions.upperBound
            for position in run.positions { #expect(lines.lineOfPosition[position] == index) }
          }
        }
        #expect(next == encoding.input.count)
        #expect(lines.lines.last?.isEmpty != true && lines.lines.first?.isEmpty != true)
      }
      let wide = Self.text(Self.lines(encoding, width: 400)).joined().filter { !$0.isWhitespace }
      guard !text.allSatisfy(\.isWhitespace) else { continue }
      #expect(wide.contains(visible(text).filter { !$0.isWhitespace && $0 != "␉" && $0 != "␊" }), "\(text)")
    }
  }

  /// The marked key is always seen, and the marked query where both can be.
  @Test func theWindowHasTheMarks() {
    let words = (0..<400).map { "word\($0)" }
    let state = Synthetic.state(words: words)
    let encoding = state.encoding
    guard let encoding else { return }
    let lines = Self.lines(encoding, width: 24)
    for rows in [1, 2, 5, 17] {
      for key in stride(from: 0, to: 402, by: 7) {
        for query in [0, key, min(key + 12, 401), max(key - 30, 0), 401] {
          let window = lines.window(rows: rows, key: key, query: query)
          let (ofKey, ofQuery) = (lines.lineOfPosition[key], lines.lineOfPosition[query])
          #expect(window.count == rows && window.lowerBound >= 0 && window.upperBound <= lines.lines.count)
          #expect(window.contains(ofKey))
          if abs(ofKey - ofQuery) < rows { #expect(window.contains(ofQuery)) }
        }
      }
    }
    #expect(lines.window(rows: 1000, key: 3, query: 5) == 0..<lines.lines.count)
  }

  // MARK: The head over it

  private func state(_ actions: [Action] = [], words: [String]? = nil, pad: Int = 0, mode: MaskMode = .keys) -> State {
    var state = Synthetic.state(
      words: words
        ?? "the animal did not cross the street because it was too tired .".split(separator: " ").map(String.init),
      pad: pad, mode: mode)
    Synthetic.perform([.show(.head), .document(.show(true))] + actions, on: &state)
    return state
  }

  private func place(of key: Int, _ state: State, _ size: Size, _ appearance: Appearance) throws -> Point {
    let area = Frame(state: state, size: size).main
    let room = try #require(DocumentRoom.split(area))
    let view = try #require(DocumentView(state: state, appearance: appearance, area: room.document))
    for row in room.document.row..<room.document.endRow {
      for column in room.document.column..<room.document.endColumn
      where view.key(at: Point(column: column, row: row)) == key {
        return Point(column: column, row: row)
      }
    }
    throw NotFound()
  }

  private struct NotFound: Error {}

  /// The colour behind a word is that of its probability, of which the largest of the words' is the brightest.
  @Test(arguments: [MaskMode.keys, .causal], 0..<4) func coloursAreProbabilities(mode: MaskMode, head: Int) throws {
    let index = HeadIndex(layer: 0, head: head)
    let state = state([.selectHead(index), .selectPair(query: 6, key: 2)], mode: mode)
    let layer = try #require(state.encoding).trace.layers[0]
    let (row, input) = (layer.probabilities(head: head).row(6), try #require(state.encoding).input)
    let top = try #require(
      row.indices.filter { !input.specialTokensMask[$0] && layer.mask[6, $0] }.map { row[$0] }.max())
    let painter = HeatPainter(appearance: Synthetic.truecolor, colors: state.colors, top: top)
    let canvas = draw(state, appearance: Synthetic.truecolor, size: size)
    for key in row.indices where key != 6 {
      let point = try place(of: key, state, size, Synthetic.truecolor)
      let style = canvas[point.column, point.row].style
      if !layer.mask[6, key] {
        #expect(style == Style(attributes: .dim))
      } else if row[key] / top >= 0.02 {
        #expect(style.background == painter.color(row[key]))
      } else {
        #expect(style == .plain)
      }
    }
    let query = try place(of: 6, state, size, Synthetic.truecolor)
    #expect(canvas[query.column, query.row].style == Style(attributes: [.bold, .reverse]))
    let key = try place(of: 2, state, size, Synthetic.truecolor)
    #expect(canvas[key.column, key.row].style.attributes == [.bold, .underline])
    #expect(canvas[key.column - 1, key.row].base == 0x5B)
  }

  /// Without colours, and with eight, letters say it: underlined, bold, both.
  @Test(arguments: [ColorDepth.none, .eight]) func lettersSayItWithoutColours(depth: ColorDepth) throws {
    let appearance = Appearance(depth: depth, glyphs: .unicode, scales: [.grey])
    let state = state([.selectHead(HeadIndex(layer: 0, head: 3)), .selectPair(query: 4, key: 0)])
    let row = try #require(state.encoding).trace.layers[0].probabilities(head: 3).row(4)
    let top = try #require(row[1..<14].max())
    let canvas = draw(state, appearance: appearance, size: size)
    var seen: Set<UInt8> = []
    for key in 1..<14 where key != 4 {
      let point = try place(of: key, state, size, appearance)
      let expected: Style.Attributes =
        switch row[key] / top {
        case ..<0.05: []
        case ..<0.25: .underline
        case ..<0.6: .bold
        default: [.bold, .underline]
        }
      #expect(canvas[point.column, point.row].style.attributes == expected)
      seen.insert(expected.rawValue)
    }
    #expect(seen.count >= 3)
    for (position, sign) in [(4, "▸"), (0, "[")] {
      let point = try place(of: position, state, size, appearance)
      #expect(canvas[point.column, point.row].style.attributes.contains(.reverse))
      #expect(canvas[point.column - 1, point.row].base == sign.unicodeScalars.first?.value)
    }
  }

  /// What goes to the pieces of one character is summed; PAD has one mark, with all that goes to it.
  @Test func whatStandsForSeveralTokensHasTheirSum() throws {
    let state = state(
      [.selectHead(HeadIndex(layer: 1, head: 2)), .selectPair(query: 1, key: 0)], words: ["a", "b"], pad: 5, mode: .none
    )
    let computation = try #require(state.computation)
    let head = try #require(HeadPicture(state: state, computation: computation))
    let shade = DocumentShade(head, together: [4..<9], colors: state.colors, Synthetic.truecolor)
    let row = computation.encoding.trace.layers[1].probabilities(head: 2).row(1)
    #expect(shade.style(4..<9) == shade.painter.style(row[4..<9].reduce(0, +)))
    #expect(
      shade.top == max(row[1], row[2])
        && shade.isExceeded == (row.enumerated().contains { $0 != 1 && $0 != 2 && $1 > shade.top }))
    #expect(draw(state, appearance: Synthetic.truecolor, size: size).text.contains("PAD×5"))
  }

  @Test func aKeyShowsItAndAClickSelectsAWord() throws {
    var state = Synthetic.state()
    state.view = .head
    func press(_ input: Input, _ size: Size, _ appearance: Appearance = Synthetic.truecolor) -> Resolution {
      Keymap.resolve(input, state: state, appearance: appearance, size: size)
    }
    let key = Input.key(.character("T"))
    for size in [size, Size(columns: 60, rows: 10), Size(columns: 20, rows: 20), Size(columns: 200, rows: 60)] {
      #expect(press(key, size) == .action(.document(.show(true))), "\(size)")
    }
    for size in [Size(columns: 20, rows: 6), Size(columns: 59, rows: 12)] {
      guard case .refused(let reason) = press(key, size) else { Issue.record("\(size)"); continue }
      #expect(reason.contains("room"))
    }
    var presenter = Synthetic.truecolor
    presenter.presentation = Presentation(theme: .dark)
    guard case .refused(let reason) = press(key, Size(columns: 60, rows: 16), presenter) else {
      Issue.record("presenter")
      return
    }
    #expect(reason.contains("before a class"))
    #expect(press(key, Size(columns: 160, rows: 50), presenter) == .action(.document(.show(true))))
    Synthetic.perform([.document(.show(true)), .selectPair(query: 1, key: 0)], on: &state)
    // It goes anywhere.
    #expect(press(key, Size(columns: 20, rows: 6)) == .action(.document(.show(false))))
    let point = try place(of: 3, state, size, Synthetic.truecolor)
    #expect(
      press(.mouse(MouseEvent(kind: .press, point: point)), size) == .action(.selectPair(query: 1, key: 3)))
  }

  /// Before a class it stands below the marked pair, and its words are places.
  @Test func aClassSeesItBelowThePair() throws {
    let state = state([.selectPair(query: 9, key: 2)])
    var appearance = Synthetic.truecolor
    appearance.presentation = Presentation(theme: .light)
    let size = Size(columns: 160, rows: 50)
    let area = Frame(state: state, appearance: appearance, size: size).main
    let document = try #require(HeadPresenter.roomForText(in: area, state, .unicode))
    let canvas = draw(state, appearance: appearance, size: size)
    #expect(canvas.text.contains("[animal]") && canvas.text.contains("attends to"))
    let view = try #require(DocumentView(state: state, appearance: appearance, area: document))
    var keys: Set<Int> = []
    for row in document.row..<document.endRow {
      for column in document.column..<document.endColumn {
        let point = Point(column: column, row: row)
        guard let key = view.key(at: point), key != 2 else { continue }
        keys.insert(key)
        #expect(
          Keymap.resolve(
            .mouse(MouseEvent(kind: .press, point: point)), state: state, appearance: appearance, size: size)
            == .action(.selectPair(query: 9, key: key)))
      }
    }
    #expect(keys.count == 14)
  }

  /// Where attention goes from one sentence to another, it is the text of the keys.
  @Test func ofTwoSentencesTheTextIsThatOfTheKeys() throws {
    var state = state(words: ["an", "animal", "ran"])
    let shown = try #require(state.computation)
    let queries = Synthetic.input(["ein", "Tier"])
    let mask = AttentionMask(queries: 4, keys: 5, allowed: Array(repeating: true, count: 20))
    let numbers = Tensor(shape: [12, 4, 5]) { $0.update(repeating: 0.2) }
    let encoding = Encoding(
      request: shown.encoding.request, input: shown.encoding.input, queryInput: queries, mask: mask, modeMask: mask,
      trace: AttentionTrace(
        layers: (0..<6).map { _ in LayerTrace(probabilities: numbers, mask: mask) }, hiddenStates: []),
      predictions: nil)
    state.results[.shown] = Computation(id: shown.id, encoding: encoding)
    (state.query, state.key) = (2, 3)
    let rows = draw(state, appearance: Synthetic.colorless, size: size).text.split(separator: "\n")
    #expect(rows.contains { $0.contains("Tier attends to") })
    #expect(rows.contains { $0.contains("[CLS] an animal[ran][SEP]") })
    #expect(!rows.contains { $0.contains("▸") })
  }

  /// Where a sentence is shown, the line of hints has no room for what documents are read with.
  @Test func hintsAreForDocuments() {
    func hints(_ state: State) -> String {
      draw(state, appearance: Synthetic.colorless, size: Size(columns: 200, rows: 40)).text
        .split(separator: "\n").last.map(String.init) ?? ""
    }
    var short = Synthetic.state()
    short.view = .head
    var long = Synthetic.state(words: (0..<50).map { "w\($0)" })
    long.view = .head
    #expect(!hints(short).contains("T text") && hints(long).contains("T text  G sentences"))
    Synthetic.perform([.document(.show(true))], on: &short)
    #expect(hints(short).contains("T text"))
  }

  /// It takes the place of the bars, or where there is much room that of the other heads.
  @Test func barsStayWhereThereIsRoom() {
    let state = state()
    let small = draw(state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40)).text
    let large = draw(state, appearance: Synthetic.truecolor, size: Size(columns: 200, rows: 60)).text
    for text in [small, large] { #expect(text.contains("animal did not") && text.contains("[CLS] attends to")) }
    #expect(large.contains("0.") && !large.contains("all its heads"))
    #expect(large.split(separator: "\n").contains { $0.count { $0 == "█" } >= 8 }, "bars of the list")
  }

  @Test func everySizeHasIt() throws {
    let long = (0..<60).map { "w\($0)" }
    for base in [
      state(), state([.selectPair(query: 40, key: 3)], words: long), state([.lines(.show(true))], words: long),
      state([.joinWords(true)], words: ["play", "##ing", "cats"]),
    ] {
      for columns in stride(from: 20, through: 240, by: 22) {
        for rows in stride(from: 6, through: 60, by: 9) {
          for appearance in [Synthetic.truecolor, Synthetic.ascii] {
            _ = draw(base, appearance: appearance, size: Size(columns: columns, rows: rows))
          }
        }
      }
    }
    let state = state([.selectHead(HeadIndex(layer: 0, head: 3)), .selectPair(query: 9, key: 2)])
    for size in [size, Size(columns: 50, rows: 24)] {
      try expectSnapshot(
        draw(state, appearance: Synthetic.colorless, size: size).text,
        "screens/document-\(size.columns)x\(size.rows).txt")
    }
    try expectSnapshot(
      draw(state, appearance: Synthetic.ascii, size: size).text, "screens/document-80x24-ascii.txt")
  }
}
