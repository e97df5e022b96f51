import ExplorerAppTestSupport
import TestSupport
import Testing

/// The commands on session files, as a person types them.
@Suite struct SessionsCommandTests {
  private let model = TinyModel()
  private let folder = TemporaryFolder()

  private static let lesson = """
    {"headscope-session":1,"title":"A lesson","model":{"name":"tiny"}}
    {"t":0,"action":"texts","texts":["The cat ran"]}
    {"after":1,"mark":"Padding"}
    {"after":1,"action":"pad","to":8}
    {"after":3,"action":"mask","mode":"none"}

    """

  private func run(_ command: String) throws -> Program.Outcome {
    try Program.shell(
      "headscope sessions " + command, in: folder.path,
      environment: ["HEADSCOPE_MODELS": model.folder.path, "HEADSCOPE_SESSIONS": folder.path])
  }

  @Test func guessesAreGraded() throws {
    folder.write(
      Self.lesson + """
        {"after":1,"question":"How much?","answer":{"number":0.5,"within":0.1}}
        {"after":1,"question":"Which?","answer":{"query":1,"key":2}}
        {"after":1,"question":"And now?","answer":{"number":1,"within":0}}

        """, to: "lesson.jsonl")
    folder.write(
      """
      {"headscope-session":1,"title":"Ada","model":{"name":"tiny"},"forked-from":{"session":"A lesson","t":1}}
      {"t":0,"guess":{"number":0.45},"of":"How much?"}
      {"t":1,"guess":{"query":1,"key":1},"of":"Which?"}
      {"t":2,"guess":{"query":1,"key":2},"of":"Which?"}

      """, to: "ada.jsonl")
    let table = try run("grade ada.jsonl")
    #expect(table.status == 0, "\(table)")
    let lines = table.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.first == ["student", "lesson", "right", "wrong", "missing"])
    #expect(lines.last == ["ada.jsonl", "A", "lesson", "1", "1", "1"])
    let json = try run("grade --json ada").text
    #expect(json.contains(#""right":1,"wrong":1,"missing":1"#) && json.contains(#""question":"And now?","guess":null"#))
    // Who does not say which lesson it was can be told.
    folder.write(Self.lesson, to: "other.jsonl")
    let refused = try run("grade other.jsonl ada.jsonl")
    #expect(refused.status == 1 && refused.errors.contains("does not say which lesson"), "\(refused)")
    #expect(refused.text.contains("ada.jsonl"))
    #expect(try run("grade other.jsonl --lesson lesson.jsonl").text.contains("0      0        3"))
  }

  @Test func aLessonIsWrittenCheckedAndChanged() throws {
    folder.write(Self.lesson, to: "lesson.jsonl")
    #expect(try run("check lesson.jsonl").text.contains("nothing to compare"))
    #expect(try run("edit lesson.jsonl --fingerprint").status == 0)
    let check = try run("check lesson")
    #expect(check.status == 0, "\(check)")
    #expect(check.text.contains("the same as recorded (3 actions, 3 fingerprints"))
    // The mask is on one second earlier, and everything else as it was.
    #expect(try run("edit lesson --idle 2 --mark 2=More --note 'More=Look\\nhere'").status == 0)
    let shown = try run("show lesson").text
    #expect(shown.contains("4.0  mask none") && shown.contains("2.0  mark: More"), "\(shown)")
    #expect(try run("check lesson").status == 0)
    #expect(try run("edit lesson --from Padding --to More -o part.jsonl").text == "part.jsonl\n")
    #expect(try run("show part").text.contains("1.0  mark: More"))
    #expect(try run("restore lesson").text.hasSuffix("/lesson-2.jsonl\n"))
  }

  /// A session whose model is not there, or that is none, says nothing about the others, and is not fine either.
  @Test func everySessionIsCheckedWhateverBecomesOfTheOthers() throws {
    folder.write(Self.lesson, to: "lesson.jsonl")
    #expect(try run("edit lesson.jsonl --fingerprint").status == 0)
    let names = #""name":"tiny""#
    let text = String(decoding: try contents(of: folder["lesson.jsonl"]), as: UTF8.self)
    folder.write(Self.lesson.replacing(names, with: #""name":"gone""#), to: "gone.jsonl")
    folder.write(text + #"{"after":1,"action":"loadModel","model":"gone"}"# + "\n", to: "switch.jsonl")
    let check = try run("check gone.jsonl lesson.jsonl nowhere.jsonl switch.jsonl")
    #expect(check.status == 1 && check.errors.isEmpty, "\(check)")
    #expect(check.text.contains("gone.jsonl: not checked: no model named 'gone'"), "\(check)")
    #expect(check.text.contains("lesson.jsonl: the same as recorded (3 actions"), "\(check)")
    #expect(check.text.contains("nowhere.jsonl: not checked: cannot open"), "\(check)")
    #expect(check.text.contains("switch.jsonl: the same as recorded, as far as it could be computed (4"), "\(check)")
    let single = try run("check gone.jsonl")
    #expect(single.status == 1 && single.text.isEmpty && single.errors.contains("no model named 'gone'"), "\(single)")
    #expect(try run("check lesson.jsonl switch.jsonl").status == 0)
  }

  @Test func aListIsSearchedRenamedAndDeleted() throws {
    folder.write(Self.lesson, to: "lesson.jsonl")
    let list = try run("list").text
    #expect(list.contains("lesson   A lesson  tiny") && list.contains("0:05        3      1"), "\(list)")
    #expect(try run("list --json").text.contains(#""marks":[{"t":1.0,"title":"Padding"}]"#))
    #expect(try run("list --search 'padding cat'").text.contains("A lesson"))
    #expect(try run("list --search zebra").text == "none of 1 sessions has these words\n")
    #expect(try run("rename lesson 'On padding'").status == 0)
    #expect(try run("list").text.contains("On padding"))
    #expect(try run("delete lesson").status == 0)
    #expect(try run("list").text.hasPrefix("no sessions in "))
    #expect(try run("list --deleted").text.contains("On padding"))
    #expect(try run("restore").status == 0)
    #expect(try run("list").text.contains("On padding"))
  }

  /// By their names, wherever one is; a session of one's own goes first.
  @Test func lessonsOfTheProgramAreFound() throws {
    #expect(try run("show 1-self-attention").text.contains("mark: A question for the class"))
    folder.write(Self.lesson, to: "1-self-attention.jsonl")
    #expect(try run("show 1-self-attention").text.contains("mark: Padding"))
  }

  @Test func mistakesAreNamedWithTheirLines() throws {
    folder.write(Self.lesson + #"{"after":1,"action":"msak","mode":"none"}"# + "\n", to: "wrong.jsonl")
    let check = try run("check wrong.jsonl")
    #expect(check.status == 1)
    #expect(check.text.contains(#"wrong.jsonl: line 6: there is no action "msak"; did you mean "mask"?"#))
    #expect(check.text.contains("1 mistake; nothing was computed"))
  }

  @Test(arguments: [
    ("edit lesson --mark nonsense", 64), ("edit lesson --speed 0", 64), ("edit lesson --remove Nothing", 1),
    ("edit lesson --from 4 --to 2", 1), ("edit none", 1), ("rename none x", 1), ("restore", 1),
    ("edit lesson --to Nowhere", 1), ("edit lesson -o lesson.jsonl", 1),
  ])
  func whatCannotBeDoneChangesNothing(command: String, status: Int32) throws {
    folder.write(Self.lesson, to: "lesson.jsonl")
    let outcome = try run(command)
    #expect(outcome.status == status)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try contents(of: folder["lesson.jsonl"]) == Array(Self.lesson.utf8))
    #expect(folder.list() == ["lesson.jsonl"])
  }
}
