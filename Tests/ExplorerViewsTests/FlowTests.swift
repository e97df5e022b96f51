import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// What flows through the layers, and how long it is.
struct FlowTests {
  private static let small = Size(columns: 80, rows: 24)
  private static let large = Size(columns: 160, rows: 50)

  private func state(_ actions: [Action], words: [String] = ["the", "cat", "ran"], pad: Int = 0) -> State {
    var state = Synthetic.state(words: words, pad: pad)
    Synthetic.perform([.show(.flow)] + actions, on: &state)
    return state
  }

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: FlowTests.small)
  }

  @Test(arguments: [
    ("flow-80x24", small, Synthetic.colorless, [Action.selectHead(HeadIndex(layer: 5, head: 0))]),
    ("flow-80x24-ascii", small, Synthetic.ascii, [Action.flow(.measure(.layer)), .flow(.pooling(.maximum))]),
    (
      "flow-160x50-norms", large, Synthetic.truecolor,
      [Action.flow(.norms(true)), .selectHead(HeadIndex(layer: 3, head: 0)), .selectPair(query: 2, key: 4)]
    ),
    ("grid-80x24-norms", small, Synthetic.colorless, [Action.show(.grid), .flow(.norms(true))]),
    ("head-160x50-norms", large, Synthetic.truecolor, [Action.show(.head), .flow(.norms(true))]),
  ]) func screen(name: String, size: Size, appearance: ExplorerViews.Appearance, actions: [Action]) throws {
    try expectSnapshot(draw(state(actions), appearance: appearance, size: size).text, "screens/\(name).txt")
  }

  @Test func everySizeCanBeDrawn() {
    for actions in [[], [Action.flow(.measure(.layer))], [.flow(.norms(true))], [.show(.grid), .flow(.norms(true))]] {
      let state = state(actions, words: (0..<40).map { "w\($0)" }, pad: 3)
      for appearance in [Synthetic.truecolor, Synthetic.ascii] {
        for columns in stride(from: 20, through: 210, by: 38) {
          for rows in stride(from: 6, through: 61, by: 11) {
            let size = Size(columns: columns, rows: rows)
            #expect(draw(state, appearance: appearance, size: size).size == size)
          }
        }
      }
    }
  }

  @Test(arguments: HeadPooling.allCases) func theRolloutIsThatOfTheLayersSoFar(pooling: HeadPooling) throws {
    let state = state([.flow(.pooling(pooling)), .selectHead(HeadIndex(layer: 3, head: 0))], pad: 2)
    let map = try #require(state.flowMap).map
    let rollout = AttentionRollout(try #require(state.encoding).trace, pooling: pooling)
    #expect(map.values() == rollout.layers[3].values())
    for query in 0..<7 { #expect(abs(map.row(query).reduce(0, +) - 1) < 1e-6) }
  }

  @Test func lengthsAreTheAttentionTimesTheLengthOfTheValue() throws {
    let state = state([.show(.head), .flow(.norms(true)), .selectHead(HeadIndex(layer: 2, head: 3))])
    let computation = try #require(state.computation)
    let picture = try #require(HeadPicture(state: state, computation: computation))
    let layer = computation.encoding.trace.layers[2]
    let weight = try #require(try layer.outputProjection?.weight())
    let transformed = try #require(TransformedValues(values: layer.values, outputProjection: weight))
    let expected = transformed.weightedNorms(head: 3, layer.attentionProbabilities[slice: 3])
    for query in 0..<5 {
      for key in 0..<5 { #expect(abs(picture.shown[query, key] - expected[query, key]) < 1e-5) }
    }
    #expect(picture.probabilities[1, 1] == layer.attentionProbabilities[3, 1, 1])
    let flow = try #require(self.state([.flow(.norms(true)), .selectHead(HeadIndex(layer: 2, head: 3))]).flowMap)
    #expect(flow.map.values() == transformed.layerNorms(layer.attentionProbabilities).values())
  }

  @Test func wFlipsEveryPictureAndBack() {
    for view in [ViewID.grid, .head, .flow] {
      var state = state([.show(view)])
      #expect(resolve(.character("w"), state) == .action(.flow(.norms(true))))
      Synthetic.perform([.flow(.norms(true))], on: &state)
      #expect(resolve(.character("w"), state) == .action(.flow(.norms(false))))
    }
    let state = state([])
    #expect(resolve(.character("v"), state) == .action(.flow(.measure(.layer))))
    #expect(resolve(.character("o"), state) == .action(.flow(.pooling(.maximum))))
    guard case .refused = resolve(.character("o"), self.state([.flow(.norms(true))])) else {
      Issue.record("lengths are not pooled")
      return
    }
  }

  /// A model whose output projection nobody can read says so, and shows what it has.
  @Test func withoutAnOutputProjectionTheReasonIsSaid() throws {
    let trace = try #require(state([]).encoding).trace
    let bare = AttentionTrace(
      layers: trace.layers.map {
        LayerTrace(
          queries: $0.queries, keys: $0.keys, values: $0.values, attentionProbabilities: $0.attentionProbabilities,
          contextLayer: $0.contextLayer, mask: $0.mask, scale: $0.scale)
      }, hiddenStates: trace.hiddenStates)
    let encoding = try #require(state([]).encoding)
    let computation = Computation(
      id: 1, encoding: Encoding(request: encoding.request, input: encoding.input, mask: encoding.mask, trace: bare))
    for analysis in [Analysis.valueNorms, Analysis(FlowTask.layerNorms(layer: 0))] {
      guard case .unavailable(let reason)? = analysis.run([.shown: computation]) else {
        Issue.record("\(analysis) makes something up")
        continue
      }
      #expect(reason.contains("output projection"))
    }
  }
}
