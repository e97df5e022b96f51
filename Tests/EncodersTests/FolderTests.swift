import Activations
import Glibc
import TestSupport
import Testing

@testable import Encoders

/// What loading says about a folder, `FOLDER` standing for its path.
private func loadingError(_ folder: TemporaryFolder) -> String {
  do {
    _ = try loadEncoder(folder: folder.path, name: "tiny")
    return "loaded"
  } catch {
    return "\(error)".replacing(folder.path, with: "FOLDER")
  }
}

@Suite struct ConfigurationTests {
  /// A change to one member of the configuration (nil: leave it out), and what has to be said about it.
  static let changes: [(key: String, value: String?, message: String)] = [
    ("hidden_size", nil, "FOLDER/config.json: has no hidden_size, which this family needs"),
    ("hidden_size", "null", "FOLDER/config.json: has no hidden_size, which this family needs"),
    (
      "hidden_size", "\"24\"",
      "FOLDER/config.json: hidden_size should be a whole number from 1 to 65536, it is a string"
    ),
    ("hidden_size", "0", "FOLDER/config.json: hidden_size should be a whole number from 1 to 65536, it is 0"),
    ("hidden_size", "-24", "FOLDER/config.json: hidden_size should be a whole number from 1 to 65536, it is -24"),
    ("hidden_size", "24.5", "FOLDER/config.json: hidden_size should be a whole number from 1 to 65536, it is 24.5"),
    (
      "hidden_size", "9223372036854775807",
      "FOLDER/config.json: hidden_size should be a whole number from 1 to 65536, it is 9223372036854775807"
    ),
    (
      "hidden_size", "32",
      "FOLDER/config.json: num_attention_heads is 3, which does not divide the hidden size 32"
    ),
    (
      "num_attention_heads", "7",
      "FOLDER/config.json: num_attention_heads is 7, which does not divide the hidden size 24"
    ),
    ("num_attention_heads", nil, "FOLDER/config.json: has no num_attention_heads, which this family needs"),
    (
      "num_hidden_layers", "1000000000000",
      "FOLDER/config.json: num_hidden_layers should be a whole number from 1 to 1024, it is 1000000000000"
    ),
    (
      "num_hidden_layers", "3",
      "FOLDER/model.safetensors: tensor 'encoder.layer.2.attention.self.query.weight' is missing; expected it with shape "
        + "[24, 24]"
    ),
    (
      "intermediate_size", "41",
      "FOLDER/model.safetensors: tensor 'encoder.layer.0.intermediate.dense.weight': expected shape [41, 24], found "
        + "[40, 24]"
    ),
    (
      "vocab_size", "51",
      "FOLDER/model.safetensors: tensor 'embeddings.word_embeddings.weight': expected shape [51, 24], found [50, 24]"
    ),
    (
      "max_position_embeddings", "[]",
      "FOLDER/config.json: max_position_embeddings should be a whole number from 1 to 1048576, it is an array"
    ),
    (
      "hidden_act", "\"gulp\"",
      "FOLDER/config.json: hidden_act asks for the unknown activation function 'gulp'; known are gelu, gelu_10, "
        + "gelu_accurate, gelu_fast, gelu_new, gelu_python, gelu_python_tanh, gelu_pytorch_tanh, hardswish, leaky_relu, linear, "
        + "mish, quick_gelu, relu, relu2, relu6, sigmoid, silu, swish, tanh"
    ),
    ("hidden_act", "3", "FOLDER/config.json: hidden_act should be a string, it is a number"),
    ("layer_norm_eps", "-1", "FOLDER/config.json: layer_norm_eps should be a number from 0.0 to 1.0, it is -1.0"),
    (
      "layer_norm_eps", "true",
      "FOLDER/config.json: layer_norm_eps should be a number from 0.0 to 1.0, it is true or false"
    ),
    ("is_decoder", "true", "FOLDER/config.json: is_decoder is true; Headscope shows encoders, not decoders"),
    (
      "position_embedding_type", "\"relative_key\"",
      "FOLDER/config.json: position_embedding_type is 'relative_key'; only 'absolute' is supported"
    ),
    (
      "model_type", "\"gpt\\u001b[31m2\"",
      "FOLDER/config.json: model_type is 'gpt␛[31m2', which is not supported; `headscope help models` lists those that are"
    ),
    (
      "model_type", nil,
      "FOLDER/config.json: has no model_type that says which family it is; `headscope help models` lists those that are"
    ),
    // What has a default or a second spelling.
    ("type_vocab_size", nil, "loaded"),
    ("layer_norm_eps", nil, "loaded"),
    ("hidden_act", nil, "loaded"),
    ("layer_norm_eps", "0", "loaded"),
    ("hidden_size", "24.0", "loaded"),
    ("unheard_of", "[{}]", "loaded"),
    ("is_decoder", "false", "loaded"),
    ("position_embedding_type", "\"absolute\"", "loaded"),
  ]

