import Activations
import TestSupport
import Testing

@testable import Encoders

/// Probabilities that are released, and computed again.
@Suite struct HeadAttentionTests {
  private static let models = ["bert", "distilbert", "roberta", "mpnet", "deberta-v2", "modernbert"]

  @Test("probabilities that were released come back as they were, in every family", arguments: models)
  func comeBackInEveryFamily(model: String) throws {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/\(model)"), name: model)
    let input = TokenizedInput(ids: [1, 7, 8, 9, 10, 2, 0], mask: [true, true, true, true, true, true, false])
    for mode in MaskMode.allCases {
      let ablations = [
        Ablation(head: HeadIndex(layer: 0, head: 0), kind: .uniformAttention),
        Ablation(head: HeadIndex(layer: 1, head: 1), kind: .zeroOutput),
      ]
      let trace = try encoder.run(
        input, mask: AttentionMask(mode, edits: [.cell(query: 1, key: 2, isAllowed: false)], for: input),
        ablations: ablations, isCancelled: { false })
      #expect(largestDifferenceAfterLettingGo(trace) < 1e-6)
    }
  }

  @Test("they are the same bit for bit, at lengths that threads share by heads and by rows")
  func areTheSameBitForBit() throws {
    let encoder = try TinyBert(seed: 8, hidden: 32, heads: 2).load()
    for count in [1, 5, 17, 40, 48] {
      let input = TokenizedInput(ids: (0..<count).map { Int32($0 % 50) }, mask: (0..<count).map { $0 != 3 })
      let trace = try encoder.run(input, mask: AttentionMask(.causal, attentionMask: input.attentionMask))
      #expect(largestDifferenceAfterLettingGo(trace) == 0, "\(count) tokens")
    }
  }

  private func largestDifferenceAfterLettingGo(_ trace: AttentionTrace) -> Float {
    let before = trace.layers.map { $0.attentionProbabilities.values() }
    let contexts = trace.layers.map { $0.contextLayer.values() }
    let context = WeakReference(trace.layers[0].contextLayer.storage)
    let memory = ProbabilityMemory(of: trace)
    #expect(memory.bytes == before.reduce(0) { $0 + 4 * $1.count })
    memory.release()
    #expect(memory.bytes == 0 && context.object == nil)
    var largest: Float = 0
    for (layer, before) in zip(trace.layers, contexts) {
      let after = layer.contextLayer.values()
      #expect(after.count == before.count)
      for (a, b) in zip(before, after) { largest = max(largest, abs(a - b)) }
    }
    for (layer, before) in zip(trace.layers, before) {
      let heads = (0..<layer.heads).flatMap { layer.probabilities(head: $0).values() }
      for after in [layer.attentionProbabilities.values(), heads] {
        #expect(after.count == before.count)
        for (a, b) in zip(before, after) { largest = max(largest, abs(a - b)) }
      }
    }
    return largest
  }
}
