import Encoders
import JSON
import Sessions
import Support
import TestSupport
import Testing

@testable import headscope

/// What pages list is what there is.
@Suite struct DocumentationTests {
  private func page(_ name: String) throws -> String {
    let bytes = Fixtures.bytes(atRootPath: name)
    try #require(!bytes.isEmpty, "\(name) is not there")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func theReadmeIsShort() throws {
    let text = try page("README.md")
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    // What README shows first is loaded by everybody who comes along.
    for theme in ["dark", "light"] {
      let name = "docs/pictures/first-minute-\(theme).svg"
      #expect(text.contains(name))
      #expect(try page(name).utf8.count <= 400_000)
      #expect(try page(name).contains("@keyframes"))
    }
  }

  /// The pictures that pages show are there, and so are the pages and files they lead to.
  @Test(arguments: ReadmeTests.pages) func whatAPageLeadsToIsThere(name: String) throws {
    let folder = Files.parent(of: name)
    for match in try page(name).matches(of: #/\]\(([^)#:\s]+)(?:#[^)]*)?\)/#) {
      let path = Files.join(folder, String(match.1))
      #expect(Files.exists("\(Fixtures.root)/\(path)"), "\(name) leads to \(match.1)")
    }
  }

  @Test func everyFamilyIsInTheTable() throws {
    let text = try page("docs/models.md")
    let start = try #require(text.firstRange(of: "| family | what it adds | `model_type` |"))
    let rest = text[start.upperBound...]
    let table = rest[..<(rest.firstRange(of: "\n\n")?.lowerBound ?? rest.endIndex)]
    let listed = table.split(separator: "\n").flatMap { row in
      (row.split(separator: "|").last ?? "").matches(of: #/`([^`]+)`/#).map { String($0.1) }
    }
    #expect(Set(listed) == Set(supportedFamilies))
    #expect(listed.count == Set(listed).count)
  }

  /// With their titles, how many questions they ask, and how long they take.
  @Test func everySessionIsInTheTable() throws {
    let text = try page("docs/lessons.md")
    let names = Files.list(Fixtures.root + "/sessions").filter { $0.hasSuffix(".jsonl") }
    #expect(names.count >= 30)
    for name in names {
      let session = try SessionFile.read("\(Fixtures.root)/sessions/\(name)")
      let row = try #require(
        text.split(separator: "\n").first { $0.hasPrefix("| `\(name.dropLast(6))` |") }, "\(name) is not in the table")
      #expect(row.contains("| \(session.header.title) |"), "\(row)")
      let seconds = try #require(Int(saturating: session.duration))
      #expect(row.hasSuffix(" | \(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60) |"), "\(row) \(seconds)")
    }
    #expect(text.matches(of: #/\n\| `/#).count == names.count)
  }

  /// Every command, but for the benchmarks.
  @Test func everyCommandIsNamed() throws {
    let help = try JSONValue(parsing: try Program().run("--experimental-dump-help").output)
    func leaves(_ command: JSONValue, _ path: [String]) -> [[String]] {
      let children = command["subcommands"]?.arrayValue ?? []
      if children.isEmpty { return [path] }
      return children.flatMap { leaves($0, path + [$0["commandName"]?.stringValue ?? ""]) }
    }
    let text = try page("docs/command-line.md")
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("headscope ") }
    for path in leaves(try #require(help["command"]), []) where !["help", "bench"].contains(path.first) {
      let command = path.first ?? ""
      let isNamed = lines.contains { line in
        line.contains(command) && path.dropFirst().allSatisfy { line.contains($0) }
      }
      #expect(isNamed, "\(path)")
    }
  }

  @Test func theVersionToCiteIsThisOne() throws {
    #expect(try page("CITATION.cff").contains("\nversion: \(programVersion)\n"))
  }
}
