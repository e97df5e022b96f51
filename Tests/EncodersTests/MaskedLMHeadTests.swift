import Activations
import Checkpoints
import Safetensors
import TestSupport
import Testing

@testable import Encoders

/// What the heads for masked language modelling make of hidden states.
@Suite struct MaskedLMHeadTests {
  @Test(
    "logits agree with transformers at every position",
    arguments: ["bert-mlm-cased", "roberta", "deberta-v2-conv", "modernbert"])
  func agrees(model: String) throws {
    let folder = Fixtures.path("encoders/\(model)")
    let encoder = try loadEncoder(folder: folder, name: model)
    #expect(encoder.description.hasMaskedLMHead)
    let golden = try Golden(folder: folder)
    let testCase = try #require(golden.cases.first { $0.name == "mask" })
    let input = golden.input(testCase)
    let expected = try #require(try golden.floats(testCase, "logits"))
    let trace = try encoder.run(input, mask: AttentionMask(testCase.mode, attentionMask: input.attentionMask))
    let last = try #require(trace.hiddenStates.last)
    let logits = try #require(try encoder.vocabularyLogits(of: last, at: Array(0..<input.count)))
    let difference = largestDifference(logits, expected)
    print("\(model): largest difference of a logit \(difference)")
    #expect(difference < 1e-4)
    // One position alone, as it is asked for in practice.
    let alone = try #require(try encoder.vocabularyLogits(of: last, at: [3]))
    #expect(largestDifference(alone, Tensor(shape: alone.shape, expected.row(3))) < 1e-4)
    #expect(try encoder.vocabularyLogits(of: last, at: [])?.shape == [0, encoder.description.vocabularySize])
  }

  @Test(
    "a checkpoint without such a head says so",
    arguments: ["bert", "distilbert", "electra", "albert", "mpnet", "deberta-v2", "xlm-roberta"])
  func hasNone(model: String) throws {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/\(model)"), name: model)
    #expect(!encoder.description.hasMaskedLMHead)
    let hidden = Tensor(shape: [2, encoder.description.hiddenSize]) { $0.update(repeating: 1) }
    #expect(try encoder.vocabularyLogits(of: hidden, at: [0]) == nil)
  }

  /// Heads as each family names them, of random numbers, put beside a fixture's encoder.
  struct Made: Sendable, CustomTestStringConvertible {
    let model: String
    let dense: String
    let norm: String
    let bias: String
    var activation = "gelu"
    /// Where it is not tied to the embeddings.
    var decoder: String?
    let words: String

    var testDescription: String { "\(model) \(decoder == nil ? "" : "untied")" }
  }