  static func members(_ model: TinyBert) -> [(key: String, value: String)] {
    [
      ("model_type", "\"bert\""), ("hidden_size", "\(model.hidden)"), ("num_attention_heads", "\(model.heads)"),
      ("num_hidden_layers", "\(model.layers)"), ("intermediate_size", "\(model.inner)"),
      ("vocab_size", "\(model.vocabulary)"), ("max_position_embeddings", "\(model.positions)"),
      ("type_vocab_size", "\(model.types)"), ("hidden_act", "\"gelu\""), ("layer_norm_eps", "1e-12"),
    ]
  }

  static func document(_ members: [(key: String, value: String)]) -> String {
    "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  @Test("says in one line what is wrong with a configuration", arguments: changes.indices)
  func saysWhatIsWrong(index: Int) throws {
    let change = Self.changes[index]
    let folder = TemporaryFolder()
    let model = TinyBert(seed: 40)
    model.write(to: folder)
    var members = Self.members(model).filter { $0.key != change.key }
    if let value = change.value { members.append((change.key, value)) }
    folder.write(Self.document(members), to: "config.json")
    #expect(loadingError(folder) == change.message)
  }

  /// A pipe without a writer would be waited for; a session's model name can lead to such a folder.
  @Test("what is no file is not waited for", arguments: ["config.json", "model.safetensors"])
  func waitsForNoPipe(name: String) throws {
    let folder = TemporaryFolder()
    let model = TinyBert(seed: 42)
    model.write(to: folder)
    folder.write(Self.document(Self.members(model)), to: "config.json")
    folder.remove(name)
    try #require(mkfifo("\(folder.path)/\(name)", 0o600) == 0)
    #expect(
      loadingError(folder)
        == "FOLDER/\(name): is a pipe, not a file; write what comes out of it into a file first")
  }

  @Test("an old configuration without model_type is known by its architecture")
  func knowsArchitecture() throws {
    let folder = TemporaryFolder()
    let model = TinyBert(seed: 41)
    model.write(to: folder)
    let members = Self.members(model).filter { $0.key != "model_type" }
    for (architecture, isKnown) in [("BertForMaskedLM", true), ("BertModel", true), ("BertGenerationDecoder", false)] {
      folder.write(
        Self.document(members + [("architectures", "[\"\(architecture)\"]")]), to: "config.json")
      #expect((loadingError(folder) == "loaded") == isKnown, "\(architecture)")
    }
  }

  @Test(
    "a file that is no configuration is named",
    arguments: [
      ("", "FOLDER/config.json: is empty; download it again"),
      ("{", "FOLDER/config.json: is not JSON: line 1, column 2: expected a key, found the end"),
      ("<html>", "FOLDER/config.json: is a web page in the place of the file; download it again"),
      ("[]", "FOLDER/config.json: should be an object, it is an array"),
      ("{\"a\":1,\"a\":2}", "FOLDER/config.json: is not JSON: line 1, column 8: the key \"a\" occurs twice"),
    ])
  func namesNoConfiguration(text: String, message: String) throws {
    let folder = TemporaryFolder()
    folder.write(text, to: "config.json")
    #expect(loadingError(folder) == message)
  }
}

