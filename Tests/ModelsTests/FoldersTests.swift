import Support
import TestSupport
import Testing

@testable import Models

/// Folders whose encoder lies elsewhere: in a folder inside, or with the model that an adapter changes.
@Suite struct FolderTests {
  let folder = TemporaryFolder()

  @Test func aFileIsNoModel() {
    folder.makeModel("models/it's")
    let path = folder["models/it's/model.safetensors"]
    let error = #expect(throws: ModelError.self) { try folder.locator().locate(path) }
    #expect(
      error?.description.hasSuffix(
        " is a file; a model is named by the folder that it lies in: --model \(shellWord(folder["models/it's"]))")
        == true)
  }

  private func makeOldSentenceEncoder(path: String, type: String = "Transformer") {
    folder.makeModel("models/old/0_Transformer")
    folder.write(#"{"__version__": "0.4.0"}"#, to: "models/old/config.json")
    folder.write(
      #"[{"idx": 0, "path": "\#(path)", "type": "sentence_transformers.models.\#(type)"}]"#,
      to: "models/old/modules.json")
  }

  @Test func theEncoderOfOldSentenceTransformersLiesInside() throws {
    makeOldSentenceEncoder(path: "0_Transformer")
    let location = try folder.locator().locate("old")
    #expect(location.folder == folder["models/old/0_Transformer"] && location.root == folder["models/old"])
    #expect(location.isComplete && location.name == "old")
    #expect(folder.locator().list().map(\.name) == ["old"])
    #expect(location.weightFiles == [folder["models/old/0_Transformer/model.safetensors"]])
  }

  @Test func beforeThatFamiliesHadNamesOfTheirOwn() throws {
    makeOldSentenceEncoder(path: "0_Transformer", type: "RoBERTa")
    #expect(try folder.locator().locate("old").folder == folder["models/old/0_Transformer"])
    makeOldSentenceEncoder(path: "0_Transformer", type: "Pooling")
    #expect(try folder.locator().locate("old").folder == folder["models/old"])
  }

  @Test(arguments: ["", ".", "..", "../other", "/etc", "1_Pooling"])
  func modulesLeadNowhereElse(path: String) throws {
    makeOldSentenceEncoder(path: path)
    folder.makeModel("models/other")
    #expect(try folder.locator().locate("old").folder == folder["models/old"])
  }

  @Test(arguments: ["spm.model", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "tokenizer_config.json"])
  func aTokenizerMayBeASentencePieceModelOrBytes(name: String) throws {
    folder.makeModel("models/a", without: ["tokenizer.json"])
    #expect(try folder.locator().locate("a").missing == ["tokenizer.json"])
    folder.write(#"{"tokenizer_class": "ByT5Tokenizer"}"#, to: "models/a/\(name)")
    #expect(try folder.locator().locate("a").isComplete)
  }

  private func makeAdapter(of base: String) {
    folder.write(#"{"peft_type": "LORA", "base_model_name_or_path": "\#(base)"}"#, to: "adapters/a/adapter_config.json")
    folder.write("{}", to: "adapters/a/adapter_model.safetensors")
  }

  @Test func anAdapterFindsItsBaseByName() throws {
    folder.makeModel("models/plain")
    folder.makeModel("adapters/beside")
    folder.makeSnapshot("models--org--cached", revision: "r", main: true)
    for (name, place) in [
      ("plain", "models/plain"), ("/somewhere/else/plain", "models/plain"), ("beside", "adapters/beside"),
      ("org/cached", "hub/models--org--cached/snapshots/r"), ("/x/beside", "adapters/beside"),
    ] {
      makeAdapter(of: name)
      let location = try folder.locator().locate("adapters/a")
      #expect(location.isAdapter && location.isComplete && location.name == "a")
      #expect(location.base == folder[place], "\(name)")
      #expect(location.tokenizerFolder == folder[place] && location.configurationFolder == folder[place])
      #expect(
        location.weightFiles == [folder["\(place)/model.safetensors"], folder["adapters/a/adapter_model.safetensors"]])
      folder.write("[PAD]", to: "adapters/a/vocab.txt")
      #expect(try folder.locator().locate("adapters/a").tokenizerFolder == folder["adapters/a"])
      folder.remove("adapters/a/vocab.txt")
    }
  }

  @Test func anAdapterWithoutItsBaseSaysSo() throws {
    makeAdapter(of: "org/it's")
    let location = try folder.locator().locate("adapters/a")
    #expect(!location.isComplete && location.base == nil)
    #expect(ListedModel(location).state == "an adapter of org/it's, which is not here")
    let error = #expect(throws: ModelError.self) { try Model.load(location) }
    #expect(
      error?.description
        == #"a is an adapter of the model 'org/it's', which is not here: run `headscope models pull 'org/it'\''s'`, or put "#
        + "that model's folder beside the adapter's")
    makeAdapter(of: "a")
    #expect(try folder.locator().locate("adapters/a").base == nil)
  }

  private func state(_ path: String) throws -> String {
    var model = ListedModel(try folder.locator().locate(path))
    model.check()
    return model.state
  }

  @Test func theListSaysWhatKeepsAModelFromOpening() throws {
    folder.write(
      #"{"peft_type": "LORA", "base_model_name_or_path": "x", "use_dora": true}"#, to: "a/adapter_config.json")
    #expect(try state("a").hasPrefix("does not open: adapter_config.json: is a DoRA adapter"))
    folder.makeModel("b", without: ["model.safetensors"])
    folder.write(#"{"model_type": "bert"}"#, to: "b/config.json")
    folder.write("x", to: "b/model.onnx")
    #expect(try state("b").hasPrefix("does not open: holds the weights only as ONNX"))
    folder.makeModel("c")
    folder.write("", to: "c/config.json")
    #expect(try state("c") == "does not open: config.json: is empty; download it again")
    folder.write(#"{"model_type": "vit"}"#, to: "c/config.json")
    #expect(try state("c") == "family not supported")
  }
}
