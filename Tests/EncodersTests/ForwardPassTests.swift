import Activations
import Compute
import KernelParameters
import Synchronization
import TestSupport
import Testing

@testable import Encoders

/// A mask in which every entry is a coin toss.
private func randomMask(_ size: Int, using generator: inout SeededGenerator) -> AttentionMask {
  AttentionMask(size: size, allowed: (0..<size * size).map { _ in Bool.random(using: &generator) })
}

private func randomInput(_ count: Int, real: Int, using generator: inout SeededGenerator) -> TokenizedInput {
  TokenizedInput(
    ids: (0..<count).map { $0 < real ? Int32.random(in: 1..<50, using: &generator) : 0 },
    types: (0..<count).map { $0 < real ? Int32.random(in: 0...1, using: &generator) : 0 },
    mask: (0..<count).map { $0 < real })
}

@Suite struct ForwardPassTests {
  private func compare(_ trace: AttentionTrace, _ expected: NaiveBert.Result) -> (Float, Float, Float) {
    func tensor(_ shape: [Int], _ values: [Double]) -> Tensor { Tensor(shape: shape, values.map(Float.init)) }
    let attentions = stacked(trace.layers.map(\.attentionProbabilities))
    let hidden = stacked(trace.hiddenStates)
    // [layer, head, position, headSize] against [layer, position, hidden]
    var context: Float = 0
    for (layer, rows) in zip(trace.layers, expected.contexts) {
      let headSize = layer.contextLayer.shape[2]
      for (position, row) in rows.enumerated() {
        for (i, value) in row.enumerated() {
          context = max(
            context, abs(layer.contextLayer[i / headSize, position, i % headSize] - Float(value)))
        }
      }
    }
    return (
      largestDifference(
        attentions, tensor(attentions.shape, expected.attentions.flatMap { $0.flatMap { $0.flatMap { $0 } } })),
      context,
      largestDifference(hidden, tensor(hidden.shape, expected.hiddenStates.flatMap { $0.flatMap { $0 } }))
    )
  }

  @Test("agrees with a plain double-precision pass at every length up to 40, under every mode and random masks")
  func agreesWithNaive() throws {
    let model = TinyBert(seed: 1)
    let encoder = try model.load()
    let naive = NaiveBert(model: model)
    var generator = SeededGenerator(seed: 2)
    var worst: (attentions: Float, context: Float, hidden: Float) = (0, 0, 0)
    for count in 1...40 {
      let real = Int.random(in: 1...count, using: &generator)
      let input = randomInput(count, real: real, using: &generator)
      let mode = MaskMode.allCases.randomElement(using: &generator) ?? .keys
      for mask in [
        AttentionMask(mode, attentionMask: input.attentionMask), randomMask(count, using: &generator),
      ] {
        let (attentions, context, hidden) = compare(try encoder.run(input, mask: mask), naive.run(input, mask))
        #expect(attentions < 2e-5 && context < 2e-5 && hidden < 2e-5, "\(count) tokens, \(mode)")
        worst = (max(worst.attentions, attentions), max(worst.context, context), max(worst.hidden, hidden))
      }
    }
    print("naive: largest differences: \(worst)")
  }

