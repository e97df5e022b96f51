import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// Sentences and paragraphs in the place of tokens, in the Head view.
struct SegmentScreenTests {
  private let size = Size(columns: 120, rows: 40)
  private static let words =
    "The cat ran home . It was very tired . Nobody saw it there . The end".split(separator: " ").map(String.init)

  private func state(_ actions: [Action] = [], pad: Int = 0, mode: MaskMode = .keys) -> State {
    var state = Synthetic.state(words: Self.words, pad: pad, mode: mode)
    Synthetic.perform([.show(.head), .segments(.show(.sentences))] + actions, on: &state)
    return state
  }

  private func press(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: size)
  }

  /// The axes are sentences, with [CLS] and [SEP] between; every number is the mean of sums of those of the tokens.
  @Test(arguments: [MaskMode.keys, .none, .full, .causal]) func numbersAreThoseOfTheTokensTogether(
    mode: MaskMode
  ) throws {
    let index = HeadIndex(layer: 2, head: 5)
    let state = state([.selectHead(index)], pad: 4, mode: mode)
    let computation = try #require(state.computation)
    let head = try #require(HeadPicture(state: state, computation: computation))
    #expect(
      head.tokens == [
        "[CLS]", "1 The cat ran home .", "2 It was very tired .", "3 Nobody saw it there .", "4 The end", "[SEP]",
        "PAD×4",
      ])
    #expect(state.positions == 7 && state.queryPositions == 7)
    let parts = [0..<1, 1..<6, 6..<11, 11..<16, 16..<18, 18..<19, 19..<23]
    let all = try #require(state.tokenComputation).encoding.trace.layers[2].probabilities(head: 5)
    for (a, queries) in parts.enumerated() {
      for (b, keys) in parts.enumerated() {
        var sum = 0.0
        for query in queries { for key in keys { sum += Double(all[query, key]) } }
        let value = head.shown(a, b)
        #expect(abs(Double(value ?? 0) - sum / Double(queries.count)) < 1e-6, "\(mode) \(a) \(b)")
      }
    }
    let text = draw(state, appearance: Synthetic.truecolor, size: size).text
    #expect(text.contains("sentences 4") && text.contains("this head"))
  }

  @Test func marksAreOfTokensAndMoveBySentences() throws {
    var state = state([.selectPair(query: 8, key: 12)])
    #expect(state.query == 2 && state.key == 3)
    #expect(press(.right, state) == .action(.selectPair(query: 6, key: 16)))
    #expect(press(.up, state) == .action(.selectPair(query: 1, key: 11)))
    #expect(press(.home, state) == .action(.selectPair(query: 6, key: 0)))
    // Enter goes to the tokens of the marked cell.
    #expect(press(.enter, state) == .action(.segments(.show(nil))))
    Synthetic.perform([.show(.steps)], on: &state)
    #expect(state.query == 8 && state.key == 12 && state.positions == 19)
    Synthetic.perform([.show(.head)], on: &state)
    #expect(state.query == 2 && state.key == 3)
    // What is searched for is a token.
    #expect(TokenSearch("saw", in: state).resolution == .action(.selectPair(query: 8, key: 12)))
    #expect(TokenSearch("tired there", in: state).resolution == .action(.selectPair(query: 9, key: 14)))
  }

  @Test func aKeyGoesFromTokensToSentencesAndParagraphs() {
    var state = state([.segments(.show(nil))])
    for unit in [SegmentUnit.sentences, .paragraphs, nil] {
      #expect(press(.character("G"), state) == .action(.segments(.show(unit))))
      Synthetic.perform([.segments(.show(unit))], on: &state)
      #expect(state.positions == (unit == nil ? 19 : unit == .sentences ? 6 : 3))
    }
    // What is of tokens says so.
    Synthetic.perform([.segments(.show(.sentences))], on: &state)
    for key in ["t", " ", "x", "r", "&"] {
      guard case .refused(let reason) = press(.character(Character(key)), state) else {
        Issue.record("\(key)"); continue
      }
      #expect(reason.contains("G goes back"), "\(reason)")
    }
    Synthetic.perform([.flow(.norms(true))], on: &state)
    #expect(state.positions == 19)
    guard case .refused = press(.character("G"), state) else { Issue.record("lengths"); return }
  }

  /// While they are worked out nothing else is taken for them, and keys wait.
  @Test func untilTheyAreThereNothingIsShown() throws {
    var state = state()
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 1, head: 1))))
    #expect(state.computation == nil && state.positions == 0 && state.showsSegments)
    #expect(press(.right, state) == .awaiting)
    _ = draw(state, appearance: Synthetic.truecolor, size: size)
    #expect(state.presentComputation != nil)
  }

  /// Behind the veil of a question nothing of them is left.
  @Test func aQuestionVeilsThem() throws {
    var state = state([.selectPair(query: 8, key: 12)])
    var question = QuestionStatus(Question("Where?", answer: .cell(query: 8, key: 12)))
    (question.query, question.key) = (8, 12)
    state.playback = PlaybackStatus(title: "", position: 1, count: 2, time: 0, duration: 1, isPaused: true, speed: 1)
    state.playback?.question = question
    let veiled = state.asQuestioned
    let computation = try #require(veiled.computation)
    #expect(computation.encoding.trace.layers[0].probabilities(head: 0).values().allSatisfy { $0 == 0 })
    #expect(veiled.query == 2 && veiled.key == 3)
  }

  @Test func theTextIsShadedBySentences() throws {
    let state = state([
      .document(.show(true)), .selectHead(HeadIndex(layer: 0, head: 3)), .selectPair(query: 0, key: 8),
    ])
    let lines = try #require(state.document(width: 22, .unicode))
    #expect(lines.lineOfPosition.count == 6)
    let second = lines.lines.flatMap { $0 }.filter { $0.positions == 2..<3 }
    #expect(second.map(\.text).joined(separator: " ") == "It was very tired .")
    #expect(second.filter { !$0.ends.isEmpty }.count == 1 && second.last?.ends == 2..<3)
  }

  @Test func everySizeHasThem() throws {
    for actions in [[], [.document(.show(true))], [.lines(.show(true))], [.segments(.show(.paragraphs))]] as [[Action]]
    {
      let state = state(actions + [.selectPair(query: 8, key: 12)], pad: 3)
      for columns in stride(from: 20, through: 240, by: 44) {
        for rows in stride(from: 6, through: 60, by: 9) {
          for appearance in [Synthetic.truecolor, Synthetic.ascii] {
            var appearance = appearance
            _ = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
            appearance.presentation = Presentation(theme: .dark)
            _ = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
          }
        }
      }
    }
    let state = state([.selectHead(HeadIndex(layer: 0, head: 3)), .selectPair(query: 8, key: 2)])
    try expectSnapshot(
      draw(state, appearance: Synthetic.colorless, size: Size(columns: 80, rows: 24)).text,
      "screens/segments-80x24.txt")
  }
}
