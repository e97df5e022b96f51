import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct PresenterTests {
  private static let size = Size(columns: 100, rows: 30)

  private func appearance(_ theme: Theme, depth: ColorDepth = .truecolor) -> Appearance {
    var appearance = Appearance(depth: depth, glyphs: .unicode, scales: [.grey])
    appearance.presentation = Presentation(theme: theme)
    return appearance
  }

  private func state(_ view: ViewID, pad: Int = 2) -> State {
    var state = Synthetic.state(pad: pad)
    (state.view, state.query, state.key) = (view, 2, 3)
    return state
  }

  /// Every character of every view, on whatever colour it stands: 7 : 1 at least.
  @Test(arguments: ViewID.allCases, Theme.all) func textCanBeReadFromTheLastRow(view: ViewID, theme: Theme) {
    var least = 21.0
    for pad in [0, 3] {
      let canvas = draw(state(view, pad: pad), appearance: appearance(theme), size: Self.size)
      for cell in canvas.cells where cell.base > 0x20 && !cell.isGraphic {
        least = min(least, cell.style.foreground.contrast(with: cell.style.background))
      }
      #expect(!canvas.cells.contains { $0.style.background.isStandard || $0.style.foreground.isStandard })
    }
    print("presenter, \(view), \(theme.id): least contrast of text \(least)")
    #expect(least >= 7)
  }

  /// Large digits, too, on every colour that a scale can have.
  @Test func digitsCanBeReadOnEveryColour() {
    for red in stride(from: UInt32(0), through: 255, by: 15) {
      for green in stride(from: UInt32(0), through: 255, by: 15) {
        for blue in stride(from: UInt32(0), through: 255, by: 51) {
          let color = Color(red << 16 | green << 8 | blue)
          let paper = LargeNumber.readable(color)
          #expect(paper.contrasting.contrast(with: paper) >= 7)
          if color.contrasting.contrast(with: color) >= 7 { #expect(paper == color) }
        }
      }
    }
  }

  /// The Words view shows a hidden state, which is of no head.
  @Test func theWordsViewIsOfAHiddenState() {
    var appearance = Appearance(depth: .truecolor, glyphs: .ascii, scales: [.grey])
    appearance.presentation = Presentation(theme: .dark)
    for index in [0, 1] {
      var state = state(.words, pad: 0)
      Synthetic.perform([.words(.hiddenState(index))], on: &state)
      let text = draw(state, appearance: appearance, size: Self.size).text
      #expect(text.contains("state \(index)") && !text.contains("layer 0 head 0"))
      #expect(state.roleOfHiddenState == (index == 0 ? "the input" : nil))
    }
  }

  /// Beside a picture of lengths stands a length, not the probability; in ASCII, where words are no block glyphs.
  @Test func whatStandsBesideThePictureIsOfThePicture() throws {
    var appearance = Appearance(depth: .truecolor, glyphs: .ascii, scales: [.grey])
    appearance.presentation = Presentation(theme: .dark)
    var state = state(.head, pad: 0)
    Synthetic.perform([.flow(.norms(true))], on: &state)
    let picture = try #require(HeadPicture(onScreen: state))
    let (length, probability) = (picture.shown[2, 3], picture.probabilities[2, 3])
    #expect(abs(length - probability) > 0.01)
    let lines = draw(state, appearance: appearance, size: Self.size).text.split(separator: "\n").map(String.init)
    let number = Words.fixed(Double(length), 2)
    #expect(lines.contains { $0.hasSuffix("gets from") || $0.contains("gets from ") })
    #expect(lines.contains { $0.contains("|p f(x)| = \(number)") })
    #expect(!lines.contains { $0.contains("attends to") || $0.contains("softmax") })
    #expect(lines.contains { $0.contains("the whole row of p") })
  }

  @Test func onlyWhatMattersIsShown() {
    let text = draw(state(.head), appearance: appearance(.dark), size: Self.size).text
    #expect(!text.contains("Headscope") && !text.contains("help") && !text.contains("entropy"))
    #expect(text.contains("attends to"))
    // The place, and the formula of the moment, in block glyphs.
    #expect(text.hasPrefix("\n  █"))
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[26...28].allSatisfy { $0.contains("█") })
  }

  @Test func everySizeCanBePresented() {
    for view in ViewID.allCases {
      let state = state(view)
      for columns in [1, 20, 21, 40, 75, 76, 80, 200] {
        for rows in [1, 6, 7, 15, 16, 24, 60] {
          for depth in ColorDepth.allCases {
            let canvas = draw(
              state, appearance: appearance(.light, depth: depth), size: Size(columns: columns, rows: rows))
            #expect(canvas.size == Size(columns: columns, rows: rows))
          }
        }
      }
    }
  }

  @Test func keysLeadThroughThemes() {
    var presentation: Presentation?
    func press(_ command: PresenterCommand) { presentation = Presentation.after(command, presentation) }
    press(.blank)
    #expect(presentation == nil)
    press(.present)
    #expect(presentation?.theme == .dark)
    press(.nextSpotlight)
    #expect(presentation?.spotlight == .key)
    press(.blank)
    #expect(presentation?.isBlank == true)
    press(.present)
    #expect(presentation?.isBlank == false && presentation?.theme == .dark)
    press(.present)
    #expect(presentation?.theme == .light && presentation?.spotlight == .key)
    press(.present)
    #expect(presentation == nil)
  }

  /// A clicker sends a dot; whatever is pressed then brings the picture back and does nothing else.
  @Test func aClickerBlanksTheScreen() {
    var appearance = appearance(.dark)
    func resolve(_ key: Key) -> Resolution {
      Keymap.resolve(.key(key), state: state(.head), appearance: appearance, size: Self.size)
    }
    #expect(resolve(.character(".")) == .control(.present(.blank)))
    #expect(resolve(.left) == .action(.selectPair(query: 2, key: 2)))
    appearance.presentation?.isBlank = true
    let canvas = draw(state(.head), appearance: appearance, size: Self.size)
    #expect(canvas == Canvas(size: Self.size).painted(.dark))
    #expect(resolve(.left) == .control(.present(.blank)))
    #expect(resolve(.character("q")) == .control(.present(.askToLeave)))
    appearance.presentation = nil
    #expect(resolve(.character(".")) != .control(.present(.blank)))
    #expect(resolve(.character("P")) == .control(.present(.present)))
  }

  private func question(_ answer: Answer, number: String = "") -> State {
    var state = state(.head)
    var status = PlaybackStatus(
      title: "", position: 0, count: 1, time: 0, duration: 1, isPaused: true, speed: 1)
    status.question = QuestionStatus(Question("?", answer: answer))
    status.question?.number = number
    state.playback = status
    return state
  }

  /// A dot steps in a replay, belongs to a number that is typed, and blanks the screen before a class.
  @Test func whatADotMeansIsSettled() {
    var appearance = appearance(.dark)
    func resolve(_ key: Key, _ state: State) -> Resolution {
      Keymap.resolve(.key(key), state: state, appearance: appearance, size: Self.size)
    }
    let cell = question(.cell(query: 0, key: 0))
    let number = { question(.number(0.25, within: 0), number: $0) }
    for key in [Key.character("."), .character("b")] {
      #expect(resolve(key, cell) == .control(.present(.blank)))
      #expect(resolve(key, number("")) == .control(.present(.blank)))
    }
    #expect(resolve(.character("."), number("0")) == .control(.typeNumber("0.")))
    #expect(resolve(.pageDown, cell) == .control(.replay(.lessonForward)))
    appearance.presentation = nil
    #expect(resolve(.character("."), cell) == .control(.replay(.stepForward)))
    #expect(resolve(.character("."), number("")) == .control(.typeNumber(".")))
    guard case .refused = resolve(.character("b"), cell) else {
      Issue.record("b does something without presenter mode")
      return
    }
    // In an exploration it puts the picture aside, in presenter mode too.
    appearance.presentation = Presentation(theme: .dark)
    #expect(resolve(.character("b"), state(.head)) != .control(.present(.blank)))
  }

  /// Every view says a formula, in letters that are there in large.
  @Test(arguments: ViewID.allCases) func everyViewHasItsFormula(view: ViewID) {
    let state = settled(view)
    let wordings = view.drawing.formula(state)
    #expect(!wordings.isEmpty)
    #expect(wordings.contains { BigText($0).map { $0.columns <= 80 } ?? false }, "\(wordings)")
  }

  /// Digits that could not be read from the last row are left out.
  @Test(arguments: [ViewID.head, .mask, .words, .flow]) func numbersAreLargeOrNotThere(view: ViewID) {
    for pad in [0, 8] {
      let state = settled(view, pad: pad)
      let frame = Frame(presenting: Self.size, state)
      let canvas = draw(state, appearance: appearance(.dark), size: Self.size)
      for row in frame.main.row..<frame.main.endRow {
        let text = canvas.text(row: row)
        #expect(!text.contains { $0.isNumber }, "\(view), \(pad): \(text)")
      }
    }
  }

  /// With everything that the view asks for.
  private func settled(_ view: ViewID, pad: Int = 2) -> State {
    var state = Synthetic.state(pad: pad)
    Synthetic.perform([.show(view), .selectPair(query: 2, key: 3)], on: &state)
    return state
  }

  /// Lessons speak of the line about padding; in rows where there is none, nothing changes.
  @Test func whatWasDoneToTheNumbersIsOnTheWall() {
    let canvas = draw(settled(.head, pad: 3), appearance: appearance(.dark), size: Self.size)
    let frame = Frame(presenting: Self.size, settled(.head, pad: 3))
    #expect(frame.effects.count == 1 && frame.effects.lowerBound == (frame.legend ?? 0) - 1)
    #expect(canvas.text(row: frame.effects.lowerBound).contains("padding: "))
    #expect(Frame(presenting: Self.size, settled(.head, pad: 0)).effects.isEmpty)
  }

  /// What the speaker says is not on the wall; what the class is asked is.
  @Test func questionsAreShownToTheClassAndNotesAreNot() {
    var state = question(.cell(query: 0, key: 0))
    state.playback?.note = "Say this."
    state.playback?.question?.question.text = "What is asked?"
    for size in [Self.size, Size(columns: 160, rows: 50)] {
      let text = draw(state, appearance: appearance(.dark), size: size).text
      #expect(text.contains("? What is asked?") && !text.contains("Say this."))
      state.playback?.question?.isRevealed = true
      #expect(draw(state, appearance: appearance(.dark), size: size).text.contains("The answer: "))
    }
  }

  /// A note that has no room is read page by page.
  @Test func aLongNoteIsTurned() {
    let lines = (0..<10).map { "\($0)" }
    #expect(NoteBox.page(of: lines, rows: 10, 3).lines == lines[...])
    #expect(NoteBox.page(of: lines, rows: 10, 3).more == nil)
    let pages = (0..<4).map { NoteBox.page(of: lines, rows: 5, $0) }
    #expect(pages.map { $0.lines.first } == ["0", "4", "8", "0"])
    #expect(pages.map { $0.lines.last } == ["3", "7", "9", "3"])
    #expect(pages[1].more == "n: the rest (2 of 3)")
  }

  /// A clicker's keys, and one slip of the hand, end no lecture: Escape does nothing to a replay, F5 nothing at all, q asks.
  @Test func aLectureDoesNotEndAtOnce() {
    var playing = state(.head)
    playing.playback = PlaybackStatus(
      title: "", position: 0, count: 1, time: 0, duration: 1, isPaused: true, speed: 1)
    var (asking, leaving) = (appearance(.dark), appearance(.dark))
    leaving.presentation?.isAboutToLeave = true
    asking.presentation?.isAboutToLeave = false
    func resolve(_ key: Key, _ state: State, _ appearance: Appearance) -> Resolution {
      Keymap.resolve(.key(key), state: state, appearance: appearance, size: Self.size)
    }
    for appearance in [asking, leaving] {
      for state in [playing, state(.head)] {
        #expect(resolve(.control("c"), state, appearance) == .control(.quit))
        for key in [Key.escape, .function(5), .pageDown, .character(".")] {
          let resolution = resolve(key, state, appearance)
          #expect(resolution != .control(.quit) && resolution != .control(.replay(.leave)), "\(key)")
        }
      }
    }
    for (state, end) in [(playing, Control.replay(.leave)), (state(.head), .quit)] {
      #expect(resolve(.character("q"), state, asking) == .control(.present(.askToLeave)))
      #expect(resolve(.character("q"), state, leaving) == .control(end))
    }
    #expect(resolve(.escape, playing, Synthetic.truecolor) == .control(.replay(.leave)))
  }

  /// On white, the scale that is made for paper; whoever chose another has that.
  @Test func lightColoursAreThoseOfPaper() {
    let scales = ["viridis", "cividis", "paper"].map {
      ColorScale(
        id: $0, title: $0, about: "", kind: .sequential, stops: [Color(0), Color(0xFFFFFF)], missing: Color(0))
    }
    func scale(_ theme: Theme?, _ name: String) -> String {
      var appearance = Appearance(depth: .truecolor, glyphs: .unicode, scales: scales)
      appearance.presentation = theme.map(Presentation.init)
      return appearance.scale(named: name).id
    }
    #expect(
      scale(.light, "viridis") == "paper" && scale(.dark, "viridis") == "viridis" && scale(nil, "viridis") == "viridis")
    #expect(scale(.light, "cividis") == "cividis")
  }

  /// The sentence, and what the colours stand for, in every view that has colours; nothing at the edges.
  @Test(arguments: ViewID.allCases) func theSentenceAndTheLegendAreThere(view: ViewID) {
    let state = state(view)
    let canvas = draw(state, appearance: appearance(.dark), size: Self.size)
    let lines = canvas.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[4].hasPrefix("  [CLS] the cat ran [SEP]"))
    if view.drawing.legend(state) != nil { #expect(lines[25].contains { "0123456789".contains($0) }, "\(lines[25])") }
    for row in 0..<Self.size.rows {
      for column in 0..<Self.size.columns
      where row == 0 || row == Self.size.rows - 1 || column < 2 || column >= Self.size.columns - 2 {
        #expect(canvas[column, row].base == 0x20, "\(view) at \(column), \(row)")
      }
    }
  }

  @Test func formulasAreASCIIWhereTheTerminalIs() {
    #expect(Formula.ascii("softmax(q·k/√32) = 0.18") == "softmax(q . k/sqrt 32) = 0.18")
    for view in ViewID.allCases {
      var appearance = Appearance(depth: .none, glyphs: .ascii, scales: [.grey])
      appearance.presentation = Presentation(theme: .dark)
      let text = draw(state(view), appearance: appearance, size: Self.size).text
      #expect(text.allSatisfy { $0.isASCII }, "\(view)")
      let formulas = state(view).view.drawing.formula(state(view)).map(Formula.ascii)
      #expect(formulas.joined().allSatisfy { $0.isASCII }, "\(formulas)")
    }
  }

  /// The whole row in Steps: every score, what it is to the power of e, and its share, which sum to 1.
  @Test func stepsShowTheWholeRow() throws {
    var state = state(.steps, pad: 0)
    Synthetic.perform([.steps(.stage(.softmax))], on: &state)
    let text = draw(state, appearance: appearance(.dark), size: Self.size).text
    #expect(text.contains("e^(s-m)"))
    let layer = try #require(state.encoding?.trace.layers.first)
    let row = SoftmaxSteps(layer: layer, head: 0, query: state.query).probabilities
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    let shares = lines.compactMap { words in words.count >= 4 ? Double(words[words.count - 1]) : nil }
    for share in row { #expect(shares.contains { abs($0 - share) <= 0.005001 }, "\(share)") }
  }

  @Test func theSpotlightLeavesTheRestDim() {
    var appearance = appearance(.dark)
    let state = state(.head, pad: 0)
    let names = state.encoding?.input.tokens ?? []
    let area = HeadPresenter.matrixArea(of: Frame(presenting: Self.size, state).main, state, .unicode)
    let matrix = PresenterMatrix(
      painter: HeatPainter(appearance: appearance, colors: "grey", top: 1), names: names, value: { _, _ in 0 },
      text: { _, _ in "" })
    func background(_ query: Int, _ key: Int) -> Color? {
      let canvas = draw(state, appearance: appearance, size: Self.size)
      return (matrix.layout(in: area)?.rect(query, key)).map { canvas[$0.column + 1, $0.row].style.background }
    }
    let (lit, dim) = (background(2, 0), background(1, 0))
    appearance.presentation?.spotlight = .key
    #expect(background(2, 3) != background(2, 0))
    appearance.presentation?.spotlight = .none
    #expect(background(2, 0) == lit && background(1, 0) != dim)
  }

  /// The three stages of softmax, as lengths of bars.
  @Test func scoresBecomeProbabilities() {
    let scores: [Float] = [1, 3, -.infinity, 2]
    let probabilities: [Float] = [0.090030573, 0.66524096, 0, 0.24472847]
    func row(_ progress: Double) -> RowTransition {
      RowTransition(scores: scores, probabilities: probabilities, progress: progress)
    }
    #expect(row(0).stage == .scores && row(0).lengths == [0.1, 1, 0, 0.55])
    let grown = row(0.5)
    #expect(grown.stage == .exponentials)
    // e^-2, e^0, nothing, e^-1
    for (found, wanted) in zip(grown.lengths, [0.13533528, 1, 0, 0.36787944]) { #expect(abs(found - wanted) < 1e-6) }
    #expect(row(1).stage == .probabilities && row(1).lengths == probabilities.map(Double.init))
    for step in 0...100 {
      #expect(row(Double(step) / 100).lengths.allSatisfy { (0...1).contains($0) })
      #expect(row(Double(step) / 100).lengths[2] == 0)
    }
    let blocked = RowTransition(scores: [-.infinity], probabilities: [0], progress: 0)
    #expect(blocked.lengths == [0])
  }

  @Test func largeLettersAreThere() {
    for character in "The cat ran over 0123456789 [CLS] [MASK] softmax(q·k/√32) = 0.98 QKᵀ ##ing".map(\.self) {
      #expect(BigText(String(character)) != nil, "\(character)")
    }
    for (character, glyph) in BigGlyph.all { #expect((1...5).contains(glyph.width), "\(character)") }
    #expect(BigGlyph.all.count >= 26 * 2 + 10 + 20)
    #expect(BigText("猫") == nil)
  }
}