  @Test(
    "agrees with it whichever kernels compute, and a row has the same numbers however many there are",
    arguments: Kernels.available)
  func agreesWithAllKernels(kernels: Kernels) throws {
    let model = TinyBert(seed: 33, hidden: 32, heads: 2)
    let encoder = try model.load(kernels: kernels)
    var generator = SeededGenerator(seed: 34)
    for count in [1, 5, 17, 40] {
      let input = randomInput(count, real: count, using: &generator)
      let trace = try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
      let (attentions, context, hidden) = compare(
        trace, NaiveBert(model: model).run(input, AttentionMask(.keys, attentionMask: input.attentionMask)))
      print("\(kernels.name), \(count) tokens: largest differences: \(attentions), \(context), \(hidden)")
      #expect(attentions < 2e-5 && context < 2e-5 && hidden < 2e-5)
      let padded = input.padded(to: 45, side: .right, with: SpecialToken(id: 0, content: "[PAD]"))
      let other = try encoder.run(padded, mask: AttentionMask(.keys, attentionMask: padded.attentionMask))
      for (state, expected) in zip(other.hiddenStates, trace.hiddenStates) {
        for position in 0..<count { #expect(state.row(position) == expected.row(position)) }
      }
    }
  }

  @Test("computes every activation function", arguments: ActivationFunction.names)
  func agreesWithNaive(activation: String) throws {
    var model = TinyBert(seed: 3, activation: activation)
    model.epsilon = 1e-5
    let encoder = try model.load()
    var generator = SeededGenerator(seed: 4)
    let input = randomInput(7, real: 7, using: &generator)
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let (attentions, context, hidden) = compare(
      try encoder.run(input, mask: mask), NaiveBert(model: model).run(input, mask))
    print("\(activation): largest differences: attentions \(attentions), hidden states \(hidden)")
    #expect(attentions < 2e-5 && context < 2e-5 && hidden < 2e-5)
  }

  @Test("where there is one token type, it is everybody's")
  func takesTheOneTokenType() throws {
    let encoder = try TinyBert(seed: 9, types: 1).load()
    let ids: [Int32] = [3, 1, 4, 1, 5]
    func hidden(types: [Int32]) throws -> Tensor {
      let input = TokenizedInput(ids: ids, types: types, mask: [Bool](repeating: true, count: ids.count))
      return stacked(
        try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask)).hiddenStates)
    }
    #expect(largestDifference(try hidden(types: [0, 0, 0, 1, 1]), try hidden(types: [0, 0, 0, 0, 0])) == 0)
  }

  @Test("handles heads that fill no vector", arguments: [(1, 1), (3, 1), (5, 5), (16, 1), (34, 2), (96, 12), (130, 2)])
  func agreesWithNaive(hidden: Int, heads: Int) throws {
    let model = TinyBert(seed: 5, hidden: hidden, heads: heads)
    let encoder = try model.load()
    var generator = SeededGenerator(seed: 6)
    for count in [1, 4, 17, 33] {
      let input = randomInput(count, real: count, using: &generator)
      let mask = AttentionMask(.causal, attentionMask: input.attentionMask)
      let (attentions, _, states) = compare(
        try encoder.run(input, mask: mask), NaiveBert(model: model).run(input, mask))
      #expect(attentions < 2e-5 && states < 5e-5, "\(count) tokens: \(attentions), \(states)")
    }
  }

  @Test("keeps the laws of attention under every mode", arguments: MaskMode.allCases)
  func keepsLaws(mode: MaskMode) throws {
    let encoder = try TinyBert(seed: 7).load()
    var generator = SeededGenerator(seed: 8)
    var worstSum = 0.0
    for count in 1...40 {
      let real = Int.random(in: 1...count, using: &generator)
      let input = randomInput(count, real: real, using: &generator)
      let mask = AttentionMask(mode, attentionMask: input.attentionMask)
      for layer in try encoder.run(input, mask: mask).layers {
        #expect(layer.mask == mask)
        for head in 0..<3 {
          for query in 0..<count {
            var sum = 0.0
            for key in 0..<count {
              let probability = layer.attentionProbabilities[head, query, key]
              sum += Double(probability)
              if !mask[query, key] { #expect(probability == 0) }
            }
            if mask.visibleKeys(query: query) == 0 {
              #expect(sum == 0)
              for i in 0..<8 { #expect(layer.contextLayer[head, query, i] == 0) }
            } else {
              worstSum = max(worstSum, abs(sum - 1))
            }
          }
        }
      }
    }
    #expect(worstSum < 1e-6)
    print("\(mode): rows sum to 1 within \(worstSum)")
  }

  @Test("real tokens do not feel padding under keys, full and causal", arguments: [MaskMode.keys, .full, .causal])
  func doesNotFeelPadding(mode: MaskMode) throws {
    let encoder = try TinyBert(seed: 9).load()
    var generator = SeededGenerator(seed: 10)
    var worst: Float = 0
    for real in [1, 2, 5, 15, 16, 17, 30] {
      let input = randomInput(real, real: real, using: &generator)
      let plain = try encoder.run(
        input, mask: AttentionMask(mode == .causal ? .causal : .keys, attentionMask: input.attentionMask))
      for length in [real + 1, real + 3, 40] {
        let padded = input.padded(to: length, side: .right, with: SpecialToken(id: 0, content: "[PAD]"))
        let trace = try encoder.run(padded, mask: AttentionMask(mode, attentionMask: padded.attentionMask))
        for (a, b) in zip(trace.layers, plain.layers) {
          for head in 0..<3 {
            for query in 0..<real {
              for key in 0..<real {
                worst = max(
                  worst,
                  abs(a.attentionProbabilities[head, query, key] - b.attentionProbabilities[head, query, key]))
              }
            }
          }
        }
        for (a, b) in zip(trace.hiddenStates, plain.hiddenStates) {
          for position in 0..<real {
            for i in 0..<24 { worst = max(worst, abs(a[position, i] - b[position, i])) }
          }
        }
      }
    }
    #expect(worst < 1e-5)
    print("\(mode): padding moves real tokens by at most \(worst)")
  }

  @Test("what is captured fits together: probabilities are the softmax of the masked scores, context is PV")
  func capturesFitTogether() throws {
    let encoder = try TinyBert(seed: 11).load()
    var generator = SeededGenerator(seed: 12)
    let input = randomInput(19, real: 19, using: &generator)
    let mask = randomMask(19, using: &generator)
    for layer in try encoder.run(input, mask: mask).layers {
      let scores = layer.maskedScores()
      var worst: Float = 0
      for head in 0..<3 {
        for query in 0..<19 where mask.visibleKeys(query: query) > 0 {
          let row = (0..<19).map { Double(scores[head, query, $0]) }
          let exponentials = row.map { naiveExponential($0 - (row.max() ?? 0)) }
          let sum = exponentials.reduce(0, +)
          for key in 0..<19 {
            worst = max(worst, abs(layer.attentionProbabilities[head, query, key] - Float(exponentials[key] / sum)))
            #expect((scores[head, query, key] == -.infinity) == !mask[query, key])
          }
          for i in 0..<8 {
            let context = (0..<19).reduce(Float(0)) {
              $0 + layer.attentionProbabilities[head, query, $1] * layer.values[head, $1, i]
            }
            worst = max(worst, abs(layer.contextLayer[head, query, i] - context))
          }
        }
      }
      #expect(worst < 5e-6)
    }
  }
}
