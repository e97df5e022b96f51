import Activations
import Canvas
import Insights
import TestSupport
import Testing

@testable import Explorer

struct StepsTests {
  private func state(pad: Int = 1, mode: MaskMode = .keys, _ change: (inout State) -> Void = { _ in }) -> State {
    var state = Synthetic.state(pad: pad, mode: mode)
    (state.view, state.query, state.key) = (.steps, 2, 3)
    change(&state)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(
      .key(key), state: state, appearance: Synthetic.truecolor, size: Size(columns: 120, rows: 40))
  }

  @Test func aClickerGoesThroughAllSteps() {
    for (forward, back): (Key, Key) in [(.right, .left), (.pageDown, .pageUp)] {
      var state = state()
      for stage in StepStage.allCases.dropFirst() {
        #expect(resolve(forward, state) == .action(.steps(.stage(stage))))
        _ = reduce(&state, .action(.steps(.stage(stage))))
      }
      guard case .refused = resolve(forward, state) else {
        Issue.record("there is nothing after the last step")
        return
      }
      #expect(resolve(.home, state) == .action(.steps(.stage(.vectors))))
      for stage in StepStage.allCases.dropLast().reversed() {
        #expect(resolve(back, state) == .action(.steps(.stage(stage))))
        _ = reduce(&state, .action(.steps(.stage(stage))))
      }
    }
  }

  @Test func upAndDownChooseTheQueryAndOtherKeysTheKey() {
    let state = state()
    #expect(resolve(.down, state) == .action(.selectPair(query: 3, key: 3)))
    #expect(resolve(.up, state) == .action(.selectPair(query: 1, key: 3)))
    #expect(resolve(.character(";"), state) == .action(.selectPair(query: 2, key: 4)))
    #expect(resolve(.character(","), state) == .action(.selectPair(query: 2, key: 2)))
    #expect(resolve(.character("v"), state) == .action(.steps(.showAllQueries(true))))
    #expect(resolve(.character("L"), state) == .action(.selectHead(HeadIndex(layer: 0, head: 1))))
  }

  @Test func whatIsChosenCanBeTakenBack() {
    var state = state()
    _ = reduce(&state, .action(.steps(.stage(.softmax))))
    _ = reduce(&state, .action(.steps(.showAllQueries(true))))
    #expect(state.steps.stage == .softmax && state.steps.showsAllQueries)
    _ = reduce(&state, .action(.undo))
    #expect(state.steps.stage == .softmax && !state.steps.showsAllQueries)
    _ = reduce(&state, .action(.undo))
    #expect(state.steps == StepsSettings())
  }

  @Test func everyStepSaysItsGoalAndItsShapes() {
    for stage in StepStage.allCases {
      let text = draw(
        state { $0.steps.stage = stage }, appearance: Synthetic.colorless, size: Size(columns: 120, rows: 30)
      ).text
      #expect(text.contains("Goal: ") && text.contains("In: ") && text.contains("Out: "), "\(stage)")
    }
  }

  /// A fully blocked row is 0 by definition, and the screen says so instead of dividing by 0.
  @Test func aRowWithoutKeysIsZero() {
    let text = draw(
      state(mode: .full) { ($0.query, $0.steps.stage) = (5, .softmax) }, appearance: Synthetic.colorless,
      size: Size(columns: 160, rows: 40)
    ).text
    #expect(text.contains("p(PAD, ran) = 0: PAD may see no key at all, and its row is 0 by definition"))
    #expect(!text.contains("NaN") || text.contains("NaN where"))
  }

  static let cases: [(name: String, size: Size, stage: StepStage, all: Bool)] = [
    ("steps-80x24-vectors", Size(columns: 80, rows: 24), .vectors, false),
    ("steps-80x24-scale", Size(columns: 80, rows: 24), .scale, false),
    ("steps-80x24-softmax", Size(columns: 80, rows: 24), .softmax, false),
    ("steps-80x24-all-queries", Size(columns: 80, rows: 24), .softmax, true),
    ("steps-160x50-scores", Size(columns: 160, rows: 50), .scores, false),
    ("steps-160x50-mask", Size(columns: 160, rows: 50), .mask, false),
    ("steps-160x50-weigh", Size(columns: 160, rows: 50), .weigh, false),
    ("steps-160x50-context", Size(columns: 160, rows: 50), .context, false),
  ]

  @Test(arguments: cases) func screen(_ test: (name: String, size: Size, stage: StepStage, all: Bool)) throws {
    var state = state { ($0.steps.stage, $0.steps.showsAllQueries) = (test.stage, test.all) }
    settle(&state, start(&state)) { effect in
      guard case .analyze(let analysis, let results, let sources) = effect else { return nil }
      return analysis.run(results).map { .analyzed(analysis, Finding(sources: sources, findings: $0)) }
    }
    let canvas = draw(state, appearance: Synthetic.colorless, size: test.size)
    try expectSnapshot(canvas.text, "screens/\(test.name).txt")
  }

  @Test func namesAreTheWordsOfTheText() {
    let input = TokenizedInput(
      inputIDs: [0, 1, 2, 3, 4, 5], tokenTypeIDs: [0, 0, 0, 0, 0, 0],
      tokens: ["[CLS]", "the", "em", "##bed", "[SEP]", "[PAD]"],
      offsets: [0..<0, 0..<3, 4..<6, 6..<9, 0..<0, 0..<0], specialTokensMask: [true, false, false, false, true, true],
      sequenceIDs: [nil, 0, 0, 0, nil, nil], attentionMask: [true, true, true, true, true, false],
      replacedTokens: [])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let encoding = Encoding(
      request: EncodeRequest(texts: ["The Embed"]), input: input, mask: mask,
      trace: AttentionTrace(layers: [], hiddenStates: []))
    #expect(TokenNames(encoding, glyphs: .unicode).names == ["[CLS]", "The", "Em", "##bed", "[SEP]", "PAD"])
  }
}
