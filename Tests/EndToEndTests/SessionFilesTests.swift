import Foundation
import TestSupport
import Testing

/// The sessions that come with the program are true: computed anew, they give the numbers that stand in them.
@Suite struct SessionFilesTests {
  private static let folder = Fixtures.root + "/sessions"

  static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".jsonl") }.sorted()
  }()

  @Test func thereIsOneOfTheLecturesSentenceUnderAllMasks() { #expect(Self.files.contains("four-masks.jsonl")) }

  @Test(arguments: files)
  func theSessionIsComputedAgainAsItWasRecorded(name: String) throws {
    let program = Program(environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"])
    let outcome = try program.run("replay", "--check", "\(Self.folder)/\(name)")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("the same as recorded"), "\(outcome.text)")
    #expect(!outcome.text.contains("note:"), "\(outcome.text)")
    #expect(!outcome.text.contains("nothing to compare"), "\(outcome.text)")
    if isLesson(name) {
      #expect(outcome.text.contains("in words") && !outcome.text.contains("number that nothing computes"))
      #expect(!outcome.text.contains("numbers that nothing computes"), "\(outcome.text)")
    }
  }

  /// Lessons have a number in the order of the lecture.
  private func isLesson(_ name: String) -> Bool { name.first?.isNumber == true }

  /// Whoever changes a number or an answer of a lesson is told.
  @Test func aNumberOrAnAnswerThatWasChangedIsFound() throws {
    let lesson = try String(contentsOfFile: "\(Self.folder)/2-normalization.jsonl", encoding: .utf8)
    let folder = TemporaryFolder()
    let program = Program(environment: ["HEADSCOPE_MODELS": Fixtures.root + "/models"])
    for (from, to, words) in [
      ("{0.49 = p ", "{0.48 = p ", "a note says 0.48, computed is 0.4879"),
      ("\"number\":0.99", "\"number\":0.95", "the answer is given as 0.95, computed is 0.99"),
    ] {
      #expect(lesson.contains(from))
      folder.write(lesson.replacing(from, with: to), to: "changed.jsonl")
      let outcome = try program.run("sessions", "check", folder["changed.jsonl"])
      #expect(outcome.status == 1 && outcome.text.contains(words), "\(outcome.text)")
    }
  }
}
