import ExplorerAppTestSupport
import Glibc
import TestSupport
import Testing

/// A session carries no path. Where its model was named by one, it is found again by its weights.
@Suite struct ModelOfASessionTests {
  private let model = TinyModel()
  private let files = TemporaryFolder()

  private func program(home: String) -> Program { Program(environment: ["HOME": files[home]]) }

  /// A session with the numbers of the tiny model, which is named by its folder once.
  private func record() throws -> String {
    files.makeFolder("home")
    files.write(
      """
      {"headscope-session":1,"title":"Tiny","model":{"name":"tiny"}}
      {"t":1,"action":"texts","texts":["The cat ran"]}

      """, to: "session.jsonl")
    let path = files["session.jsonl"]
    let outcome = try program(home: "home").run("sessions", "edit", path, "--fingerprint", "--model", model.path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return path
  }

  @Test(arguments: [
    ["replay", "--check"], ["sessions", "check"], ["sessions", "export", "-o", "-", "--format", "txt"],
  ])
  func aModelThatWasNamedByItsFolderNeedsNotBeNamedAgain(command: [String]) throws {
    let path = try record()
    let found = try program(home: "home").run(command + [path])
    #expect(found.status == 0, "\(found.errors)")
    let elsewhere = try program(home: "another").run(command + [path])
    #expect(elsewhere.status == 1)
    #expect(elsewhere.errors.contains("no model named 'tiny'"), "\(elsewhere.errors)")
    #expect(!String(decoding: try contents(of: path), as: UTF8.self).contains(model.folder.path))
  }

  @Test func otherWeightsInTheFolderAreNotTaken() throws {
    let path = try record()
    var weights = try model.original("model.safetensors")
    weights[weights.count - 1] ^= 1
    #expect(unlink("\(model.path)/model.safetensors") == 0)
    model.folder.write(weights, to: "tiny/model.safetensors")
    let outcome = try program(home: "home").run("replay", "--check", path)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("no model named 'tiny'"), "\(outcome.errors)")
  }
}
