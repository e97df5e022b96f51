import ExplorerAppTestSupport
import JSON
import TestSupport
import Testing

@testable import Explorer

/// Pictures of the screen, made without a terminal.
@Suite struct PictureTests {
  let model = TinyModel()
  let program = Program()

  private func export(_ arguments: [String], to name: String) throws -> String {
    let path = model.folder[name]
    let outcome = try program.run(arguments + ["-o", path])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    return String(decoding: try contents(of: path), as: UTF8.self)
  }

  private func picture(_ arguments: String..., to name: String) throws -> String {
    try export(["export", "--model", model.path, "The cat ran."] + arguments, to: name)
  }

  @Test(arguments: ViewID.allCases) func everyViewHasAPicture(view: ViewID) throws {
    let text = try picture("--view", view.rawValue, "--size", "100x30", to: "x.txt")
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.count == 31 && rows[30] == "")
    #expect(text.contains("layer 0 head 0") && text.contains("tokens "))
  }

  @Test func everyFormatIsWritten() throws {
    let svg = try picture("--view", "head", "--theme", "light", to: "x.svg")
    #expect(svg.hasPrefix("<?xml") && svg.contains("fill=\"#ffffff\"") && svg.contains("</svg>"))
    #expect(try picture("--view", "head", to: "x.html").hasPrefix("<!DOCTYPE html>"))
    #expect(try picture("--view", "head", to: "x.ansi").contains("48;2;"))
    #expect(try picture("--view", "head", "--depth", "256", to: "x.ansi").contains("48;5;"))
    #expect(try !picture("--view", "head", "--depth", "none", to: "x.ansi").contains("8;"))
  }

  @Test func anyPictureCanBeAddressed() throws {
    let text = try picture(
      "--view", "head", "--layer", "1", "--head", "2", "--query", "3", "--key", "1", "--pad-to", "9", "--mask", "full",
      to: "x.txt")
    #expect(text.contains("layer 1 head 2") && text.contains("mask full") && text.contains("pad 9"))
    #expect(text.contains("(3)") && text.contains("(1)"))
    // The same by pressing keys, and with the prompt open.
    let pressed = try picture("--view", "grid", "--keys", "J L L Enter Down Down Down Right p m m", to: "x.txt")
    #expect(pressed.contains("layer 1 head 2") && pressed.contains("mask full") && pressed.contains("(3)"))
    #expect(try picture("--view", "grid", "--keys", "i End Space n o w", to: "x.txt").contains("The cat ran. now"))
    #expect(try !picture("--view", "head", "--bare", to: "x.txt").contains("layer"))
  }

  @Test func whatCannotBeMeantIsSaidInOneLine() throws {
    let usage = [
      ["-o", "x.svg"], ["-o", "x.npz", "--view", "grid"], ["-o", "x.npz", "--layer", "1"],
      ["-o", "x.gif", "--view", "grid"],
      ["-o", "x.svg", "--view", "grid", "--size", "0x4"], ["-o", "x.svg", "--view", "nothing"],
    ]
    let failures = [
      ["--layer", "2"], ["--head", "3"], ["--query", "99"], ["--colors", "pink"], ["--keys", "Nonsense"],
      ["--keys", "q"], ["--keys", "Ctrl-R"],
    ]
    for (arguments, status) in usage.map({ ($0, Int32(64)) })
      + failures.map({ (["--view", "head", "-o", model.folder["no.svg"]] + $0, Int32(1)) })
    {
      let outcome = try program.run(["export", "--model", model.path, "The cat"] + arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
    #expect(!model.folder.list().contains("no.svg"))
  }

  // MARK: Sessions

  private func session() -> String {
    model.folder.write(
      """
      {"headscope-session":1,"title":"A <lesson>","created":"2026-01-31T12:00:00Z","program":"0","model":{"name":"tiny"}}
      {"t":0,"action":"texts","texts":["The cat ran."]}
      {"t":1,"mark":"Start & go"}
      {"t":60,"action":"show","view":"head"}
      {"t":61,"note":"rows sum to 1"}
      {"t":62,"action":"mask","mode":"full"}

      """, to: "lesson.jsonl")
    return model.folder["lesson.jsonl"]
  }

  private func sessionExport(_ arguments: String..., to name: String) throws -> String {
    try export(
      ["sessions", "export", session(), "--model", model.path, "--size", "90x24"] + arguments, to: name)
  }

  @Test(arguments: [2, 3]) func aSessionBecomesARecording(version: Int) throws {
    let text = try sessionExport("--cast-version", "\(version)", to: "x.cast")
    let lines = try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(lines[0]["version"]?.intValue == version)
    #expect(lines[0]["title"]?.stringValue == "A <lesson>")
    #expect((version == 2 ? lines[0]["width"] : lines[0]["term"]?["cols"])?.intValue == 90)
    let marks = lines.dropFirst().compactMap(\.arrayValue).filter { $0[1].stringValue == "m" }
    #expect(marks.map { $0[2].stringValue } == ["Start & go"])
    #expect(text.contains("rows sum to 1"))
    // Waits can be shortened.
    let short = try sessionExport("--cast-version", "2", "--idle", "2", to: "x.cast")
    let header = try JSONValue(parsing: Array((short.split(separator: "\n").first ?? "").utf8))
    #expect(header["duration"]?.doubleValue == 5)
  }

  @Test func aSessionBecomesAPageAndPictures() throws {
    let page = try sessionExport(to: "x.html")
    #expect(page.contains("A &lt;lesson&gt;") && !page.contains("<lesson>"))
    #expect(page.contains("Start &amp; go</a>"))
    // Every picture is there twice: for the script, and for those who do without.
    let pictures = page.split(separator: "<script type=\"application/json\" class=\"data\">").count - 1
    #expect(pictures == 5)
    #expect(page.split(separator: "<noscript><section").count - 1 == pictures)
    // A row that looks alike is in it once, and a picture that has it refers to it.
    let rows = page.split(separator: "<g id=\"r").count - 1
    #expect(rows > 24 && rows < pictures * 24)
    #expect(page.split(separator: "<use href=\"#r").count - 1 == pictures * 24)
    // On paper it is a page of a hand-out, without keys.
    let sheet = page.split(separator: "<section class=\"sheet\"").dropFirst().first ?? ""
    #expect(sheet.contains("Start &amp; go") && sheet.contains("rows sum to 1") && sheet.contains("<svg"))
    #expect(!sheet.contains("quit") && !sheet.contains("Headscope"))
    #expect(try sessionExport(to: "x.txt").contains("mask full"))
    #expect(try sessionExport("--notes", "--at", "61", to: "x.txt").contains("│ rows sum to 1"))
    let early = try sessionExport("--at", "start", to: "x.txt")
    #expect(early.contains("mask keys") && early.contains("L0"))
    #expect(try sessionExport("--at", "60.5", to: "x.txt").contains("mask keys"))
    #expect(try sessionExport("--at", "Start & go", to: "x.svg").contains("A &lt;lesson&gt;"))
    let outcome = try program.run(
      ["sessions", "export", session(), "--model", model.path, "-o", model.folder["no.svg"], "--at", "Nowhere"])
    #expect(outcome.status == 1 && outcome.errors.contains("\"Start & go\""))
  }
}
