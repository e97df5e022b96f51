import Activations
import Canvas
import ExplorerApp
import ExplorerAppTestSupport
import JSON
import Models
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// An adapter is compared with the model that it changes, in one key.
@Suite struct AdapterTests {
  private let files = TinyModel()

  /// An adapter that changes the queries of layer 1 head 2, and nothing else.
  private func adapter() throws -> Model {
    var builder = SafetensorsBuilder()
    let name = "base_model.model.bert.encoder.layer.1.attention.self.query"
    builder.add("\(name).lora_A.weight", shape: [1, 36], (0..<36).map { Float($0 % 5) / 5 })
    builder.add("\(name).lora_B.weight", shape: [36, 1], (0..<36).map { $0 < 24 ? 0 : 1 })
    files.folder.write(builder.file, to: "changed/adapter_model.safetensors")
    files.folder.write(
      #"{"peft_type": "LORA", "base_model_name_or_path": "org/tiny", "r": 1, "lora_alpha": 2}"#,
      to: "changed/adapter_config.json")
    return try Model.load(locator.locate("changed"))
  }

  private var locator: ModelLocator {
    ModelLocator(environment: ["HEADSCOPE_MODELS": files.folder.path], executablePath: "", currentFolder: "/")
  }

  private func explorer(_ model: Model) throws -> OffscreenExplorer {
    let state = State(model: model.description, reference: "changed", texts: ["The cat ran"])
    let locator = locator
    return try OffscreenExplorer(
      state, model: model, appearance: Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey]),
      size: Size(columns: 120, rows: 40), locator: { locator })
  }

  @Test func compareShowsWhatItDidToEveryHead() throws {
    let model = try adapter()
    #expect(model.description.base == AdaptedModel(reference: files.path, name: "tiny"))
    var explorer = try explorer(model)
    #expect(explorer.state.results[.pictureA] == nil, "nothing is computed that is not looked at")
    try explorer.press(.character("8"))
    let rows = explorer.state.comparedHeadRows
    #expect(rows.count == 6 && rows.filter { $0.largest != 0 }.map(\.head) == [HeadIndex(layer: 1, head: 2)])
    let text = explorer.canvas.text
    #expect(text.contains("A base: tiny") && text.contains("B now: with the adapter changed"))
    // The base alone computes the same.
    let base = try Model.load(locator.locate("tiny"))
    let request = try #require(explorer.state.encoding?.request)
    let alone = try base.encode(request).trace
    let shown = try #require(explorer.state.results[.pictureA]?.encoding.trace)
    for (a, b) in zip(alone.layers, shown.layers) {
      #expect(a.attentionProbabilities.values() == b.attentionProbabilities.values())
    }
    try explorer.press(.character("v"))
    #expect(explorer.canvas.text.contains("A is the model without the adapter, B the same with it"))
  }

  @Test func whatIsPutAsideTakesItsPlace() throws {
    var explorer = try explorer(adapter())
    try explorer.press(.character("8"))
    #expect(throws: UnusableKey.self) { try explorer.press(.character("B")) }
    try explorer.press(.character("b"))
    #expect(explorer.state.comparedBase == nil && explorer.state.compareMode == .tokens)
    #expect(explorer.state.headComparison?.largest == 0)
    try explorer.press(.character("B"))
    #expect(explorer.state.comparedBase?.name == "tiny" && explorer.state.compareMode == .heads)
    #expect(explorer.state.comparedHeadRows.contains { $0.largest != 0 })
  }

  @Test func aSessionShowsTheSameAgain() throws {
    let model = try adapter()
    var first = try explorer(model)
    let actions: [Action] = [.show(.compare), .mask(.none), .compare(.order(.largest))]
    for action in actions { try first.take(.action(action)) }
    var second = try explorer(model)
    for action in actions {
      // As a session has them.
      let recorded = action.recorded
      let object = JSONObject([("action", JSONValue(recorded.name))] + recorded.members)
      try second.take(.action(try #require(try Action.read(object))))
    }
    #expect(first.canvas.text == second.canvas.text)
    #expect(first.state.comparedHeadRows.map(\.largest) == second.state.comparedHeadRows.map(\.largest))
  }
}
