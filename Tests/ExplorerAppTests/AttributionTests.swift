import Activations
import Canvas
import Explorer
import ExplorerAppTestSupport
import ExplorerViews
import Glibc
import Insights
import Models
import TestSupport
import Testing
import UserInput

@testable import ExplorerApp

/// What is attributed on the screen, with the weights of a tiny model and without a terminal.
@Suite struct AttributionTests {
  private let tiny = TinyModel()
  private let folder = TemporaryFolder()

  /// The tiny model as a sentence encoder that takes the mean.
  private func makeSentenceEncoder(_ mode: String = "pooling_mode_mean_tokens") {
    tiny.write(
      """
      [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
       {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
       {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
      """, to: "modules.json")
    tiny.write(#"{"pooling_mode_cls_token":false,"\#(mode)":true}"#, to: "1_Pooling/config.json")
  }

  private func explorer(
    _ texts: [String], _ actions: [Action] = [.attribution(.show(true))], training: TrainingGround = TrainingGround(),
    size: Size = Size(columns: 120, rows: 40)
  ) throws -> OffscreenExplorer {
    let model = try Model.load(
      ModelLocation(name: "tiny", folder: tiny.path, source: .folder), allowsDamagedWeights: true)
    var explorer = try OffscreenExplorer(
      State(model: model.description, reference: "tiny", texts: texts), model: model,
      appearance: Synthetic.colorless, size: size, training: training)
    for action in actions { try explorer.take(.action(action)) }
    return explorer
  }

  private func canvas(_ explorer: OffscreenExplorer, _ size: Size) -> String {
    draw(explorer.state, appearance: Synthetic.colorless, size: size).text
  }

  // MARK: The cosine of two sentences

  private func cosine(_ a: Encoding, _ b: Encoding) throws -> Double {
    func vector(_ encoding: Encoding) throws -> [Double] {
      let last = try #require(encoding.trace.hiddenStates.last)
      let real = encoding.input.realPositions
      return (0..<last.shape[1]).map { i in real.reduce(0) { $0 + Double(last[$1, i]) } / Double(real.count) }
    }
    let (u, v) = (try vector(a), try vector(b))
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(u, v) / (product(u, u) * product(v, v)).squareRoot()
  }

  @Test func ofTwoSentencesOfABatchItIsTheirCosine() throws {
    makeSentenceEncoder()
    let state = try explorer(["The cat ran", "The dog sat there."]).state
    let attribution = try #require(state.attribution)
    #expect(attribution.target == .nextSentence && attribution.choices == [.nextSentence])
    #expect(attribution.number == .cosine("The dog sat there.", isPutAside: false))
    let expected = try cosine(
      try #require(state.results[.shown]).encoding, try #require(state.results[.other]).encoding)
    print("cosine of two sentences: the backward pass is \(abs(attribution.value - expected)) from it")
    #expect(abs(attribution.value - expected) < 1e-5)
    #expect(attribution.gradients.count == 2 && attribution.gates.map(\.count) == [3, 3])
    #expect(attribution.tokens.count == state.positions && attribution.largestOfAll >= 0.1)
  }

  @Test func withOneSentenceItIsTheOneThatWasPutAside() throws {
    makeSentenceEncoder()
    var explorer = try explorer(["The cat ran"])
    #expect(try #require(explorer.state.noAttribution).contains("[MASK]"))
    try explorer.take(.action(.compare(.putAside)))
    try explorer.take(.action(.texts(["The dog sat there."], pair: nil)))
    let state = explorer.state
    let attribution = try #require(state.attribution)
    #expect(attribution.number == .cosine("The cat ran", isPutAside: true))
    let expected = try cosine(
      try #require(state.results[.shown]).encoding, try #require(state.results[.pictureA]).encoding)
    #expect(abs(attribution.value - expected) < 1e-5)
  }

  @Test func aSentenceIsAsFarFromItselfAsCanBe() throws {
    makeSentenceEncoder()
    let attribution = try #require(try explorer(["The cat ran", "The cat ran"]).state.attribution)
    #expect(abs(attribution.value - 1) < 1e-5)
    // At its largest, nothing makes it larger.
    #expect(attribution.gates.joined().allSatisfy { abs($0) < 1e-4 })
  }

  @Test(arguments: ["pooling_mode_max_tokens", "pooling_mode_weightedmean_tokens"])
  func aPoolingThatIsNotKnownIsSaid(mode: String) throws {
    makeSentenceEncoder(mode)
    let reason = try #require(try explorer(["The cat ran", "The dog sat"]).state.noAttribution)
    #expect(reason.contains(mode))
  }

  @Test func withoutModulesThereIsNoCosine() throws {
    let explorer = try explorer(["The cat ran", "The dog sat"])
    #expect(try #require(explorer.state.noAttribution).contains("modules.json"))
    #expect(explorer.canvas.text.contains("this is p itself"), "what is drawn is attention, and it is said")
  }

  // MARK: A token at [MASK]

  @Test func atAMaskItIsTheLogitOfTheTokenThatIsPredicted() throws {
    var explorer = try explorer(["The [MASK] ran"])
    let first = try #require(explorer.state.attribution)
    let prediction = try #require(explorer.state.encoding?.predictions?.first)
    #expect(first.target == .token(Int(prediction.candidates[0].id), mask: 0))
    #expect(first.number == .token(prediction.candidates[0].token, position: prediction.position))
    try explorer.press(.character("D"))
    try explorer.press(.character("D"))
    let second = try #require(explorer.state.attribution)
    #expect(second.target == .token(Int(prediction.candidates[1].id), mask: 0))
    // Logits differ as the logarithms of probabilities do.
    let expected = log(prediction.candidates[0].probability / prediction.candidates[1].probability)
    print("logits at [MASK]: \(abs(first.value - second.value - expected)) from what is shown")
    #expect(abs(first.value - second.value - expected) < 1e-3)
    try explorer.press(.alt("d"))
    try explorer.press(.alt("d"))
    #expect(explorer.state.exploration.attribution.target == nil)
  }

  @Test func theMaskUnderTheCursorIsLookedAt() throws {
    let explorer = try explorer(
      ["[MASK] cat [MASK]"], [.show(.head), .attribution(.show(true)), .selectPair(query: 3, key: 0)])
    let prediction = try #require(explorer.state.encoding?.predictions?.last)
    #expect(prediction.position == 3)
    #expect(explorer.state.attribution?.target == .token(Int(prediction.candidates[0].id), mask: 1))
  }

  @Test(arguments: [AttributionTarget.label(0), .token(1, mask: 3), .token(1 << 30, mask: 0), .nextSentence, .putAside])
  func whatIsNotThereIsSaidInALine(target: AttributionTarget) throws {
    let explorer = try explorer(["The [MASK] ran"], [.attribution(.show(true)), .attribution(.target(target))])
    let reason = try #require(explorer.state.noAttribution)
    #expect(!reason.isEmpty && !reason.contains("\n") && reason.count < 201, "\(reason)")
  }

  // MARK: Levers

  @Test(arguments: MaskMode.allCases, PadSide.allCases)
  func paddingAndMaskAreThoseOfThePicture(mode: MaskMode, side: PadSide) throws {
    let explorer = try explorer(
      ["The [MASK] ran"],
      [
        .pad(to: 9), .padSide(side), .mask(mode), .intervention(.editMask(.cell(query: 2, key: 1, isAllowed: false))),
        .attribution(.show(true)),
      ])
    let attribution = try #require(explorer.state.attribution, "\(explorer.state.noAttribution ?? "")")
    let mask = try #require(explorer.state.encoding).mask
    for query in 0..<9 {
      for key in 0..<9 where !mask[query, key] { #expect(attribution.gradients[0][0, query, key] == 0) }
    }
  }

  @Test func whatAHeadThatIsOffChangesIsWhatSwitchingItOffChanges() throws {
    let head = HeadIndex(layer: 1, head: 2)
    var explorer = try explorer(["The [MASK] ran"], [.show(.heads), .attribution(.show(true))])
    let present = try #require(explorer.state.attribution)
    let row = try #require(explorer.state.headRows.first { $0.index == head })
    try explorer.take(.action(.attribution(.target(present.target))))
    try explorer.take(.action(.intervention(.ablate(head, .zeroOutput))))
    let off = try #require(explorer.state.attribution, "\(explorer.state.noAttribution ?? "")")
    let effect = try #require(row[.effect])
    #expect(abs(effect - abs(present.value - off.value)) < 1e-4 && effect > 0)
    #expect(row[.importance] == abs(present.gates[1][2]))
    #expect(off.gates[1][2] == 0 && off.largest[1][2] == 0)
    let relative = explorer.state.headRows.filter { $0.index.layer == 0 }.compactMap { $0[.relativeImportance] }
    #expect(abs(relative.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
  }

  @Test func weightsThatAreNoNumbersHaveNoGradients() throws {
    let damaged = TinyModel(without: ["model.safetensors"])
    var bytes = try damaged.original("model.safetensors")
    // The last number of all.
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: withUnsafeBytes(of: Float.nan) { Array($0) })
    damaged.folder.write(bytes, to: "tiny/model.safetensors")
    let model = try Model.load(
      ModelLocation(name: "tiny", folder: damaged.path, source: .folder), allowsDamagedWeights: true)
    var explorer = try OffscreenExplorer(
      State(model: model.description, reference: "tiny", texts: ["The [MASK] ran"]), model: model,
      appearance: Synthetic.colorless, size: Size(columns: 80, rows: 24))
    try explorer.take(.action(.attribution(.show(true))))
    #expect(try #require(explorer.state.noAttribution).contains("NaN"))
  }

  // MARK: What was trained

  @Test func afterTrainingItIsTheLogitOfTheLabelWithTheWeightsThatAreShown() throws {
    let lines = (0..<8).map { "\($0 % 2 == 0 ? "cat" : "dog")\tThe \($0 % 2 == 0 ? "cat" : "dog") ran \($0)." }
    folder.write((["label\ttext"] + lines).joined(separator: "\n") + "\n", to: "tasks/pets/train.tsv")
    let training = TrainingGround(tasks: TrainingTasks(folder: folder["tasks"]))
    var explorer = try explorer(
      ["The dog ran."], [.training(.task("pets")), .show(.train)], training: training)
    try explorer.press(.character("."))
    try explorer.take(.action(.show(.head)))
    try explorer.press(.character("d"))
    let classification = try #require(explorer.state.computation?.classification)
    let first = try #require(explorer.state.attribution, "\(explorer.state.noAttribution ?? "")")
    let best = try #require(
      classification.probabilities.indices.max { classification.probabilities[$0] < classification.probabilities[$1] })
    #expect(first.target == .label(best) && first.choices == [.label(0), .label(1)])
    #expect(first.number == .label(classification.labels[best], probability: classification.probabilities[best]))
    try explorer.take(.action(.attribution(.target(.label(1 - best)))))
    let other = try #require(explorer.state.attribution)
    let expected = log(classification.probabilities[best] / classification.probabilities[1 - best])
    print("logits of labels: \(abs(first.value - other.value - expected)) from what is shown")
    #expect(abs(first.value - other.value - expected) < 1e-3)
    // How much heads matter for the task stands beside how much they matter for y.
    try explorer.take(.action(.show(.heads)))
    #expect(explorer.state.numberColumns.contains(.taskImportance))
    #expect(explorer.state.headRows.allSatisfy { ($0[.taskImportance] ?? -1) >= 0 && $0[.importance] != nil })
    // The next step has other weights, and so another gradient.
    try explorer.take(.action(.show(.train)))
    try explorer.press(.character("."))
    try explorer.take(.action(.show(.head)))
    #expect(try #require(explorer.state.attribution).value != other.value)
  }

  // MARK: The screen

  /// While it is on, every screen says so, and what y is.
  @Test(arguments: [ViewID.grid, .head, .heads, .flow], [(20, 6), (40, 9), (60, 14), (80, 24), (160, 50)])
  func everyScreenSaysWhatYIs(view: ViewID, size: (columns: Int, rows: Int)) throws {
    let explorer = try explorer(["The [MASK] ran"], [.show(view), .attribution(.show(true))])
    let text = canvas(explorer, Size(columns: size.columns, rows: size.rows))
    #expect(text.contains("y: ") || text.contains("y = "), "\(text)")
    #expect(size.columns < 40 || text.contains("logit of"), "\(text)")
  }

  @Test func theFlowIsTheRelevance() throws {
    var explorer = try explorer(
      ["The [MASK] ran"], [.show(.flow), .selectHead(HeadIndex(layer: 1, head: 0)), .attribution(.show(true))])
    let attribution = try #require(explorer.state.attribution)
    let trace = try #require(explorer.state.encoding).trace
    let relevance = try #require(RelevanceFlow(trace.layers, gradients: attribution.gradients))
    let flow = try #require(explorer.state.flowMap)
    #expect(flow.map.values() == relevance.added[1].values().map { $0 * flow.unit })
    try explorer.press(.character("v"))
    let layer = try #require(explorer.state.flowMap)
    #expect(layer.map.values() == relevance.steps[1].values().map { $0 * layer.unit })
    #expect(throws: UnusableKey.self) { try explorer.press(.character("o")) }
  }
}
