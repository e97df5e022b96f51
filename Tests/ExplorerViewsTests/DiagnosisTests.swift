import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// The list of what looks odd: each symptom has its cause and a key that goes there.
struct DiagnosisTests {
  private static let sizes = [Size(columns: 80, rows: 24), Size(columns: 160, rows: 50)]

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var words = ["the", "cat", "ran"]
    var pad = 0
    var mode = MaskMode.keys
    var actions: [Action] = []
    var testDescription: String { name }
  }

  private static let cases: [Case] = [
    Case(name: "nothing"),
    Case(name: "pad", pad: 3, mode: .none),
    Case(name: "rows", pad: 3, mode: .full, actions: [.diagnosis(.mark(1))]),
    Case(
      name: "text", words: ["the", "[UNK]", "ran", "[UNK]"],
      actions: [
        .intervention(.hide(.first)), .intervention(.hide(.separators)), .diagnosis(.open), .diagnosis(.mark(1)),
      ]),
  ]

  private func state(_ test: Case) -> State {
    var state = Synthetic.state(words: test.words, pad: test.pad, mode: test.mode)
    Synthetic.perform([.diagnosis(.open)] + test.actions, on: &state)
    return state
  }

  @Test(arguments: cases, sizes) func screen(_ test: Case, size: Size) throws {
    let canvas = draw(state(test), appearance: Synthetic.colorless, size: size)
    try expectSnapshot(canvas.text, "screens/diagnosis-\(test.name)-\(size.columns)x\(size.rows).txt")
  }

  private func list(_ state: State) -> OddityList { OddityList(state, Synthetic.ascii) }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.ascii, size: DiagnosisTests.sizes[0])
  }

  @Test func theKeyOpensItInEveryView() {
    for view in ViewID.allCases {
      var state = Synthetic.state()
      Synthetic.perform([.show(view)], on: &state)
      #expect(resolve(.character("!"), state) == .action(.diagnosis(.open)))
    }
  }

  @Test func enterAndTheNumberGoThereAndUndoComesBack() throws {
    var state = state(Case(name: "", pad: 3, mode: .none))
    let before = state.exploration
    let encoding = try #require(state.encoding)
    let padding = try #require(Diagnosis(encoding)?.padding)
    #expect(padding.share > 0.1)
    let goal = Action.diagnosis(
      .visit(DiagnosisPlace(view: .mask, head: padding.head, query: padding.query, key: padding.key)))
    #expect(list(state).oddities.first?.goal == .action(goal))
    #expect(resolve(.enter, state) == .action(goal))
    #expect(resolve(.character("1"), state) == .action(goal))
    guard case .refused = resolve(.character("9"), state) else {
      Issue.record("there is no ninth one")
      return
    }
    Synthetic.perform([goal], on: &state)
    #expect(state.overlay == nil && state.view == .mask && state.head == padding.head)
    #expect(state.query == padding.query && state.key == padding.key)
    Synthetic.perform([.undo], on: &state)
    #expect(state.exploration == before)
  }

  @Test func itIsWorkedOutOnlyWhileItIsOpen() {
    var state = Synthetic.state()
    #expect(state.findings(.diagnosis) == nil)
    let effects = reduce(&state, .action(.diagnosis(.open)))
    #expect(
      effects.contains {
        if case .analyze(.diagnosis, _, _) = $0 { true } else { false }
      })
    #expect(!list(state).isComplete && list(state).oddities.isEmpty)
    #expect(draw(state, appearance: Synthetic.ascii, size: DiagnosisTests.sizes[0]).text.contains("looking at"))
    Synthetic.perform([.closeOverlay, .diagnosis(.open)], on: &state)
    #expect(list(state).isComplete)
    #expect(reduce(&state, .action(.closeOverlay)).isEmpty && state.findings(.diagnosis) == nil)
  }

  @Test func aBatchIsComparedWithItsOtherSentence() throws {
    var state = Synthetic.state()
    Synthetic.perform(
      [.texts(["the cat ran", "a dog sat"], pair: nil), .diagnosis(.open)], on: &state)
    #expect(state.subject(of: .other) != nil && list(state).isComplete)
    // The heads of made-up traces attend by positions alone.
    let oddity = try #require(list(state).oddities.first { $0.symptom.contains("in two sentences") })
    #expect(oddity.symptom.hasPrefix("72 heads attend alike") && oddity.cause.contains("by positions"))
  }

  /// A state whose first layer has a query that is no number, as damaged weights make it.
  private func damaged() throws -> State {
    var model = Synthetic.model()
    model.damagedTensors = ["tensor 'encoder.layer.1.query.weight' holds NaN at [3, 4]"]
    var state = State(model: model)
    _ = start(&state)
    let whole = Synthetic.computation(answering: state).encoding
    let layers = whole.trace.layers.enumerated().map { index, layer in
      guard index > 0 else { return layer }
      let nan = Tensor(shape: layer.queries.shape) { $0.update(repeating: .nan) }
      return LayerTrace(
        queries: nan, keys: layer.keys, values: layer.values,
        attentionProbabilities: Tensor(shape: layer.attentionProbabilities.shape) { $0.update(repeating: .nan) },
        contextLayer: nan, mask: layer.mask, scale: layer.scale)
    }
    let trace = AttentionTrace(layers: layers, hiddenStates: whole.trace.hiddenStates)
    let encoding = Encoding(request: whole.request, input: whole.input, mask: whole.mask, trace: trace)
    let id = try #require(state.asked[.shown]?.id)
    settle(&state, reduce(&state, .computed(Computation(id: id, encoding: encoding)))) { _ in nil }
    settle(&state, reduce(&state, .action(.diagnosis(.open)))) { effect in
      guard case .analyze(let analysis, let results, let sources) = effect else { return nil }
      return analysis.run(results).map { .analyzed(analysis, Finding(sources: sources, findings: $0)) }
    }
    return state
  }

  @Test func damagedWeightsAreSaidAtOnceAndTracedToTheFirstTensor() throws {
    var model = Synthetic.model()
    model.damagedTensors = ["tensor 'x' holds NaN at [0]", "tensor 'y' holds infinity at [1]"]
    var fresh = State(model: model)
    _ = start(&fresh)
    #expect(fresh.word?.hasPrefix("tensor 'x' holds NaN at [0] (and 1 more)") == true)

    let state = try damaged()
    let oddities = list(state).oddities
    #expect(oddities.count == 2)
    #expect(oddities[0].symptom.contains("tensor 'encoder.layer.1.query.weight' holds NaN at [3, 4]"))
    #expect(oddities[0].goal == .action(.openModels))
    #expect(oddities[1].symptom == "NaN among the numbers, first in the queries of layer 1 head 0, [CLS]")
    #expect(oddities[1].cause.hasPrefix("look at W_Q and b_Q of this layer"))
    #expect(
      oddities[1].goal
        == .action(
          .diagnosis(
            .visit(DiagnosisPlace(view: .steps, head: HeadIndex(layer: 1, head: 0), query: 0, key: 0, stage: .vectors)))
        ))
    for size in DiagnosisTests.sizes {
      try expectSnapshot(
        draw(state, appearance: Synthetic.colorless, size: size).text,
        "screens/diagnosis-nan-\(size.columns)x\(size.rows).txt")
    }
  }

  @Test func everySizeCanBeDrawn() {
    for test in DiagnosisTests.cases {
      for marked in [0, 1, 7] {
        var state = state(test)
        Synthetic.perform([.diagnosis(.mark(marked))], on: &state)
        for columns in stride(from: 20, through: 210, by: 19) {
          for rows in stride(from: 6, through: 61, by: 5) {
            let size = Size(columns: columns, rows: rows)
            #expect(draw(state, appearance: Synthetic.ascii, size: size).size == size)
          }
        }
      }
    }
  }
}
