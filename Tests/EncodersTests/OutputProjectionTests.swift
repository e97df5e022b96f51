import Activations
import Checkpoints
import Safetensors
import TestSupport
import Testing

@testable import Encoders

/// What the heads of a layer add through its output projection, of every family.
@Suite struct OutputProjectionTests {
  /// The parameters of a layer's output projection in each fixture; `#` is the layer.
  private static let names = [
    ("bert", "encoder.layer.#.attention.output.dense"), ("bert-float16", "encoder.layer.#.attention.output.dense"),
    ("bert-mlm-cased", "bert.encoder.layer.#.attention.output.dense"),
    ("distilbert", "transformer.layer.#.attention.out_lin"),
    ("roberta", "roberta.encoder.layer.#.attention.output.dense"),
    ("xlm-roberta", "encoder.layer.#.attention.output.dense"), ("electra", "encoder.layer.#.attention.output.dense"),
    ("mpnet", "encoder.layer.#.attention.attn.o"), ("deberta-v2", "encoder.layer.#.attention.output.dense"),
    ("deberta-v2-conv", "deberta.encoder.layer.#.attention.output.dense"), ("modernbert", "model.layers.#.attn.Wo"),
  ]

  @Test("Σ over heads and keys of p f(x), plus b_O, is the attention output before the residual", arguments: names)
  func addsUp(model: String, name: String) throws {
    let folder = Fixtures.path("encoders/\(model)")
    let checkpoint = try Checkpoint(folder: folder)
    try expectSum(model, folder) { layer in
      let name = name.split(separator: "#").joined(separator: "\(layer)")
      return (
        try #require(checkpoint.tensor(named: "\(name).weight")).values(),
        try checkpoint.tensor(named: "\(name).bias")?.values()
      )
    }
  }

  @Test("the same for ALBERT, whose layers share their parameters")
  func addsUpForAlbert() throws {
    let folder = Fixtures.path("encoders/albert")
    let checkpoint = try Checkpoint(folder: folder)
    let (layers, groups) = (4, checkpoint.names.contains { $0.contains("albert_layer_groups.1.") } ? 2 : 1)
    try expectSum("albert", folder) { layer in
      let name = "encoder.albert_layer_groups.\(layer * groups / layers).albert_layers.0.attention.dense"
      return (
        try #require(checkpoint.tensor(named: "\(name).weight")).values(),
        try #require(checkpoint.tensor(named: "\(name).bias")).values()
      )
    }
  }

  @Test("and it is what a plain double-precision pass has there")
  func agreesWithNaive() throws {
    let model = TinyBert(seed: 8)
    let input = TokenizedInput(ids: (0..<20).map { Int32($0) }, mask: (0..<20).map { $0 < 17 })
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let naive = NaiveBert(model: model).run(input, mask)
    let trace = try model.load().run(input, mask: mask)
    var worst: Float = 0
    for (layer, expected) in zip(trace.layers, naive.attentionOutputs) {
      let sums = try sumOfHeads(layer)
      for (row, expected) in zip(sums, expected) {
        for (a, b) in zip(row, expected) { worst = max(worst, Float(abs(a - b))) }
      }
    }
    print("attention output of the plain pass: largest difference \(worst)")
    #expect(worst < 2e-5)
  }

  /// Compares with the captured context taken through the checkpoint's own numbers.
  private func expectSum(
    _ model: String, _ folder: String, parameters: (_ layer: Int) throws -> (weight: [Float], bias: [Float]?)
  ) throws {
    let encoder = try loadEncoder(folder: folder, name: model)
    let golden = try Golden(folder: folder)
    let testCase = try #require(
      golden.cases.first { $0.name == "mask" || $0.name.contains("pad") } ?? golden.cases.first)
    let input = golden.input(testCase)
    let trace = try encoder.run(input, mask: AttentionMask(testCase.mode, attentionMask: input.attentionMask))
    var worst = 0.0
    for (index, layer) in trace.layers.enumerated() {
      let (weight, bias) = try parameters(index)
      let hidden = encoder.description.hiddenSize
      let sums = try sumOfHeads(layer)
      for position in 0..<input.count {
        let context = (0..<hidden).map {
          Double(layer.contextLayer[$0 / encoder.description.headSize, position, $0 % encoder.description.headSize])
        }
        for out in 0..<hidden {
          var expected = Double(bias?[out] ?? 0)
          for i in 0..<hidden { expected += context[i] * Double(weight[out * hidden + i]) }
          worst = max(worst, abs(sums[position][out] - expected))
        }
      }
    }
    print("\(model): the heads' sum and the attention output differ by \(worst) at most")
    #expect(worst < 1e-4)
  }

  /// [position][hidden]: Σ over heads and keys of p f(x), plus b_O, from what the trace says of its projection.
  private func sumOfHeads(_ layer: LayerTrace) throws -> [[Double]] {
    let projection = try #require(layer.outputProjection)
    let (weight, bias) = (try projection.weight(), try projection.bias())
    let (heads, positions, headSize) = (layer.values.shape[0], layer.values.shape[1], layer.values.shape[2])
    let hidden = weight.shape[0]
    try #require(weight.shape == [hidden, heads * headSize])
    let offset = bias?.values().map(Double.init) ?? [Double](repeating: 0, count: hidden)
    var sums = [[Double]](repeating: offset, count: positions)
    for head in 0..<heads {
      for key in 0..<positions {
        let transformed = (0..<hidden).map { out in
          (0..<headSize).reduce(0.0) {
            $0 + Double(weight[out, head * headSize + $1]) * Double(layer.values[head, key, $1])
          }
        }
        for query in 0..<positions {
          let probability = Double(layer.attentionProbabilities[head, query, key])
          for out in 0..<hidden { sums[query][out] += probability * transformed[out] }
        }
      }
    }
    return sums
  }
}
