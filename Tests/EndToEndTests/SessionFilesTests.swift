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
  }
}
