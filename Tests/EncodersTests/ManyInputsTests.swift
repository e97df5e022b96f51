import Activations
import Compute
import Support
import Synchronization
import TestSupport
import Testing

@testable import Encoders

/// Many inputs at once: on several threads, and several of them together.
@Suite struct ManyInputsTests {
  private static let models = [
    "bert", "distilbert", "roberta", "xlm-roberta", "electra", "albert", "mpnet", "deberta-v2", "deberta-v2-conv",
    "modernbert", "bert-gelu-new",
  ]

  /// Sentences of 1 to 30 tokens, every third with two PAD behind.
  private let inputs = (1...30).map { count -> TokenizedInput in
    let ids = (0..<count).map { Int32(3 + ($0 * 7 + count) % 20) }
    let real = count > 2 && count % 3 == 0 ? count - 2 : count
    return TokenizedInput(ids: ids, mask: (0..<count).map { $0 < real })
  }

  private func mask(_ index: Int) -> AttentionMask {
    let modes = MaskMode.allCases
    return AttentionMask(modes[index % modes.count], attentionMask: inputs[index].attentionMask)
  }

  private func runEach(_ encoder: any Encoder, ablations: [Ablation] = []) throws -> [Int: AttentionTrace] {
    let results = Mutex<[Int: AttentionTrace]>([:])
    try encoder.runEach(
      inputs, mask: mask, ablations: ablations, isCancelled: { false },
      body: { index, mask, trace in
        #expect(mask == self.mask(index))
        results.withLock { #expect($0.updateValue(trace, forKey: index) == nil) }
      })
    return results.withLock { $0 }
  }

  private func expectSame(_ a: AttentionTrace, _ b: AttentionTrace) {
    #expect(a.hiddenStates.map { $0.values() } == b.hiddenStates.map { $0.values() })
    for (a, b) in zip(a.layers, b.layers) {
      for quantity in [\LayerTrace.queries, \.keys, \.values, \.attentionProbabilities, \.contextLayer] {
        #expect(a[keyPath: quantity].values() == b[keyPath: quantity].values())
      }
      #expect(a.scoreBias?.values() == b.scoreBias?.values())
      #expect(a.mask == b.mask)
    }
  }

  @Test("every family computes them as each alone, bit for bit", arguments: models)
  func areComputedAsAlone(model: String) throws {
    for kernels in Kernels.available {
      let encoder = try loadEncoder(folder: Fixtures.path("encoders/\(model)"), name: model, kernels: kernels)
      let ablations = [
        Ablation(head: HeadIndex(layer: 0, head: 0), kind: .uniformAttention),
        Ablation(head: HeadIndex(layer: 1, head: 1), kind: .zeroOutput),
      ]
      let traces = try runEach(encoder, ablations: ablations)
      #expect(traces.count == inputs.count)
      for (index, input) in inputs.enumerated() {
        let alone = try encoder.run(input, mask: mask(index), ablations: ablations, isCancelled: { false })
        expectSame(try #require(traces[index]), alone)
      }
    }
  }

  @Test("short ones share their rows, and what is released of one comes back as it was")
  func areComputedTogether() throws {
    let encoder = try TinyBert(seed: 40, hidden: 32, heads: 2).load()
    let traces = try runEach(encoder)
    let storages = Set(traces.values.map { ObjectIdentifier($0.hiddenStates[0].storage) })
    #expect(storages.count < inputs.count)
    for (index, trace) in traces {
      ProbabilityMemory(of: trace).release()
      expectSame(trace, try encoder.run(inputs[index], mask: mask(index)))
    }
  }

  @Test("what memory does not hold at a time is computed one after the other")
  func areComputedOneByOne() throws {
    let encoder = try #require(try TinyBert(seed: 40, hidden: 32, heads: 2).load() as? LoadedEncoder)
    let groups = encoder.groups(of: inputs)
    let running = Atomic(0)
    let order = Mutex<[Int]>([])
    try encoder.runEach(
      inputs, in: groups, atOnce: false, mask: mask, ablations: [], isCancelled: { false },
      body: { index, mask, trace in
        #expect(running.add(1, ordering: .relaxed).oldValue == 0)
        order.withLock { $0.append(index) }
        expectSame(trace, try encoder.run(inputs[index], mask: mask))
        running.subtract(1, ordering: .relaxed)
      })
    #expect(order.withLock { $0 } == groups.flatMap(\.self))
    #expect(order.withLock { $0.sorted() } == Array(inputs.indices))
    // Each of these takes 366 MiB: one fits into 500, as many as there are threads do not.
    let long = Array(repeating: [4000], count: 64)
    func isRoom(_ mebibytes: Int, for groups: [[Int]]) -> Bool {
      encoder.isRoom(for: groups) { AvailableMemory(bytes: mebibytes << 20, limit: .machine) }
    }
    #expect(isRoom(500, for: [[4000]]))
    #expect(!isRoom(500, for: [[4000, 4000]]))
    #expect(isRoom(500, for: long) == (ThreadTeam.shared.size == 1))
    #expect(isRoom(500 * 64, for: long))
    #expect(isRoom(0, for: [[20, 20], [20]]))
    #expect(encoder.isRoom(for: long) { nil })
  }

  @Test("the first failure ends it, whether it is of an input, of a mask or of whoever takes the results")
  func firstFailureEndsIt() throws {
    let encoder = try TinyBert(seed: 40).load()
    let many = Array(repeating: TokenizedInput(ids: [1, 2, 3]), count: 1000)
    let mask = AttentionMask(.none, attentionMask: [true, true, true])
    func runEach(
      _ inputs: [TokenizedInput], isCancelled: Bool = false, mask: @Sendable (Int) throws -> AttentionMask,
      body: @Sendable (Int) throws -> Void = { _ in }
    ) throws {
      try encoder.runEach(
        inputs, mask: mask, ablations: [], isCancelled: { isCancelled }, body: { index, _, _ in try body(index) })
    }

    let taken = Mutex(0)
    #expect(throws: EncoderError.self) {
      try runEach(
        many, mask: { _ in mask },
        body: { index in
          taken.withLock { $0 += 1 }
          if index == 3 { throw EncoderError("enough") }
        })
    }
    #expect(taken.withLock { $0 } < many.count)
    #expect(throws: EncoderError.self) { try runEach(many, mask: { _ in throw EncoderError("no mask") }) }
    #expect(throws: EncoderError.self) { try runEach(many + [TokenizedInput(ids: [])], mask: { _ in mask }) }
    #expect(throws: CancellationError.self) { try runEach(many, isCancelled: true, mask: { _ in mask }) }
    try runEach([], mask: { _ in throw EncoderError("no mask") })
  }
}
