import ExplorerAppTestSupport
import JSON
import TestSupport
import Testing

/// `headscope models list` and `models info`.
@Suite struct ModelsCommandTests {
  let model = TinyModel()
  var program = Program()

  init() {
    program.environment = ["HEADSCOPE_MODELS": model.folder.path, "HF_HUB_CACHE": model.folder["hub"]]
  }

  /// The rows of the models in this test's folder; the checkout's own models may be listed too.
  private func ownRows(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).filter { $0.contains(model.folder.path) }
  }

  @Test func theListSaysWhatIsThereAndWhatIsNot() throws {
    model.folder.link("half/config.json", to: model.folder["tiny/config.json"])
    model.folder.write(
      #"{"model_type": "mamba", "num_hidden_layers": 1, "num_attention_heads": 1}"#, to: "other/config.json")
    model.folder.write("", to: "other/tokenizer.json")
    model.folder.write("", to: "other/model.safetensors")
    model.folder.link("hub/models--org--part/snapshots/1/config.json", to: model.folder["tiny/config.json"])
    model.folder.write(#"{"model_type": "bert"}"#, to: "broken/config.json")
    model.folder.write("", to: "broken/tokenizer.json")
    model.folder.write("", to: "broken/model.safetensors")
    let outcome = try program.run("models", "list")
    #expect(outcome.status == 0)
    let words = ownRows(outcome.text).map { $0.split(separator: " ").dropLast().joined(separator: " ") }
    #expect(
      words == [
        "broken bert 0 B does not open: model.safetensors: is empty; download it again",
        "half bert 2 3 0 B lacks tokenizer.json, model.safetensors", "other mamba 1 1 0 B family not supported",
        "tiny bert 2 3 72 237 kB ready",
        "org/part bert 2 3 0 B partly downloaded, lacks tokenizer.json, model.safetensors",
      ])
  }

  @Test func theListIsAlsoThereForPrograms() throws {
    let outcome = try program.run("models", "list", "--json")
    let own = try JSONValue(parsing: outcome.output).arrayValue?.first { $0["name"] == "tiny" }
    #expect(own?["folder"] == JSONValue(model.path))
    #expect(own?["bytes"] == 237_084)
    #expect(own?["supported"] == true)
    #expect(own?["complete"] == true)
    #expect(own?["source"] == "modelsFolder")
  }

  @Test func infoSaysWhatAModelIs() throws {
    let outcome = try program.run("models", "info", "tiny")
    #expect(outcome.status == 0)
    let lines = outcome.text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    for line in [
      "model tiny", "family bert", "layers 2", "heads 3 a layer, 6 in all", "hidden size 36", "head size 12",
      "feed-forward size 72", "vocabulary 873 embeddings, 873 tokens in the tokenizer", "longest input 72 positions",
      "token types 2", "parameters 55,692", "stored as F32, 237 kB", "folder \(model.path)",
      "weights model.safetensors",
      "ignored tensors bert.embeddings.position_ids", "cls.predictions.bias",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func infoIsAlsoThereForPrograms() throws {
    let value = try JSONValue(parsing: program.run("models", "info", "tiny", "--json").output)
    #expect(value["parameters"] == 55_692)
    #expect(value["family"] == "bert")
    #expect(value["weights_digest"]?.stringValue?.hasPrefix("sampled-fnv1a64:") == true)
    #expect(value["files"] == [JSONValue("\(model.path)/model.safetensors")])
  }

  @Test func aPartlyDownloadedModelSaysHowToGoOn() throws {
    model.folder.link("hub/models--org--part/snapshots/1/config.json", to: model.folder["tiny/config.json"])
    let outcome = try program.run("models", "info", "org/part")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "headscope: org/part is only partly downloaded (\(model.folder["hub/models--org--part/snapshots/1"]) lacks "
        + "tokenizer.json, model.safetensors): run `headscope models pull org/part`\n")
  }

  @Test func aNameIsEnough() throws {
    let outcome = try program.run("tokenize", "The cat", "--model", "tiny", "--json")
    #expect(outcome.status == 0)
  }
}
