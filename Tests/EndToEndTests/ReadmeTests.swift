import Models
import Support
import TestSupport
import Testing

/// What the README and the pages of the documentation show is what the program does: every block marked `console` is run, command
/// by command.
@Suite struct ReadmeTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let page: String
    let command: String
    /// What the page prints under it.
    let output: String

    var testDescription: String { "\(page): \(command)" }
  }

  /// The pages that are written, from the root of the checkout.
  static let pages: [String] =
    ["README.md", "CONTRIBUTING.md"]
    + Files.list(Fixtures.root + "/docs").filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }

  static let examples = pages.flatMap(examples)

  private static func examples(in page: String) -> [Example] {
    guard let bytes = Files.read("\(Fixtures.root)/\(page)", limit: 1 << 20) else { return [] }
    var examples: [Example] = []
    var isInBlock = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      // Blocks in lists are indented.
      let line = isInBlock || line.contains("```") ? line.drop { $0 == " " } : line
      if line.hasPrefix("```") {
        isInBlock = line == "```console"
      } else if isInBlock, line.hasPrefix("$ ") {
        examples.append(Example(page: page, command: String(line.dropFirst(2)), output: ""))
      } else if isInBlock, let last = examples.popLast() {
        examples.append(Example(page: page, command: last.command, output: last.output + line + "\n"))
      }
    }
    return examples
  }

  @Test func thereAreExamples() {
    #expect(Self.examples.count >= 15)
    #expect(Set(Self.examples.map(\.page)).count >= 6)
  }

  /// The lines that save attention for `headscope open` stand in both; `Tools/check_open` runs them.
  @Test func readmeAndPageSaveAttentionAlike() {
    func blocks(_ page: String) -> [String] {
      let text = String(decoding: Files.read("\(Fixtures.root)/\(page)", limit: 1 << 20) ?? [], as: UTF8.self)
      return text.split(separator: "```python\n").dropFirst().map { block in
        String(block.prefix { $0 != "`" })
      }.filter { $0.contains("save_file") }
    }
    #expect(blocks("README.md").count == 3 && blocks("README.md") == blocks("docs/open.md"))
  }

  @Test(arguments: examples)
  func theExampleIsTrue(example: Example) throws {
    let folder = TemporaryFolder()
    // With the model that `make model` fetches.
    let outcome = try Program.shell(
      example.command, in: folder.path,
      environment: [
        "HEADSCOPE_MODELS": Fixtures.root + "/models", "HOME": folder.path, "LANG": "C.UTF-8", "TERM": "xterm-256color",
      ])
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
