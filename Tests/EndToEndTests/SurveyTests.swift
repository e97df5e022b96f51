import ExplorerAppTestSupport
import Glibc
import JSON
import TestSupport
import Testing

/// Surveys of a tiny encoder, made as people make them.
@Suite struct SurveyTests {
  private let model = TinyModel()
  private var folder: TemporaryFolder { model.folder }

  private static let words = ["the", "cat", "ran", "a", "dog", "saw", "it", "was", "in", "on", "and", "not"]

  /// Sentences with an identity each, of different lengths.
  private static func sentence(_ number: Int) -> String {
    let count = 2 + number * 7 % 11
    let text = (0..<count).map { words[(number * 5 + $0 * $0 * 3) % words.count] }.joined(separator: " ")
    return "{\"id\":\"s\(number)\",\"text\":\"\(text)\"}\n"
  }

  /// Commands that compute take the tiny encoder.
  private func command(_ arguments: [String]) -> [String] {
    let isShown = arguments.first == "show"
    return ["survey"] + arguments + (isShown ? [] : ["--model", model.path])
  }

  private func run(_ arguments: String..., input: String = "") throws -> Program.Outcome {
    try Program().run(command(arguments), input: Array(input.utf8))
  }

  private func survey(_ name: String, _ arguments: [String]) throws -> [UInt8] {
    let outcome = try Program().run(command(arguments) + ["-o", folder[name]])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try contents(of: folder[name])
  }

  /// The same sentences in parts: files, shards, lines that were mapped; merged in any order, they give the same bytes.
  @Test func partsGiveTheSameBytes() throws {
    let lines = (0..<90).map(Self.sentence)
    folder.write(lines.joined(), to: "all.jsonl")
    let whole = try survey("whole.survey", [folder["all.jsonl"], "--by", "length"])
    for count in [2, 7] {
      let shards = try (1...count).map { number in
        _ = try survey("\(number).survey", [folder["all.jsonl"], "--by", "length", "--shard", "\(number)/\(count)"])
        return folder["\(number).survey"]
      }
      #expect(try survey("merged.survey", ["merge"] + shards.reversed()) == whole)
    }
    var mapped = ""
    for part in 0..<3 {
      let input = lines.indices.filter { $0 % 3 == part }.map { lines[$0] }.joined()
      let outcome = try run("map", "--by", "length", input: input)
      #expect(outcome.status == 0, "\(outcome.errors)")
      mapped = outcome.text + mapped
    }
    folder.write(mapped, to: "mapped")
    #expect(try survey("merged.survey", ["merge", folder["mapped"]]) == whole)
    // Without the encoder, everything but the distances.
    let without = try survey("without.survey", ["merge", folder["mapped"], "--no-distances"])
    #expect(without == (try survey("short.survey", [folder["all.jsonl"], "--by", "length", "--no-distances"])))
    // Twice is an error.
    let twice = try run("merge", folder["whole.survey"], folder["mapped"], "-o", folder["twice"])
    #expect(twice.status == 1)
    #expect(twice.errors.hasPrefix("headscope: \(folder["mapped"]): the sentence 's"))
    #expect(twice.errors.hasSuffix("' is in more than one part\n"))
  }

  /// Killed at any moment and resumed, a survey is the same.
  @Test func killedSurveysGoOn() throws {
    folder.write((0..<6000).map(Self.sentence).joined(), to: "all.jsonl")
    let whole = try survey("whole.survey", [folder["all.jsonl"], "--no-distances"])
    let part = folder["again.survey.part"]
    let arguments = command([
      folder["all.jsonl"], "--no-distances", "--resume", "--save-every", "0", "-o", folder["again.survey"],
    ])
    var kills = 0
    for signal in [SIGKILL, SIGTERM, SIGKILL, SIGINT] {
      let before = Self.identity(of: part)
      let process = try Program().start(
        arguments.map { Array($0.utf8) },
        [
          ("/dev/null", O_RDONLY, STDIN_FILENO), ("/dev/null", O_WRONLY, STDOUT_FILENO),
          (folder["err"], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO),
        ])
      // Something was saved that was not there before, or it has come to its end.
      _ = comesTrue { Self.identity(of: part) != before || access(folder["again.survey"], F_OK) == 0 }
      kill(process, signal)
      if try Program.status(of: process) == 128 + signal { kills += 1 }
    }
    #expect(kills > 1)
    #expect(try survey("again.survey", [folder["all.jsonl"], "--no-distances", "--resume"]) == whole)
    #expect(access(part, F_OK) != 0)
  }

