import Activations
import Canvas
import Survey
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The table, the grid, the map and the sentences of a survey, and the way through them by keys.
struct SurveyScreenTests {
  private static let sizes = [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)]
  private static let nsubj = SurveyColumn.number(SurveyNumber(named: "nsubj"))
  private static let entropy = SurveyColumn.number(SurveyNumber(named: "entropy"))
  private static let marked = HeadIndex(layer: 3, head: 7)

  private static func state(
    _ actions: [Action] = [], second: Bool = false, text: String? = nil, model: String = "synthetic"
  ) throws -> State {
    var state = Synthetic.state()
    var surveys = [try SyntheticSurvey.opened(SyntheticSurvey.survey(model: model, text: text))]
    if second {
      surveys.append(
        try SyntheticSurvey.opened(SyntheticSurvey.survey(shift: 0.03125), as: "corpora/tuned.survey", digest: "1"))
    }
    Synthetic.open(surveys, on: &state)
    Synthetic.perform([.selectHead(marked)] + actions, on: &state)
    return state
  }

  /// What can be on the screen.
  private static let screens: [(name: String, actions: [Action], second: Bool)] = [
    ("table", [], false), ("table-entropy", [.survey(.sort(entropy, isDescending: false))], false),
    ("table-relation", [.survey(.sort(nsubj, isDescending: true))], false),
    ("grid-relation", [.survey(.sort(nsubj, isDescending: true)), .show(.grid)], false),
    ("map", [.survey(.part(.map))], false),
    ("sentences", [.survey(.sort(nsubj, isDescending: true)), .survey(.openSentences())], false),
    (
      "sentences-statistic",
      [.survey(.sort(entropy, isDescending: true)), .survey(.openSentences()), .survey(.markSentence(9))],
      false
    ),
    ("compare", [.survey(.sort(nsubj, isDescending: true))], true),
    ("compare-grid", [.survey(.sort(entropy, isDescending: true)), .show(.grid)], true),
  ]

  @Test(arguments: screens.map(\.name)) func screen(_ name: String) throws {
    let screen = try #require(Self.screens.first { $0.name == name })
    let state = try Self.state(screen.actions, second: screen.second)
    for size in Self.sizes {
      try expectSnapshot(
        draw(state, appearance: Synthetic.colorless, size: size).text,
        "screens/survey-\(name)-\(size.columns)x\(size.rows).txt")
    }
  }

  /// From 20x6 up, in every depth of colours: the marked head is named, and the screen says that it is of a corpus.
  @Test func everySizeCanBeDrawn() throws {
    for screen in Self.screens {
      var state = try Self.state(screen.actions, second: screen.second)
      for view in [state.view, .grid, .head] {
        state.view = view
        for (depth, glyphs) in [
          (ColorDepth.truecolor, GlyphSet.unicode), (.indexed256, .unicode), (.eight, .unicode), (.none, .ascii),
        ] {
          let appearance = ExplorerViews.Appearance(depth: depth, glyphs: glyphs, scales: [.grey])
          for (columns, rows) in [(20, 6), (33, 9), (59, 17), (80, 24), (140, 41), (210, 61)] {
            let text = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows)).text
            #expect(text.contains("L3 H7") || text.contains("layer 3 head 7"), "\(screen.name) \(columns)x\(rows)")
            if state.surveyOfView != nil, columns >= 80 {
              #expect(
                text.contains("10,000 sentences") || text.contains("B - A"), "\(screen.name) \(columns)x\(rows)")
            }
          }
        }
      }
    }
  }

  /// Before a class, in every view of it.
  @Test func presenterCanBeDrawn() throws {
    for screen in Self.screens {
      let state = try Self.state(screen.actions, second: screen.second)
      for theme in [Presentation(theme: .dark), Presentation(theme: .light)] {
        var appearance = Synthetic.truecolor
        appearance.presentation = theme
        for size in Self.sizes + [Size(columns: 20, rows: 6)] {
          let canvas = draw(state, appearance: appearance, size: size)
          #expect(canvas.size == size)
        }
      }
    }
  }

  /// No control character of a survey comes to the terminal: not of sentences, relations, patterns, files and models.
  @Test func textOfASurveyIsMadeSafe() throws {
    let evil = "a\u{1B}[31m b\u{9B}2J\u{202E} c\nd"
    var survey = SyntheticSurvey.survey(model: evil, text: evil + " and more words to fill a line")
    let relation = SurveyNumber(named: evil)
    survey.numbers[survey.numbers.count - 1] = relation
    survey.patterns = survey.patterns.map { SurveyPattern(name: evil, counts: $0.counts) }
    survey.groups = [SurveyGroup(name: evil, sentences: 3, figures: [relation: survey.figures[0]])]
    let opened = try SyntheticSurvey.opened(survey, as: "x/\(evil).survey")
    let actions: [[Action]] = [
      [], [.survey(.sort(.number(relation), isDescending: true))], [.survey(.part(.map))],
      [.survey(.sort(.number(relation), isDescending: true)), .survey(.openSentences())],
      [.survey(.sort(.number(relation), isDescending: true)), .show(.grid)],
    ]
    for actions in actions {
      var state = Synthetic.state()
      Synthetic.open([opened], on: &state, weights: "another")
      Synthetic.perform(actions, on: &state)
      for size in Self.sizes {
        let text = draw(state, appearance: Synthetic.colorless, size: size).text
        #expect(
          !text.unicodeScalars.contains {
            $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) || $0 == "\u{202E}"
          })
      }
    }
  }

  /// What is not above the baseline, and what may be noise, is told apart without colours.
  @Test func signsSayWhatColoursSay() throws {
    let state = try Self.state([.survey(.sort(Self.nsubj, isDescending: true)), .show(.grid)])
    let survey = try #require(state.shownSurvey)
    let verdicts = Set(survey.heads.compactMap { survey.cell(SurveyNumber(named: "nsubj"), $0)?.verdict })
    #expect(verdicts == [.above, .below, .noise])
    let text = draw(state, appearance: Synthetic.ascii, size: Self.sizes[0]).text
    for sign in ["+.", "-.", "~."] { #expect(text.contains(sign) || text.contains("~+.")) }
  }

  // MARK: By keys

  private func press(_ keys: [Key], on state: inout State, _ size: Size) {
    for key in keys {
      switch Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: size) {
      case .action(let action), .control(.run(.action(let action))):
        state.entry = nil
        Synthetic.perform([action], on: &state)
      case .control(.edit(let entry)): _ = reduce(&state, .entry(entry))
      case let other: Issue.record("\(key) does nothing: \(other)")
      }
    }
  }

  /// From the table to a relation, to its best head, to three sentences for it and one against, and back.
  @Test(arguments: sizes) func theWayFromTheTableToSentences(size: Size) throws {
    var state = try Self.state()
    let survey = try #require(state.shownSurvey)
    let number = SurveyNumber(named: "nsubj")
    // The number is typed, and the table goes to its best head.
    press([.character("R")] + "nsubj".map(Key.character) + [.enter], on: &state, size)
    let best = try #require(survey.best(number)?.head)
    #expect(state.surveyNumber == number && state.head == best && state.surveyHeads.first == best)
    // The grid lights up.
    press([.character("1")], on: &state, size)
    #expect(state.gridSurvey?.number == number)
    press([.enter], on: &state, size)
    #expect(state.exploration.survey.part == .sentences && state.view == .heads)
    let witnesses = state.surveyWitnesses
    for (turn, line) in [0, 1, 2, 5].enumerated() {
      if turn > 0 { press(Array(repeating: .down, count: turn == 3 ? 3 : 1), on: &state, size) }
      #expect(state.markedSentence(of: witnesses.count) == line)
      let screen = draw(state, appearance: Synthetic.colorless, size: size).text
      #expect(screen.contains(witnesses[line].witness.sentence.text))
      press([.enter], on: &state, size)
      #expect(state.view == .head && state.head == best && state.texts == [witnesses[line].witness.sentence.text])
      #expect(state.visitedPair != nil)
      press([.escape], on: &state, size)
      #expect(state.view == .heads && state.markedSentence(of: witnesses.count) == line)
    }
    #expect(witnesses[5].role == .against)
    press([.escape], on: &state, size)
    #expect(state.view == .grid)
    press([.character("6"), .character("o")], on: &state, size)
    #expect(state.shownSurvey == nil && state.view == .heads)
  }

  @Test func arrowsGoToTheNextPointOfTheMap() throws {
    var state = try Self.state([.survey(.part(.map))])
    var seen = [state.head]
    for key in [Key.right, .right, .up, .left, .down] {
      let resolution = Keymap.resolve(
        .key(key), state: state, appearance: Synthetic.truecolor, size: Self.sizes[0])
      // At an edge there is nothing further on.
      if case .action(let action) = resolution { Synthetic.perform([action], on: &state) }
      seen.append(state.head)
    }
    #expect(Set(seen).count > 2)
    press([.character("v")], on: &state, Self.sizes[0])
    #expect(state.exploration.survey.part == .table)
  }

  /// What lies under the mouse is what is drawn there, and a second press opens it.
  @Test func theMousePointsAtWhatIsSeen() throws {
    for screen in Self.screens.prefix(6) {
      var state = try Self.state(screen.actions)
      let size = Self.sizes[1]
      let layout = ScreenPicture(state, appearance: Synthetic.colorless, size: size)
      var found: [Action] = []
      for row in 0..<size.rows {
        for column in stride(from: 0, to: size.columns, by: 2) {
          guard case .inView(.action(let action)) = layout.place(at: Point(column: column, row: row), isDouble: false)
          else { continue }
          if !found.contains(action) { found.append(action) }
        }
      }
      #expect(found.count > 5, "\(screen.name)")
      for action in found.prefix(3) { Synthetic.perform([action], on: &state) }
    }
  }

  @Test(arguments: [
    ("R", "no survey is open: o in Heads opens one"), ("v", "no survey is open: o in Heads opens one"),
  ]) func keysWithoutASurveySaySo(key: String, words: String) {
    var state = Synthetic.state()
    Synthetic.perform([.show(.heads)], on: &state)
    let resolution = Keymap.resolve(
      .key(.character(Character(key))), state: state, appearance: Synthetic.truecolor, size: Self.sizes[0])
    #expect(resolution == .refused(words))
  }
}
