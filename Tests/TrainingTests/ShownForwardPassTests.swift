import Activations
import Compute
import Encoders
import JSON
import Support
import TestSupport
import Testing

@testable import Training

/// The trainer's forward pass and the one that is shown are two pieces of code: they have to agree.
@Suite struct ShownForwardPassTests {
  @Test(
    "hidden states and attention are those of the encoder that is shown",
    arguments: [
      "bert", "bert-mlm-cased", "bert-gelu-new", "bert-sharded", "bert-float16", "distilbert", "roberta", "xlm-roberta",
      "electra", "albert", "mpnet", "deberta-v2", "deberta-v2-conv", "modernbert",
    ])
  func agrees(model: String) throws {
    let folder = Fixtures.path("encoders/\(model)")
    let pretrained = try PretrainedModel(folder: folder, name: model)
    let shown = try makeEncoder(
      configuration: pretrained.configuration, parameters: pretrained.store, name: model)
    let network = try Network(pretrained.architecture, .classification(labels: 2))
    let weights = try Weights<Float>(network, from: pretrained.store, drawsHead: true, seed: 0)
    #expect(pretrained.architecture.positions == shown.description.maximumPositions)

    var generator = TestSupport.SeededGenerator(seed: 8)
    let types: Int32 = (pretrained.architecture.embeddings.tokenTypes?.rows ?? 1) > 1 ? 1 : 0
    let vocabulary = 5..<Int32(network.architecture.vocabulary)
    let inputs = [23, 9].map { (count: Int) -> TokenizedInput in
      let ids = (0..<count).map { _ in Int32.random(in: vocabulary, using: &generator) }
      let types = ids.indices.map { $0 > 5 ? types : 0 }
      return TokenizedInput(ids: ids, types: types)
    }
    let masks = inputs.map { AttentionMask.random(size: $0.count, blockedRow: 3, seed: 12) }
    let batch = Batch(inputs, masks: masks, for: network.architecture)
    let pass = Pass(
      machine: Machine(VectorArithmetic()), values: UnsafePointer(weights.values.pointer), gradients: nil)
    let record = network.encode(batch, words: UnsafePointer(weights.words.pointer), pass)

    var (states, attention) = (Worst(), Worst())
    for (index, sentence) in batch.sentences.enumerated() {
      let trace = try shown.run(inputs[index], mask: masks[index])
      let hidden = network.architecture.hidden
      let expected = try #require(trace.hiddenStates.last).values()
      let first = sentence.rows.lowerBound * hidden
      for (place, value) in expected.enumerated() {
        states.note(Double(abs(record.output.pointer[first + place] - value)), "sentence \(index)")
      }
      #expect(trace.layers.count == record.layers.count)
      for (layer, kept) in zip(trace.layers, record.layers) {
        for (mine, value) in zip(kept.attention.probabilities[index].values, layer.attentionProbabilities.values()) {
          attention.note(Double(abs(mine - value)), "sentence \(index)")
        }
      }
    }
    print("forward pass of \(model): hidden states differ by \(states), attention by \(attention)")
    #expect(states.value < 2e-5 && attention.value < 2e-5)
  }

  @Test(
    "predictions for tokens are those of the encoder that is shown",
    arguments: [
      "albert", "bert", "camembert", "deberta-v2", "deberta-v2-new", "distilbert", "electra", "modernbert", "mpnet",
      "roberta", "xlm-roberta",
    ])
  func predictsTheSameTokens(model: String) throws {
    let pretrained = try PretrainedModel(folder: Fixtures.path("mlm/\(model)"), name: model)
    let shown = try makeEncoder(configuration: pretrained.configuration, parameters: pretrained.store, name: model)
    let network = try Network(pretrained.architecture, .maskedLM)
    let weights = try Weights<Float>(network, from: pretrained.store, drawsHead: false, seed: 0)
    #expect(weights.newEntries == [])
    guard case .maskedLM(let head) = network.head else { return }
    var generator = TestSupport.SeededGenerator(seed: 9)
    let vocabulary = 5..<Int32(network.architecture.vocabulary)
    let input = TokenizedInput(ids: (0..<11).map { _ in Int32.random(in: vocabulary, using: &generator) })
    let trace = try shown.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
    let places = [2, 7, 10]
    let last = try #require(trace.hiddenStates.last)
    let expected = try #require(try shown.vocabularyLogits(of: last, at: places)).values()
    let pass = Pass(
      machine: Machine(VectorArithmetic()), values: UnsafePointer(weights.values.pointer), gradients: nil)
    let words = UnsafePointer(weights.words.pointer)
    let encoded = network.encode(Batch([input], for: network.architecture), words: words, pass)
    let logits = head.forward(
      encoded.output, rows: places, words: words, epsilon: network.architecture.epsilon, pass
    ).logits.values
    try #require(logits.count == expected.count)
    var worst = Worst()
    for (a, b) in zip(logits, expected) { worst.note(Double(abs(a - b)), "logits") }
    print("masked-LM head of \(model): logits differ by \(worst)")
    #expect(worst.value < 1e-4)
  }

  @Test(
    "heads that are switched off are off in both",
    arguments: ["bert", "distilbert", "electra", "albert", "mpnet", "deberta-v2", "modernbert"])
  func agreesWithHeadsOff(model: String) throws {
    let pretrained = try PretrainedModel(folder: Fixtures.path("encoders/\(model)"), name: model)
    let shown = try makeEncoder(
      configuration: pretrained.configuration, parameters: pretrained.store, name: model)
    let network = try Network(pretrained.architecture, .classification(labels: 2))
    let weights = try Weights<Float>(network, from: pretrained.store, drawsHead: true, seed: 0)
    let input = TokenizedInput(ids: (0..<13).map { Int32(5 + $0 * 3) })
    let mask = AttentionMask.random(size: 13, blockedRow: 3, seed: 2)
    let ablations = [
      Ablation(head: HeadIndex(layer: 0, head: 1), kind: .uniformAttention),
      Ablation(head: HeadIndex(layer: 1, head: 0), kind: .zeroOutput),
    ]
    var pass = Pass(
      machine: Machine(VectorArithmetic()), values: UnsafePointer(weights.values.pointer), gradients: nil)
    pass.ablations = Dictionary(uniqueKeysWithValues: ablations.map { ($0.head, $0.kind) })
    let record = network.encode(
      Batch([input], masks: [mask], for: network.architecture), words: UnsafePointer(weights.words.pointer), pass)
    let trace = try shown.run(input, mask: mask, ablations: ablations, isCancelled: { false })
    var worst = Worst()
    for (a, b) in zip(record.output.values, try #require(trace.hiddenStates.last).values()) {
      worst.note(Double(abs(a - b)), "hidden states")
    }
    for (mine, layer) in zip(record.layers, trace.layers) {
      for (a, b) in zip(mine.attention.probabilities[0].values, layer.attentionProbabilities.values()) {
        worst.note(Double(abs(a - b)), "attention")
      }
    }
    print("heads off, \(model): the two forward passes differ by \(worst)")
    #expect(worst.value < 2e-5)
  }
}
