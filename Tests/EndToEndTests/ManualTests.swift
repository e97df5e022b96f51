import JSON
import Support
import TestSupport
import Testing

@testable import headscope

/// Manual pages and completions, as `make install` and the packages have them.
@Suite struct ManualTests {
  private let prefix = TemporaryFolder()

  init() throws {
    let outcome = try Program.shell(
      "Scripts/manuals '\(Program.path)' '\(prefix.path)'", in: Fixtures.root, environment: ["SOURCE_DATE_EPOCH": "0"])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func text(_ file: String) -> String {
    String(decoding: Fixtures.bytes(prefix["share/\(file)"]), as: UTF8.self)
  }

  /// What roff shows of a page, roughly: without its escapes.
  private func page(_ name: String) -> String {
    var page = text("man/man1/\(name).1")
    for (escape, meaning) in [
      ("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\&", ""),
    ] {
      page.replace(escape, with: meaning)
    }
    return page.replacing(/\\\[u([0-9A-F]+)\]/) { match in
      UInt32(match.1, radix: 16).flatMap(Unicode.Scalar.init).map { String($0) } ?? "?"
    }
  }

  /// Calls a closure with every command that help shows, by its words, and what help knows of it.
  private func forEachCommand(
    _ command: JSONValue, _ words: [String] = ["headscope"], _ body: ([String], JSONValue) throws -> Void
  ) throws {
    try body(words, command)
    for sub in command["subcommands"]?.arrayValue ?? [] where sub["shouldDisplay"] != .bool(false) {
      guard let name = sub["commandName"]?.stringValue, name != "help" else { continue }
      try forEachCommand(sub, words + [name], body)
    }
  }

  @Test func everyCommandHasAPageThatSaysWhatItsHelpSays() throws {
    let dump = try JSONValue(parsing: Program().run("--experimental-dump-help").output)
    var pages: Set<String> = []
    try forEachCommand(try #require(dump["command"])) { words, command in
      let name = words.joined(separator: "-")
      pages.insert("\(name).1")
      let page = page(name)
      #expect(page.contains(".TH \"\(name.uppercased())\" \"1\" \"1970-01-01\" \"headscope \(programVersion)\""))
      #expect(page.contains(try #require(command["abstract"]?.stringValue)), "\(name)")
      for argument in command["arguments"]?.arrayValue ?? [] where argument["shouldDisplay"] != .bool(false) {
        for option in argument["names"]?.arrayValue ?? [] {
          let dashes = option["kind"] == "long" ? "--" : "-"
          let written = dashes + (try #require(option["name"]?.stringValue))
          #expect(page.split(separator: "\n").contains { $0.contains(written) }, "\(name) \(written)")
        }
        // Every line of what help says, as a line of the page or a part of one.
        let line = argument["abstract"]?.stringValue?.split(separator: "\n").first.map(String.init) ?? ""
        #expect(page.contains(line.hasSuffix(".") ? String(line.dropLast()) : line), "\(name): \(line)")
      }
    }
    #expect(Set(TemporaryFolder.names(in: prefix["share/man/man1"])) == pages)
  }

  @Test func thePageOfTheProgramNamesItsVariables() throws {
    let outcome = try Program.shell(
      #"grep -rhoE '"HEADSCOPE_[A-Z]+"' Sources | tr -d '"' | sort -u"#, in: Fixtures.root)
    let variables = outcome.text.split(separator: "\n").map(String.init)
    #expect(variables.contains("HEADSCOPE_MODELS"))
    for variable in variables { #expect(page("headscope").contains("\n\(variable)\n"), "\(variable)") }
  }

  @Test(arguments: [
    ("bash", "bash-completion/completions/headscope"), ("zsh", "zsh/site-functions/_headscope"),
    ("fish", "fish/vendor_completions.d/headscope.fish"),
  ])
  func completionsAreTheProgramsOwn(shell: String, file: String) throws {
    let own = try Program().run("--generate-completion-script", shell).text
    #expect(own.contains("export"))
    #expect(text(file) == own)
  }

  @Test func whatIsInstalledIsUninstalled() throws {
    let all = TemporaryFolder()
    all.write("mine", to: "share/headscope/models/mine/config.json")
    let install = try Program.shell(
      "Scripts/install '\(all.path)' '\(Program.path)' && '\(all["bin/headscope"])' --version", in: Fixtures.root)
    #expect(install.status == 0, "\(install.errors)")
    #expect(install.text.hasSuffix("\(programVersion)\n"))
    #expect(Files.isFile(all["share/headscope/sessions/1-self-attention.jsonl"]))
    #expect(Files.isFile(all["share/man/man1/headscope-export.1"]))
    let uninstall = try Program.shell("Scripts/uninstall '\(all.path)'; find '\(all.path)' -type f", in: Fixtures.root)
    #expect(uninstall.text == "removed \(all["bin/headscope"])\n\(all["share/headscope/models/mine/config.json"])\n")
  }
}
