import Compute
import TestSupport

@testable import Encoders

/// A random BERT, small enough to be computed by hand.
struct TinyBert {
  var hidden = 24
  var heads = 3
  var inner = 40
  var layers = 2
  var vocabulary = 50
  var positions = 48
  var types = 2
  var activation = "gelu"
  var epsilon = 1e-12
  /// By Hugging Face's names, in the order of the file.
  private(set) var tensors: [(name: String, shape: [Int], values: [Float])] = []

  init(seed: UInt64, activation: String = "gelu", hidden: Int = 24, heads: Int = 3, types: Int = 2) {
    self.activation = activation
    self.hidden = hidden
    self.heads = heads
    self.types = types
    var generator = SeededGenerator(seed: seed)
    func add(_ name: String, _ shape: Int..., in range: ClosedRange<Float> = -0.5...0.5) {
      tensors.append((name, shape, generator.floats(shape.reduce(1, *), in: range)))
    }
    func addNorm(_ name: String) {
      add("\(name).weight", hidden, in: 0.5...1.5)
      add("\(name).bias", hidden)
    }
    func addDense(_ name: String, from input: Int, to output: Int) {
      add("\(name).weight", output, input)
      add("\(name).bias", output)
    }
    add("embeddings.word_embeddings.weight", vocabulary, hidden)
    add("embeddings.position_embeddings.weight", positions, hidden)
    add("embeddings.token_type_embeddings.weight", types, hidden)
    addNorm("embeddings.LayerNorm")
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)"
      for part in ["query", "key", "value"] { addDense("\(name).attention.self.\(part)", from: hidden, to: hidden) }
      addDense("\(name).attention.output.dense", from: hidden, to: hidden)
      addNorm("\(name).attention.output.LayerNorm")
      addDense("\(name).intermediate.dense", from: hidden, to: inner)
      addDense("\(name).output.dense", from: inner, to: hidden)
      addNorm("\(name).output.LayerNorm")
    }
  }

  func values(_ name: String) -> [Double] {
    tensors.first { $0.name == name }.map { $0.values.map(Double.init) } ?? []
  }

  var configuration: String {
    """
    {"model_type": "bert", "hidden_size": \(hidden), "num_attention_heads": \(heads), "num_hidden_layers": \(layers),
     "intermediate_size": \(inner), "vocab_size": \(vocabulary), "max_position_embeddings": \(positions),
     "type_vocab_size": \(types), "hidden_act": "\(activation)", "layer_norm_eps": \(epsilon)}
    """
  }

  var checkpoint: SafetensorsBuilder {
    var builder = SafetensorsBuilder()
    for tensor in tensors { builder.add(tensor.name, shape: tensor.shape, tensor.values) }
    return builder
  }

  /// The folder holds `config.json` and `model.safetensors`.
  func write(to folder: TemporaryFolder) {
    folder.write(configuration, to: "config.json")
    folder.write(checkpoint.file, to: "model.safetensors")
  }

  func load(kernels: Kernels = .best) throws -> any Encoder {
    let folder = TemporaryFolder()
    write(to: folder)
    return try loadEncoder(folder: folder.path, name: "tiny", kernels: kernels)
  }
}