@Suite struct FolderTests {
  @Test("folders without weights are told apart")
  func tellsFoldersApart() throws {
    #expect(throws: EncoderError("/nowhere/at/all: there is no such model folder")) {
      try loadEncoder(folder: "/nowhere/at/all/", name: "")
    }
    let folder = TemporaryFolder()
    #expect(
      loadingError(folder) == "FOLDER: has no config.json; a model folder holds config.json and model.safetensors")
    folder.write([0], to: "m.gguf")
    #expect(
      loadingError(folder)
        == "FOLDER: has no config.json; m.gguf is GGUF, of which no heads can be read; take the model that it was made of"
    )
    folder.remove("m.gguf")
    for name in ["checkpoint-1", "checkpoint 2"] { folder.write("{}", to: "\(name)/config.json") }
    #expect(
      loadingError(folder)
        == "FOLDER: has no config.json, but checkpoint-1 and 1 other folders in it have; name the one that is meant: "
        + "--model FOLDER/checkpoint-1")
    folder.write(TinyBert(seed: 50).configuration, to: "config.json")
    #expect(loadingError(folder) == "FOLDER: has no model.safetensors and no pytorch_model.bin")
    folder.write([0], to: "flax_model.msgpack")
    #expect(
      loadingError(folder).hasPrefix(
        "FOLDER: only flax_model.msgpack is there; convert it with transformers 4 (pip install 'transformers<5'): python3 -c \"import"
      ))
    folder.write([7], to: "pytorch_model.bin")
    #expect(
      loadingError(folder)
        == "FOLDER/pytorch_model.bin: is not a file that torch.save wrote, or damaged; download it again")
  }

  @Test(
    "prefixes, heads and old names make no difference", arguments: ["", "bert.", "model.encoder.", "0.auto_model."])
  func findsPrefix(prefix: String) throws {
    let model = TinyBert(seed: 54)
    let plain = try model.load()
    var builder = SafetensorsBuilder()
    for tensor in model.tensors {
      var name = prefix + tensor.name
      if name.contains("LayerNorm") {
        name = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing(
          "LayerNorm.bias", with: "LayerNorm.beta")
      }
      builder.add(name, shape: tensor.shape, tensor.values)
    }
    builder.add("cls.predictions.bias", shape: [3], [1, .nan, 3])
    builder.add(
      "\(prefix)embeddings.position_ids", type: "I64", shape: [1, 2], bytes: [UInt8](repeating: 1, count: 16))
    builder.add("\(prefix)pooler.dense.weight", shape: [1], [1])
    let folder = TemporaryFolder()
    folder.write(model.configuration, to: "config.json")
    folder.write(builder.file, to: "model.safetensors")
    let encoder = try loadEncoder(folder: folder.path, name: "with heads")
    #expect(
      encoder.description.ignoredTensors
        == ["cls.predictions.bias", "\(prefix)embeddings.position_ids", "\(prefix)pooler.dense.weight"].sorted())
    #expect(encoder.description.parameters == model.tensors.reduce(0) { $0 + $1.values.count })
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let (a, b) = (try encoder.run(input, mask: mask), try plain.run(input, mask: mask))
    #expect(largestDifference(stacked(a.hiddenStates), stacked(b.hiddenStates)) == 0)
  }

  @Test(
    "word embeddings may be stored as the matrix of a head that is tied to them, and nowhere else",
    arguments: [
      // What safetensors' `save_model` keeps, with a word about it in the metadata; and without that word.
      ("head.of.any.name", #"{"format":"pt","bert.embeddings.word_embeddings.weight":"head.of.any.name"}"#),
      ("cls.predictions.decoder.weight", #"{"format":"pt"}"#),
    ])
  func findsTiedEmbeddings(stored: String, metadata: String) throws {
    let model = TinyBert(seed: 56)
    var builder = SafetensorsBuilder()
    for tensor in model.tensors {
      let isWords = tensor.name.contains("word_embeddings")
      builder.add(isWords ? stored : "bert." + tensor.name, shape: tensor.shape, tensor.values)
    }
    let folder = TemporaryFolder()
    folder.write(model.configuration, to: "config.json")
    let header = builder.header.replacing(#"{"format":"pt"}"#, with: metadata)
    folder.write(SafetensorsBuilder.file(header: header, data: builder.data), to: "model.safetensors")
    let encoder = try loadEncoder(folder: folder.path, name: "tied")
    #expect(encoder.description.ignoredTensors == [])
    #expect(encoder.description.parameters == model.tensors.reduce(0) { $0 + $1.values.count })
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let (a, b) = (try encoder.run(input, mask: mask), try model.load().run(input, mask: mask))
    #expect(largestDifference(stacked(a.hiddenStates), stacked(b.hiddenStates)) == 0)
  }

  @Test("a checkpoint with two encoders is refused")
  func refusesTwoEncoders() throws {
    let model = TinyBert(seed: 55)
    let folder = TemporaryFolder()
    folder.write(model.configuration, to: "config.json")
    var builder = SafetensorsBuilder()
    for tensor in model.tensors {
      for prefix in ["query_encoder.", "document_encoder."] {
        builder.add(prefix + tensor.name, shape: tensor.shape, tensor.values)
      }
    }
    folder.write(builder.file, to: "model.safetensors")
    #expect(
      loadingError(folder)
        == "FOLDER/model.safetensors: holds more than one encoder: document_encoder.embeddings.word_embeddings.weight, "
        + "query_encoder.embeddings.word_embeddings.weight")
  }

  @Test("weights that lie at odd addresses are read")
  func readsUnalignedWeights() throws {
    let model = TinyBert(seed: 56)
    let plain = try model.load()
    let folder = TemporaryFolder()
    folder.write(model.configuration, to: "config.json")
    var builder = SafetensorsBuilder()
    builder.add("odd", type: "U8", shape: [1], bytes: [7])
    for tensor in model.tensors { builder.add(tensor.name, shape: tensor.shape, tensor.values) }
    folder.write(builder.file, to: "model.safetensors")
    let input = TokenizedInput(ids: [1, 2, 3])
    let mask = AttentionMask(.keys, attentionMask: input.attentionMask)
    let encoder = try loadEncoder(folder: folder.path, name: "odd")
    let (a, b) = (try encoder.run(input, mask: mask), try plain.run(input, mask: mask))
    #expect(largestDifference(stacked(a.hiddenStates), stacked(b.hiddenStates)) == 0)
  }
}
