import Activations
import Checkpoints
import Safetensors
import Support
import TestSupport
import Testing

@testable import Encoders

/// LoRA adapters, merged on opening, against the definition W + scale · B A.
@Suite struct AdaptedCheckpointTests {
  private let base = TinyBert(seed: 71)
  private let folder = TemporaryFolder()
  private static let query = "encoder.layer.1.attention.self.query"
  private static let words = "embeddings.word_embeddings"

  private func settings(_ more: String = "") -> String {
    #"{"peft_type": "LORA", "base_model_name_or_path": "tiny", "r": 2, "lora_alpha": 6, "use_dora": false\#(more)}"#
  }

  /// Two factors of rank 2 for the query matrix, under the names of a model with a head on top.
  private func factors() -> (SafetensorsBuilder, a: [Float], b: [Float]) {
    var generator = SeededGenerator(seed: 72)
    let (a, b) = (generator.floats(2 * 24, in: -1...1), generator.floats(24 * 2, in: -1...1))
    var builder = SafetensorsBuilder()
    builder.add("base_model.model.bert.\(Self.query).lora_A.weight", shape: [2, 24], a)
    builder.add("base_model.model.bert.\(Self.query).lora_B.weight", shape: [24, 2], b)
    return (builder, a, b)
  }

  private func merged(_ builder: SafetensorsBuilder, _ settings: String) throws -> AdaptedCheckpoint {
    base.write(to: folder)
    folder.write(settings, to: "adapter/adapter_config.json")
    folder.write(builder.file, to: "adapter/adapter_model.safetensors")
    return try AdaptedCheckpoint(Checkpoint(folder: folder.path), adapter: folder["adapter"])
  }

  private func values(_ name: String, in source: AdaptedCheckpoint) throws -> [Float] {
    let tensor = try #require(source.parameter(named: name))
    return try [Float](unsafeUninitializedCapacity: tensor.shape.reduce(1, *)) { buffer, count in
      count = tensor.shape.reduce(1, *)
      if let start = buffer.baseAddress { try tensor.read(0, count: count, into: start) }
    }
  }