  /// Which file it is; nil where there is none.
  private static func identity(of path: String) -> UInt? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt(status.st_ino) : nil
  }

  /// What cannot be used is said with its line, counted, and in the file.
  @Test func badLinesAreCounted() throws {
    let long = (0..<200).map { _ in "the" }.joined(separator: " ")
    folder.write(
      Array("the cat ran\n\nthe dog\n".utf8) + [0xFF, 0x0A] + Array("\(long)\nthe cat ran\n".utf8), to: "bad.txt")
    let outcome = try run(folder["bad.txt"], "-o", folder["bad.survey"])
    #expect(outcome.status == 0)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count { $0.contains("line 2:") } == 1 && lines.count { $0.contains("line 4:") } == 1)
    #expect(lines.contains { $0.contains("line 5: it is cut to the 72 tokens that the encoder takes") })
    #expect(lines.contains("headscope: note: left out or changed: cut 1, empty 1, notUTF8 1"))
    let first = try #require(contents(of: folder["bad.survey"]).split(separator: UInt8(ascii: "\n")).first)
    let header = try JSONValue(parsing: first)
    #expect(header["sentences"]?.intValue == 4)
    #expect(header["problems"] == ["cut": 1, "empty": 1, "notUTF8": 1])
  }

  @Test(arguments: [
    (["nothing.txt"], "nothing.txt: cannot be opened: No such file or directory"),
    (["empty.txt"], "there is no sentence to compute: the corpus is empty"),
    (["merge", "text.txt"], "text.txt: it is no survey, and no part of one that 'headscope survey map' wrote"),
    (["show", "text.txt"], "text.txt: line 1: column 1"),
  ])
  func errorsAreOneLine(arguments: [String], expected: String) throws {
    folder.write("", to: "empty.txt")
    folder.write("the cat\n", to: "text.txt")
    let command = arguments.map { $0.contains(".") ? "'\($0)'" : $0 }.joined(separator: " ")
    let output = arguments[0] == "show" ? "" : "-o x.survey --model '\(model.path)'"
    let outcome = try Program.shell("headscope survey \(command) \(output)", in: folder.path)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("headscope: \(expected)"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(access(folder["x.survey"], F_OK) != 0)
  }

  /// A single sentence, two surveys on one file, and tables.
  @Test func oneSentenceIsEnough() throws {
    folder.write("the cat ran\n", to: "one.txt")
    _ = try survey("one.survey", [folder["one.txt"]])
    let table = try run("show", folder["one.survey"], "--sort", "previous")
    #expect(table.text.split(separator: "\n").count == 2 + 6)
    let csv = try run("show", folder["one.survey"], "--format", "csv").text.split(separator: "\n")
    #expect(csv.count == 1 + 6 * 15)
    #expect(csv[0].hasPrefix("group,layer,head,number,n,mean,low,high,deviation"))
    let json = try run("show", folder["one.survey"], "--format", "json").text.split(separator: "\n")
    for line in json { #expect(try JSONValue(parsing: String(line))["n"]?.intValue == 1) }
    folder.write("", to: "busy.survey.part")
    let stopped = try run(folder["one.txt"], "-o", folder["busy.survey"])
    #expect(stopped.status == 1 && stopped.errors.contains("add --resume to go on with it"))
    let descriptor = open(folder["busy.survey.part"], O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    let busy = try run(folder["one.txt"], "-o", folder["busy.survey"], "--resume")
    #expect(busy.status == 1 && busy.errors.contains("is in use: another survey is being made there"))
    close(descriptor)
  }
}
