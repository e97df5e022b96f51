import Activations
import Encoders
import Glibc
import JSON
import TestSupport
import Testing

@testable import Training

@Suite struct ModelFolderTests {
  private let folder = TemporaryFolder()

  init() {
    folder.write("{}", to: "base/tokenizer.json")
    folder.write("a\n", to: "base/vocab.txt")
    folder.write("no part of a tokenizer", to: "base/README.md")
  }

  private func write(_ name: String, replaces: Bool = false, value: Float = 1) throws {
    var parameters = ParameterStore()
    parameters["classifier.bias"] = Tensor(shape: [2], [value, 2])
    try ModelFolder(folder[name], replaces: replaces).write(
      configuration: ["model_type": "bert"], parameters: parameters, tokenizerFrom: folder["base"],
      record: ["steps": 3])
  }

  private func error(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return "\(error)" }
  }

  @Test func aFolderHoldsTheModelAndItsTokenizer() throws {
    try write("deep/new/model///")
    #expect(
      TemporaryFolder.names(in: folder["deep/new/model"]).sorted()
        == ["config.json", "model.safetensors", "tokenizer.json", "training.json", "vocab.txt"])
    #expect(TemporaryFolder.names(in: folder["deep/new"]) == ["model"])
    #expect(try ParameterStore(folder: folder["deep/new/model"])["classifier.bias"]?.values() == [1, 2])
    #expect(try JSONValue(file: folder["deep/new/model/training.json"], limit: 1000)["steps"]?.intValue == 3)
  }

  @Test func whatIsThereIsReplacedOnlyWhereThatIsAskedFor() throws {
    try write("model")
    #expect(error { try write("model", value: 7) } == "\(folder["model"]): is there already; --force replaces it")
    #expect(try ParameterStore(folder: folder["model"])["classifier.bias"]?.values() == [1, 2])
    try write("model", replaces: true, value: 7)
    #expect(try ParameterStore(folder: folder["model"])["classifier.bias"]?.values() == [7, 2])
    #expect(folder.list() == ["base", "model"])
  }

  @Test func whatIsNoTrainedModelIsNeverReplaced() throws {
    folder.write("mine", to: "work/notes.txt")
    folder.write("mine", to: "file")
    #expect(
      error { try write("work", replaces: true) }
        == "\(folder["work"]): holds 'notes.txt', which is no part of a trained model: it is not replaced")
    #expect(error { try write("file", replaces: true) } == "\(folder["file"]): is there already, and is no folder")
    #expect(error { try write("file/model") }?.contains(": cannot be made: ") == true)
    #expect(folder.list() == ["base", "file", "work"])
  }

  @Test func whatCannotBeFinishedLeavesNothingAndWhatWasThereStays() throws {
    try write("model")
    // A tokenizer that cannot be read: a folder's name is no file's, and one that nobody may read is.
    folder.write([UInt8](repeating: 32, count: 10), to: "base/merges.txt")
    folder.remove("base/merges.txt")
    folder.link("base/merges.txt", to: "/proc/self/mem")
    #expect(error { try write("model", replaces: true, value: 7) } != nil)
    #expect(error { try write("other") } != nil)
    #expect(folder.list() == ["base", "model"])
    #expect(try ParameterStore(folder: folder["model"])["classifier.bias"]?.values() == [1, 2])
  }
}