  static let scales: [(settings: String, scale: Double)] = [
    ("", 3), (#", "use_rslora": true"#, 6 / 2.0.squareRoot()), (#", "alpha_pattern": {"query": 5}"#, 2.5),
    (#", "alpha_pattern": {"other.query": 5}"#, 3), (#", "init_lora_weights": "gaussian", "bias": "none""#, 3),
  ]

  @Test("a matrix is changed by the product of both factors, times the scale", arguments: scales.indices)
  func changesAMatrix(index: Int) throws {
    let (builder, a, b) = factors()
    let source = try merged(builder, settings(Self.scales[index].settings))
    let plain = base.values("\(Self.query).weight")
    let changed = try values("\(Self.query).weight", in: source)
    var largest = 0.0
    for row in 0..<24 {
      for column in 0..<24 {
        let product = (0..<2).reduce(0.0) { $0 + Double(b[row * 2 + $1]) * Double(a[$1 * 24 + column]) }
        let expected = plain[row * 24 + column] + Self.scales[index].scale * product
        largest = max(largest, abs(expected - Double(changed[row * 24 + column])))
      }
    }
    print("largest difference of a merged matrix: \(largest)")
    #expect(largest < 2e-6)
    // Any part is as of the whole; everything else is as it was.
    let tensor = try #require(source.parameter(named: "\(Self.query).weight"))
    for (first, count) in [(0, 1), (23, 2), (30, 100), (575, 1)] {
      var part = [Float](repeating: .nan, count: count)
      try part.withUnsafeMutableBufferPointer { try tensor.read(first, count: count, into: #require($0.baseAddress)) }
      #expect(zip(part, changed[first...]).allSatisfy { abs($0 - $1) < 1e-6 })
    }
    let key = Self.query.replacing("query", with: "key") + ".weight"
    #expect(try values(key, in: source).map(Double.init) == base.values(key))
  }

  @Test("embeddings are changed by the transpose, and what an adapter has whole takes the place of the base's")
  func changesEmbeddings() throws {
    var generator = SeededGenerator(seed: 73)
    let (a, b) = (generator.floats(2 * 50, in: -1...1), generator.floats(24 * 2, in: -1...1))
    let bias = generator.floats(24, in: -1...1)
    var builder = SafetensorsBuilder()
    builder.add("base_model.model.\(Self.words).lora_embedding_A", shape: [2, 50], a)
    builder.add("base_model.model.\(Self.words).lora_embedding_B", shape: [24, 2], b)
    builder.add("base_model.model.\(Self.query).base_layer.bias", shape: [24], bias)
    builder.add("base_model.model.classifier.modules_to_save.default.weight", shape: [1, 24], bias)
    let source = try merged(builder, settings())
    let changed = try values("\(Self.words).weight", in: source)
    let plain = base.values("\(Self.words).weight")
    for word in 0..<50 {
      for column in 0..<24 {
        let product = (0..<2).reduce(0.0) { $0 + Double(b[column * 2 + $1]) * Double(a[$1 * 50 + word]) }
        #expect(abs(plain[word * 24 + column] + 3 * product - Double(changed[word * 24 + column])) < 2e-6)
      }
    }
    #expect(try values("\(Self.query).bias", in: source) == bias)
    #expect(source.names.contains("classifier.weight") && source.names.count == base.tensors.count + 1)
  }

  @Test("an encoder with an adapter computes what one with the merged matrix does")
  func computes() throws {
    let source = try merged(factors().0, settings())
    var builder = SafetensorsBuilder()
    for tensor in base.tensors { builder.add(tensor.name, shape: tensor.shape, try values(tensor.name, in: source)) }
    folder.write(base.configuration, to: "merged/config.json")
    folder.write(builder.file, to: "merged/model.safetensors")
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let adapted = try loadEncoder(folder: folder.path, adapter: folder["adapter"], name: "adapted")
    let expected = try loadEncoder(folder: folder["merged"], name: "merged").run(input, mask: mask)
    let difference = largestDifference(
      stacked(try adapted.run(input, mask: mask).hiddenStates), stacked(expected.hiddenStates))
    #expect(difference < 1e-6)
    #expect(
      adapted.description.files.map { $0.replacing(folder.path, with: "") } == [
        "/model.safetensors", "/adapter/adapter_model.safetensors",
      ])
    try checkEncoder(folder: folder.path, adapter: folder["adapter"])
  }

  private static let refusals: [(settings: String, says: String)] = [
    (
      #"{"peft_type": "PREFIX_TUNING"}"#,
      "is an adapter of the kind 'PREFIX_TUNING'; only LORA is read: merge it with peft (merge_and_unload)"
    ),
    ("{}", "is an adapter of the kind ''; only LORA is read: merge it with peft (merge_and_unload)"),
    (#"{"peft_type": "LORA", "use_dora": true}"#, "is a DoRA adapter, which is not read"),
    (#"{"peft_type": "LORA", "use_qalora": true}"#, "is an adapter with use_qalora, which is not read"),
    (#"{"peft_type": "LORA", "layer_replication": [[0, 2]]}"#, "is an adapter with layer_replication, which"),
    (#"{"peft_type": "LORA", "init_lora_weights": "pissa_niter_4"}"#, "is an adapter that began as 'pissa_niter_4'"),
    (#"{"peft_type": "LORA"}"#, "does not say which model the adapter changes"),
    (#"{"peft_type": "LORA", "base_model_name_or_path": "x", "lora_alpha": "8"}"#, "lora_alpha of the adapter should"),
    (#"{"peft_type": "LORA", "base_model_name_or_path": "x", "alpha_pattern": {"q|k": 1}}"#, "alpha_pattern of the"),
  ]

  @Test("an adapter of another kind is refused by name", arguments: refusals.indices)
  func refusesKinds(index: Int) throws {
    let (settings, says) = Self.refusals[index]
    let error = #expect(throws: EncoderError.self) { try merged(factors().0, settings) }
    let message = error?.description ?? ""
    #expect(message.hasPrefix("\(folder["adapter"])/adapter_config.json: \(says)"), "\(message)")
    #expect(message.lowercased().contains("adapter"))
  }

  @Test("factors that do not fit the base are refused")
  func refusesFactors() throws {
    func message(_ change: (inout SafetensorsBuilder) -> Void) throws -> String {
      var builder = SafetensorsBuilder()
      change(&builder)
      return #expect(throws: EncoderError.self) { try merged(builder, settings()) }?.description ?? ""
    }
    let layer = "base_model.model.\(Self.query)"
    #expect(
      try message { $0.add("\(layer).lora_A.weight", shape: [1, 24], [Float](repeating: 0, count: 24)) }
        .contains("but no '\(layer).lora_B.weight'"))
    #expect(
      try message {
        $0.add("\(layer).lora_A.weight", shape: [1, 3], [0, 0, 0])
        $0.add("\(layer).lora_B.weight", shape: [24, 1], [Float](repeating: 0, count: 24))
      }.contains("changes a matrix [24, 3], the base has [24, 24]"))
    #expect(
      try message {
        $0.add("base_model.model.h.0.lora_A.weight", shape: [1, 1], [0])
        $0.add("base_model.model.h.0.lora_B.weight", shape: [1, 1], [0])
      }.contains("the adapter changes the layer 'h.0', which"))
    #expect(
      try message { $0.add("\(layer).lora_magnitude_vector", shape: [1], [0]) }
        .contains("is no part of an adapter that is known here"))
  }

  @Test("heads that were pruned have zeros in their place, and change nothing")
  func readsPrunedHeads() throws {
    // Heads 0 and 2 of 3 of layer 0 are taken out; in the other folder their rows and columns are zeros.
    var (pruned, zeroed) = (SafetensorsBuilder(), SafetensorsBuilder())
    for (name, shape, values) in base.tensors {
      let part = name.replacing("encoder.layer.0.attention.", with: "")
      let isRow = ["self.query.", "self.key.", "self.value."].contains { part.hasPrefix($0) }
      guard isRow || part == "output.dense.weight" else {
        for index in 0..<2 {
          if index == 0 { pruned.add(name, shape: shape, values) } else { zeroed.add(name, shape: shape, values) }
        }
        continue
      }
      let columns = shape.count == 2 ? shape[1] : 1
      let isKept = { (index: Int) in (8..<16).contains(isRow ? index / columns : index % columns) }
      let kept = values.indices.filter(isKept).map { values[$0] }
      pruned.add(name, shape: isRow ? [8] + shape.dropFirst() : [shape[0], 8], kept)
      zeroed.add(name, shape: shape, values.indices.map { isKept($0) ? values[$0] : 0 })
    }
    let settings = base.configuration.replacing(
      #"{"model_type""#, with: #"{"pruned_heads": {"0": [2, 0], "1": []}, "model_type""#)
    folder.write(settings, to: "pruned/config.json")
    folder.write(pruned.file, to: "pruned/model.safetensors")
    folder.write(base.configuration, to: "zeroed/config.json")
    folder.write(zeroed.file, to: "zeroed/model.safetensors")
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let encoder = try loadEncoder(folder: folder["pruned"], name: "pruned")
    #expect(encoder.description.notes == ["layer 0: heads that were pruned and are shown as zeros: 0, 2"])
    let (a, b) = (
      try encoder.run(input, mask: mask), try loadEncoder(folder: folder["zeroed"], name: "z").run(input, mask: mask)
    )
    #expect(largestDifference(stacked(a.hiddenStates), stacked(b.hiddenStates)) == 0)
    folder.write(settings.replacing("[2, 0]", with: "[3]"), to: "pruned/config.json")
    let error = #expect(throws: EncoderError.self) { try loadEncoder(folder: folder["pruned"], name: "pruned") }
    #expect(error?.description.hasSuffix("pruned_heads should name heads of each layer by their numbers") == true)
  }

  private static let eightBits:
    [(settings: String, type: String, scale: String, shape: [Int], factor: @Sendable (Int, Int, [Float]) -> Float)] = [
      (
        #"{"quant_method": "fp8", "weight_block_size": [16, 10]}"#, "F8_E4M3", "weight_scale_inv", [2, 3],
        { $2[$0 / 16 * 3 + $1 / 10] }
      ),
      (
        #"{"quant_method": "compressed-tensors", "format": "float-quantized"}"#, "F8_E4M3", "weight_scale", [24, 1],
        { row, _, scales in scales[row] }
      ),
      (
        #"{"quant_method": "compressed-tensors", "format": "int-quantized"}"#, "I8", "weight_scale", [1],
        { _, _, scales in scales[0] }
      ),
      (
        #"{"quant_method": "bitsandbytes", "load_in_8bit": true}"#, "I8", "SCB", [24],
        { row, _, scales in scales[row] / 127 }
      ),
    ]

  @Test("weights of eight bits are multiplied by their scales", arguments: eightBits.indices)
  func readsEightBits(index: Int) throws {
    let (settings, type, scale, shape, factor) = Self.eightBits[index]
    var generator = SeededGenerator(seed: 74)
    let scales = generator.floats(shape.reduce(1, *), in: 0.01...0.1)
    // Without the pattern that is NaN.
    let bytes = (0..<576).map { _ in UInt8.random(in: 0...126, using: &generator) }
    var builder = SafetensorsBuilder()
    for tensor in base.tensors where tensor.name != "\(Self.query).weight" {
      builder.add(tensor.name, shape: tensor.shape, tensor.values)
    }
    builder.add("\(Self.query).weight", type: type, shape: [24, 24], bytes: bytes)
    builder.add("\(Self.query).\(scale)", shape: shape, scales)
    folder.write(
      base.configuration.replacing(
        #"{"model_type""#, with: #"{"quantization_config": \#(settings), "model_type""#), to: "config.json")
    folder.write(builder.file, to: "model.safetensors")
    let source = try DequantizedCheckpoint(Checkpoint(folder: folder.path), Configuration(folder: folder.path))
    let tensor = try #require(source?.parameter(named: "\(Self.query).weight"))
    var values = [Float](repeating: 0, count: 576)
    try values.withUnsafeMutableBufferPointer { try tensor.read(0, count: 576, into: #require($0.baseAddress)) }
    for place in 0..<576 {
      let number = type == "I8" ? Float(bytes[place]) : widened(float8e4m3: bytes[place])
      #expect(values[place] == number * factor(place / 24, place % 24, scales))
    }
    #expect(try loadEncoder(folder: folder.path, name: "").description.ignoredTensors == ["\(Self.query).\(scale)"])
  }

  private static let quantized: [(settings: String, says: String)] = [
    (#"{"quant_method": "gptq", "bits": 4}"#, "(gptq to 4 bits)"),
    (#"{"quant_method": "awq", "w_bit": 4}"#, "(awq to 4"),
    (#"{"load_in_8bit": true}"#, "(bitsandbytes to 8 bits)"), ("{}", "(an unknown method)"),
  ]

  @Test("quantized weights are refused by name, and a task is named", arguments: quantized.indices)
  func namesWhatItIs(index: Int) throws {
    let (settings, says) = Self.quantized[index]
    base.write(to: folder)
    folder.write(
      base.configuration.replacing(
        #"{"model_type""#, with: #"{"quantization_config": \#(settings), "model_type""#), to: "config.json")
    let error = #expect(throws: EncoderError.self) { try loadEncoder(folder: folder.path, name: "") }
    #expect(error?.description.contains("config.json: the weights are quantized \(says)") == true)
    folder.write(
      base.configuration.replacing(
        #"{"model_type""#, with: #"{"architectures": ["BertForTokenClassification"], "model_type""#), to: "config.json")
    #expect(try loadEncoder(folder: folder.path, name: "").description.task == "classification of tokens")
  }

  @Test("weights in other formats are named, with a command that can be pasted into a shell")
  func namesOtherFormats() throws {
    let place = folder["it's here"]
    folder.write(base.configuration, to: "it's here/config.json")
    func message() -> String {
      #expect(throws: EncoderError.self) { try loadEncoder(folder: place, name: "") }?.description ?? ""
    }
    folder.write([0], to: "it's here/onnx/model.onnx")
    #expect(message().contains("holds the weights only as ONNX (onnx/model.onnx)"))
    folder.write([0], to: "it's here/tf_model.h5")
    #expect(message().contains("only tf_model.h5 is there; convert it with transformers 4"))
    #expect(message().hasSuffix("\" \(shellWord(place))"))
    #expect(shellWord("it's") == #"'it'\''s'"# && shellWord("") == "''" && shellWord("-x") == "'-x'")
    #expect(shellWord("/a/b-c_d.e") == "/a/b-c_d.e" && shellWord("$(x)") == "'$(x)'" && shellWord("é") == "'é'")
    folder.write("{}", to: "adapter/adapter_config.json")
    let error = #expect(throws: EncoderError.self) { try Configuration(folder: folder["adapter"]) }
    #expect(error?.description.contains("is a LoRA adapter, not a model; merge them first: python3 -c") == true)
  }
}