  @Test(
    "the names and sizes of other families, against a plain double-precision head",
    arguments: [
      Made(
        model: "distilbert", dense: "vocab_transform", norm: "vocab_layer_norm", bias: "vocab_projector.bias",
        words: "embeddings.word_embeddings.weight"),
      Made(
        model: "electra", dense: "generator_predictions.dense", norm: "generator_predictions.LayerNorm",
        bias: "generator_lm_head.bias", words: "embeddings.word_embeddings.weight"),
      Made(
        model: "albert", dense: "predictions.dense", norm: "predictions.LayerNorm", bias: "predictions.bias",
        activation: "gelu_new", words: "embeddings.word_embeddings.weight"),
      Made(
        model: "mpnet", dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias",
        words: "embeddings.word_embeddings.weight"),
      Made(
        model: "xlm-roberta", dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.decoder.bias",
        decoder: "lm_head.decoder.weight", words: "embeddings.word_embeddings.weight"),
      Made(
        model: "deberta-v2", dense: "lm_predictions.lm_head.dense", norm: "lm_predictions.lm_head.LayerNorm",
        bias: "lm_predictions.lm_head.bias", words: "embeddings.word_embeddings.weight"),
    ])
  func agreesWithPlainHead(_ made: Made) throws {
    let source = Fixtures.path("encoders/\(made.model)")
    let checkpoint = try Checkpoint(folder: source)
    let words = try #require(checkpoint.tensor(named: made.words))
    let (vocabulary, size) = (words.entry.shape[0], words.entry.shape[1])
    let hidden = try loadEncoder(folder: source, name: "plain").description.hiddenSize
    var generator = SeededGenerator(seed: 11)
    var builder = SafetensorsBuilder()
    for name in checkpoint.names.sorted() {
      let tensor = try #require(checkpoint.tensor(named: name))
      guard tensor.entry.type == .float32 else { continue }
      builder.add(name, shape: tensor.entry.shape, try tensor.values())
    }
    func add(_ name: String, _ shape: Int..., in range: ClosedRange<Float> = -1...1) -> [Float] {
      let values = generator.floats(shape.reduce(1, *), in: range)
      builder.add(name, shape: shape, values)
      return values
    }
    let weight = add("\(made.dense).weight", size, hidden)
    let denseBias = add("\(made.dense).bias", size)
    let normWeight = add("\(made.norm).weight", size, in: 0.5...1.5)
    let normBias = add("\(made.norm).bias", size)
    let bias = add(made.bias, vocabulary)
    let decoder = try made.decoder.map { add($0, vocabulary, size) } ?? words.values()

    let folder = TemporaryFolder()
    var configuration = Fixtures.bytes("\(source)/config.json")
    if made.decoder != nil { configuration = try untied(configuration) }
    folder.write(configuration, to: "config.json")
    folder.write(builder.file, to: "model.safetensors")
    let encoder = try loadEncoder(folder: folder.path, name: made.model)
    try #require(encoder.description.hasMaskedLMHead)
    let state = generator.floats(2 * hidden, in: -2...2)
    let logits = try #require(
      try encoder.vocabularyLogits(of: Tensor(shape: [2, hidden], state), at: [1, 0]))

    var worst = 0.0
    let epsilon = try Configuration(folder: folder.path).optionalNumber("layer_norm_eps", in: 0...1) ?? 1e-12
    for (row, position) in [1, 0].enumerated() {
      let transformed = (0..<size).map { out in
        referenceActivation(
          made.activation,
          (0..<hidden).reduce(Double(denseBias[out])) {
            $0 + Double(weight[out * hidden + $1]) * Double(state[position * hidden + $1])
          })
      }
      let mean = transformed.reduce(0, +) / Double(size)
      let variance = transformed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
      let normed = (0..<size).map {
        (transformed[$0] - mean) / (variance + epsilon).squareRoot() * Double(normWeight[$0]) + Double(normBias[$0])
      }
      for id in 0..<vocabulary {
        let expected = (0..<size).reduce(Double(bias[id])) { $0 + normed[$1] * Double(decoder[id * size + $1]) }
        worst = max(worst, abs(expected - Double(logits[row, id])))
      }
    }
    print("\(made.testDescription): largest difference of a logit \(worst)")
    #expect(worst < 1e-4)
  }

  private func untied(_ configuration: [UInt8]) throws -> [UInt8] {
    let text = String(decoding: configuration, as: UTF8.self)
    let opening = try #require(text.firstIndex(of: "{"))
    var lines = text[text.index(after: opening)...].split(separator: "\n").map(String.init)
    lines.removeAll { $0.contains("tie_word_embeddings") }
    return Array(("{\"tie_word_embeddings\": false,\n" + lines.joined(separator: "\n")).utf8)
  }

  @Test func aHeadOfAnotherSizeIsRefused() throws {
    let source = Fixtures.path("encoders/roberta")
    let checkpoint = try Checkpoint(folder: source)
    var builder = SafetensorsBuilder()
    for name in checkpoint.names.sorted() {
      let tensor = try #require(checkpoint.tensor(named: name))
      if name == "lm_head.bias" {
        builder.add(name, shape: [7], [Float](repeating: 0, count: 7))
      } else if tensor.entry.type == .float32 {
        builder.add(name, shape: tensor.entry.shape, try tensor.values())
      }
    }
    let folder = TemporaryFolder()
    folder.write(Fixtures.bytes("\(source)/config.json"), to: "config.json")
    folder.write(builder.file, to: "model.safetensors")
    let error = #expect(throws: EncoderError.self) { try loadEncoder(folder: folder.path, name: "roberta") }
    #expect(error?.description.hasSuffix("tensor 'lm_head.bias': expected shape [645], found [7]") == true)
  }
}
