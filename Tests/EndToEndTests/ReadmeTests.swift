import Models
import Support
import TestSupport
import Testing

/// What the README shows is what the program does: every block marked `console` is run, command by command.
@Suite struct ReadmeTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let command: String
    /// What the README prints under it.
    let output: String

    var testDescription: String { command }
  }

  static let examples: [Example] = {
    guard let bytes = Files.read(Fixtures.root + "/README.md", limit: 1 << 20) else { return [] }
    var examples: [Example] = []
    var isInBlock = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInBlock = line == "```console"
      } else if isInBlock, line.hasPrefix("$ ") {
        examples.append(Example(command: String(line.dropFirst(2)), output: ""))
      } else if isInBlock, let last = examples.popLast() {
        examples.append(Example(command: last.command, output: last.output + line + "\n"))
      }
    }
    return examples
  }()

  @Test func thereAreExamples() { #expect(Self.examples.count >= 5) }

  @Test(arguments: examples)
  func theExampleIsTrue(example: Example) throws {
    let folder = TemporaryFolder()
    // With the model that `make model` fetches.
    let outcome = try Program.shell(
      example.command, in: folder.path, environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"])
    #expect(outcome.errors == "")
    #expect(Self.words(outcome.text) == Self.words(example.output))
  }

  /// The words of a text. Numbers with a fraction are rounded: processors differ in what comes after.
  private static func words(_ text: String) -> [String] {
    text.split { ", \n".contains($0) }.map { word in
      guard word.contains("."), let number = Double(word) else { return String(word) }
      return "\((number * 1000).rounded() / 1000)"
    }
  }
}
