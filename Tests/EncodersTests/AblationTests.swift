import Activations
import TestSupport
import Testing

@testable import Encoders

/// Heads that are switched off.
@Suite struct AblationTests {
  private static let models = [
    "bert", "distilbert", "roberta", "electra", "albert", "mpnet", "deberta-v2", "deberta-v2-conv", "modernbert",
  ]

  @Test("agrees with a plain double-precision pass, at lengths that are computed in one piece and in several")
  func agreesWithNaive() throws {
    let model = TinyBert(seed: 5)
    let encoder = try model.load()
    let ablations = [
      Ablation(head: HeadIndex(layer: 0, head: 1), kind: .zeroOutput),
      Ablation(head: HeadIndex(layer: 1, head: 0), kind: .zeroOutput),
      Ablation(head: HeadIndex(layer: 1, head: 0), kind: .uniformAttention),
      Ablation(head: HeadIndex(layer: 1, head: 2), kind: .zeroOutput),
    ]
    var worst: Float = 0
    for count in [1, 2, 7, 33, 48] {
      let input = TokenizedInput(
        ids: (0..<count).map { Int32($0 % 50) }, mask: (0..<count).map { $0 < max(1, count - 3) })
      for mode in MaskMode.allCases {
        let mask = AttentionMask(mode, edits: [.cell(query: 0, key: 1, isAllowed: false)], for: input)
        let trace = try encoder.run(input, mask: mask, ablations: ablations, isCancelled: { false })
        let naive = NaiveBert(model: model, ablations: ablations).run(input, mask)
        for (layer, expected) in zip(trace.layers, naive.attentions) {
          let flat = expected.flatMap { $0.flatMap { $0 } }.map(Float.init)
          let difference = largestDifference(
            layer.attentionProbabilities, Tensor(shape: layer.attentionProbabilities.shape, flat))
          worst = max(worst, difference)
        }
        for (state, expected) in zip(trace.hiddenStates, naive.hiddenStates) {
          let flat = expected.flatMap { $0 }.map(Float.init)
          worst = max(worst, largestDifference(state, Tensor(shape: state.shape, flat)))
        }
      }
    }
    print("ablation against the plain pass: largest difference \(worst)")
    #expect(worst < 2e-5)
  }

  @Test("a head of zero output keeps its probabilities and loses its context; later layers change", arguments: models)
  func zeroesTheOutput(model: String) throws {
    let (plain, ablated) = try run(model, .zeroOutput)
    #expect(
      ablated.layers[0].attentionProbabilities.values() == plain.layers[0].attentionProbabilities.values(),
      "the probabilities stay")
    #expect(ablated.layers[0].contextLayer[slice: 1].values().allSatisfy { $0 == 0 })
    #expect(ablated.layers[0].contextLayer[slice: 0].values() == plain.layers[0].contextLayer[slice: 0].values())
    #expect(ablated.layers[0].ablations == [1: .zeroOutput] && ablated.layers[1].ablations.isEmpty)
    try expectChange(plain, ablated)
  }

  @Test("a head of even attention gives every visible key the same, and its context follows", arguments: models)
  func attendsEvenly(model: String) throws {
    let (plain, ablated) = try run(model, .uniformAttention)
    let layer = ablated.layers[0]
    var worst: Float = 0
    for query in 0..<layer.mask.size {
      let visible = layer.mask.visibleKeys(query: query)
      for key in 0..<layer.mask.size {
        #expect(
          layer.attentionProbabilities[1, query, key] == (layer.mask[query, key] ? 1 / Float(visible) : 0))
      }
      for i in 0..<layer.values.shape[2] {
        let sum = (0..<layer.mask.size).reduce(Float(0)) {
          $0 + layer.attentionProbabilities[1, query, $1] * layer.values[1, $1, i]
        }
        worst = max(worst, abs(sum - layer.contextLayer[1, query, i]))
      }
    }
    #expect(worst < 1e-5)
    try expectChange(plain, ablated)
  }

  @Test func aHeadThatThereIsNotIsRefused() throws {
    let encoder = try TinyBert(seed: 6).load()
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    for head in [HeadIndex(layer: 2, head: 0), .init(layer: 0, head: 3), .init(layer: -1, head: 0)] {
      let error = #expect(throws: EncoderError.self) {
        try encoder.run(input, mask: mask, ablations: [Ablation(head: head, kind: .zeroOutput)], isCancelled: { false })
      }
      #expect(
        error?.description
          == "cannot switch off layer \(head.layer) head \(head.head): tiny has 2 layers of 3 heads, counted from 0")
    }
  }

  @Test func aRealTokenThatNoQueryMayAttendToIsNoPadForDeberta() throws {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/deberta-v2"), name: "deberta")
    let input = TokenizedInput(ids: [1, 5, 6, 7, 2])
    let trace = try encoder.run(
      input, mask: AttentionMask(.keys, edits: [.key(2, isAllowed: false)], for: input))
    #expect(trace.hiddenStates[0].row(2).contains { $0 != 0 })
    #expect(trace.layers[0].mask.visibleKeys(query: 2) == 4)
  }

  private func run(_ name: String, _ kind: Ablation.Kind) throws -> (plain: AttentionTrace, ablated: AttentionTrace) {
    let folder = Fixtures.path("encoders/\(name)")
    let encoder = try loadEncoder(folder: folder, name: name)
    let input = TokenizedInput(ids: [1, 7, 8, 9, 10, 2, 0], mask: [true, true, true, true, true, true, false])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    return (
      try encoder.run(input, mask: mask),
      try encoder.run(
        input, mask: mask, ablations: [Ablation(head: HeadIndex(layer: 0, head: 1), kind: kind)],
        isCancelled: { false })
    )
  }

  private func expectChange(_ plain: AttentionTrace, _ ablated: AttentionTrace) throws {
    #expect(plain.hiddenStates[0].values() == ablated.hiddenStates[0].values())
    #expect(largestDifference(plain.hiddenStates[1], ablated.hiddenStates[1]) > 1e-3)
    #expect(
      largestDifference(plain.layers[1].attentionProbabilities, ablated.layers[1].attentionProbabilities) > 1e-5)
  }
}
