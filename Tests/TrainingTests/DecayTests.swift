import Activations
import Compute
import Glibc
import TestSupport
import Testing

@testable import Training

/// What an optimizer does, against its definition in double precision.
@Suite struct DecayTests {
  private let tiny = TinyNetwork.all()[0]

  private func state(
    onlyHead: Bool = false, weightDecay: Double, seed: UInt64 = 1
  ) throws -> TrainingState<PlainArithmetic> {
    let network = try Network(tiny.architecture(), .classification(labels: TinyNetwork.labels))
    return try TrainingState(
      network, Weights(network, from: tiny.store(seed: seed), drawsHead: false, seed: 0), onlyHead: onlyHead,
      weightDecay: weightDecay, on: Machine(PlainArithmetic(), team: ThreadTeam(size: 1)))
  }

  @Test("three steps are those of AdamW, with clipping, decay, and a rate of the head's own")
  func follows() throws {
    let state = try state(weightDecay: 0.1)
    var expected: [String: [Double]] = [:]
    var (means, squares): ([String: [Double]], [String: [Double]]) = ([:], [:])
    for (index, entry) in state.network.layout.entries.enumerated() {
      _ = index
      expected[entry.name] = entry.range.map { state.weights.values.pointer[$0] }
    }
    let words = state.network.layout.words
    expected[words.name] = state.weights.words.values
    let isInHead = Set(state.network.layout.entries.filter(\.isInHead).map(\.name))
    for step in 1...3 {
      let inputs = try tiny.inputs([4, 5], seed: UInt64(step))
      _ = state.differentiate(inputs, labels: [step % 3, 1])
      let norm = state.gradientNorm()
      // All gradients, in double precision.
      var gradients: [String: [Double]] = [:]
      for entry in state.network.layout.entries {
        gradients[entry.name] = entry.range.map { state.gradients.numbers.pointer[$0] }
      }
      gradients[words.name] = (0..<words.count).map { index in
        guard let found = state.gradients.words, found.ids.contains(index / found.size) else { return 0 }
        return found.row(index / found.size)[index % found.size]
      }
      let exact = gradients.values.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(norm - exact) < 1e-12 * exact)
      #expect(exact > 1, "this batch's gradients are clipped")
      state.step(norm: norm, rate: 0.01, headRate: 0.02)
      for (name, old) in expected {
        let rate = isInHead.contains(name) ? 0.02 : 0.01
        let decay = name.hasSuffix("bias") || name.contains("LayerNorm") ? 0 : 0.1
        var (p, m, v) = (old, means[name] ?? old.map { _ in 0 }, squares[name] ?? old.map { _ in 0 })
        for i in p.indices {
          let g = (gradients[name]?[i] ?? 0) / (exact + 1e-6)
          m[i] = 0.9 * m[i] + 0.1 * g
          v[i] = 0.999 * v[i] + 0.001 * g * g
          let (unbiasedM, unbiasedV) = (m[i] / (1 - pow(0.9, Double(step))), v[i] / (1 - pow(0.999, Double(step))))
          p[i] = p[i] * (1 - rate * decay) - rate * unbiasedM / (unbiasedV.squareRoot() + 1e-8)
        }
        (expected[name], means[name], squares[name]) = (p, m, v)
      }
    }
    // Rows that no batch held have only decayed, and are stored so.
    let store = state.store()
    var worst = Worst()
    for (name, numbers) in expected {
      for (a, b) in zip(try #require(store[name]).values(), numbers) { worst.note(abs(Double(a) - b), name) }
    }
    print("three steps of AdamW: largest difference \(worst)")
    #expect(worst.value < 1e-6)
  }

  @Test("embeddings of words that come late have decayed as those that were there from the start")
  func lazily() throws {
    let late = try tiny.inputs([6], seed: 3)
    let early = [TokenizedInput(ids: [2, 3])]
    func end(looksFirst: Bool) throws -> [Float] {
      let state = try state(weightDecay: 0.3)
      // A look at sentences, for which their rows have to be up to date.
      if looksFirst { _ = state.logits([TokenizedInput(ids: Array(0..<14)), TokenizedInput(ids: Array(6..<20))]) }
      for _ in 0..<3 {
        _ = state.differentiate(early, labels: [1])
        state.step(norm: state.gradientNorm(), rate: 0.1, headRate: 0.1)
      }
      _ = state.differentiate(late, labels: [0])
      state.step(norm: state.gradientNorm(), rate: 0.1, headRate: 0.1)
      return try #require(state.store()[state.network.layout.words.name]).values()
    }
    let (lazy, eager) = (try end(looksFirst: false), try end(looksFirst: true))
    let start = try #require(tiny.store(seed: 1)["bert.embeddings.word_embeddings.weight"]).values()
    var worst = Worst()
    for (a, b) in zip(lazy, eager) { worst.note(Double(abs(a - b)), "words") }
    #expect(worst.value < 1e-6)
    // A row that no sentence held: four times 1 - 0.1 · 0.3.
    let present = Set(late[0].inputIDs + [2, 3])
    let row = try #require((0..<20).first { !present.contains(Int32($0)) })
    for index in row * 8..<row * 8 + 8 { #expect(abs(lazy[index] - start[index] * powf(0.97, 4)) < 1e-6) }
  }

  @Test("under a frozen encoder, held-out sentences and steps leave every embedding as it is")
  func frozen() throws {
    let state = try state(onlyHead: true, weightDecay: 0.3)
    let inputs = try tiny.inputs([4, 5], seed: 9)
    let before = state.store()
    for _ in 0..<3 {
      let pooled = state.pooled(inputs)
      _ = state.differentiate(pooled: pooled, labels: [0, 1], dropout: nil)
      state.step(norm: state.gradientNorm(), rate: 0.1, headRate: 0.1)
    }
    let after = state.store()
    let moved = before.names.filter { before[$0]?.values() != after[$0]?.values() }
    #expect(moved == ["classifier.bias", "classifier.weight"])
    #expect(state.trainedCount == 3 * 8 + 3)
  }
}
