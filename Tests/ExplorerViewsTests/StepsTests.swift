import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

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

  /// Of all queries at once every shape has a query, and nothing is said of one.
  @Test func theWholeMatrixHasTheShapesOfAllQueries() {
    let shapes: [(StepStage, String)] = [
      (.scores, "In: queries [query 6, head size 2], keys [key 6, head size 2]   Out: scores [query 6, key 6]"),
      (
        .weigh,
        "In: probabilities [query 6, key 6], values [key 6, head size 2]   Out: weighted values [query 6, key 6, head size 2]"
      ),
      (.context, "In: weighted values [query 6, key 6, head size 2]   Out: contexts [query 6, head size 2]"),
      (.output, "In: contexts [query 6, head size 2]   Out: shares [query 6, hidden 24]"),
    ]
    for (stage, words) in shapes {
      let state = state { ($0.steps.stage, $0.steps.showsAllQueries) = (stage, true) }
      let text = draw(state, appearance: Synthetic.colorless, size: Size(columns: 200, rows: 40)).text
      #expect(text.contains(words), "\(stage)")
      #expect(text.contains("for all query tokens at once") && !text.contains("for one query"), "\(stage)")
    }
  }

  @Test func whatIsShownOfAVectorFits() {
    let vector = (0..<32).map { Float($0 % 3 == 0 ? -1 : 1) * Float($0) / 7 }
    for appearance in [Synthetic.truecolor, Synthetic.colorless] {
      let signs = Signs(appearance)
      for columns in 40...260 {
        let line = StepWording.vectorLine("q([CLS])", vector, columns, signs)
        #expect(line.count <= columns)
        #expect(line.hasSuffix("\(signs.ellipsis)]  32 numbers") || line.hasSuffix("]") && columns > 180)
        // One more would not have fitted.
        #expect(line.count > columns - 6 || line.hasSuffix("]"))
      }
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

  /// Every step, for one query and for all, whatever the size, the colours and the length.
  @Test func everyStepCanBeDrawnAtEverySize() {
    let long = Synthetic.state(words: (0..<120).map { "w\($0)" }, pad: 5, mode: .causal)
    for appearance in [Synthetic.truecolor, Synthetic.ascii] {
      for var state in [state(mode: .full), long] {
        for stage in StepStage.allCases {
          for all in [false, true] {
            (state.view, state.steps.stage, state.steps.showsAllQueries) = (.steps, stage, all)
            for (columns, rows) in [(20, 6), (24, 9), (40, 12), (80, 24), (200, 60)] {
              let canvas = draw(state, appearance: appearance, size: Size(columns: columns, rows: rows))
              #expect(canvas.size == Size(columns: columns, rows: rows))
            }
          }
        }
      }
    }
  }

  /// A NaN is traced to where it is first seen, and what made it is named.
  @Test func aNaNIsTracedToItsCause() throws {
    var state = state()
    let encoding = try #require(state.encoding)
    var layers = encoding.trace.layers
    let (sound, shape) = (layers[1], layers[1].values.shape)
    var numbers = sound.values.values()
    numbers[(3 * shape[1] + 2) * shape[2]] = .nan
    func layer(_ base: LayerTrace, values: Tensor, context: Tensor) -> LayerTrace {
      LayerTrace(
        queries: base.queries, keys: base.keys, values: values, attentionProbabilities: base.attentionProbabilities,
        contextLayer: context, mask: base.mask, scale: base.scale)
    }
    let damaged = Tensor(shape: shape, numbers)
    let lost = Tensor(shape: shape) { $0.update(repeating: .nan) }
    layers[1] = layer(sound, values: damaged, context: lost)
    layers[2] = layer(layers[2], values: lost, context: lost)
    let trace = AttentionTrace(layers: layers, hiddenStates: encoding.trace.hiddenStates)
    let computation = Computation(
      id: state.requestID,
      encoding: Encoding(request: encoding.request, input: encoding.input, mask: encoding.mask, trace: trace))
    state.computation = computation
    state.head = HeadIndex(layer: 2, head: 0)
    let steps = try #require(HeadSteps(state, Synthetic.truecolor))
    let words = OddWords(steps: steps, computation: computation).wordings
    #expect(words.first?.hasPrefix("NaN! It is first seen in the values of layer 1 head 3, cat: look at W_V") == true)
    // Nothing odd is in sight in the layer before.
    state.head = HeadIndex(layer: 0, head: 0)
    #expect(
      OddWords(steps: try #require(HeadSteps(state, Synthetic.truecolor)), computation: computation).wordings.isEmpty)
  }

  @Test func padThatTakesAttentionIsTracedToTheMask() {
    let text = draw(
      state(mode: .none) { $0.steps.stage = .mask }, appearance: Synthetic.colorless, size: Size(columns: 160, rows: 40)
    ).text
    #expect(text.contains("The cause: mask none adds 0 to its scores instead of -∞"))
  }

  @Test func namesAreTheWordsOfTheText() {
    var input = TokenizedInput(
      inputIDs: [0, 1, 2, 3, 4, 5], tokenTypeIDs: [0, 0, 0, 0, 0, 0],
      tokens: ["[CLS]", "the", "em", "##bed", "[SEP]", "[PAD]"],
      offsets: [0..<0, 0..<3, 4..<6, 6..<9, 0..<0, 0..<0], specialTokensMask: [true, false, false, false, true, true],
      sequenceIDs: [nil, 0, 0, 0, nil, nil], attentionMask: [true, true, true, true, true, false],
      replacedTokens: [])
    input.spell(as: ["The Embed"])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let encoding = Encoding(
      request: EncodeRequest(texts: ["The Embed"]), input: input, mask: mask,
      trace: AttentionTrace(layers: [], hiddenStates: []))
    #expect(TokenNames(encoding, glyphs: .unicode).names == ["[CLS]", "The", "Em", "##bed", "[SEP]", "PAD"])
  }
}
