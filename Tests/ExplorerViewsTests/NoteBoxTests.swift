import Canvas
import TestSupport
import Testing

@testable import Explorer
@testable import ExplorerViews

@Suite struct NoteBoxTests {
  /// What breaking is, without regard to how long it takes.
  private func broken(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in visible(String(paragraph)).split(separator: " ", omittingEmptySubsequences: false) {
        if !line.isEmpty, displayWidth(of: line + " " + word) > columns {
          lines.append(line)
          line = ""
        }
        line += line.isEmpty ? String(word) : " " + word
        while displayWidth(of: line) > columns, line.count > columns {
          lines.append(String(line.prefix(columns)))
          line = String(line.dropFirst(columns))
        }
      }
      lines.append(line)
    }
    return lines
  }

  @Test func notesAreBrokenBetweenWordsAndLongWordsWhereTheyMustBe() {
    var random = SeededGenerator(seed: 13)
    let letters = Array("aab      \n漢é\u{301}\u{202E}🙂-")
    for _ in 0..<300 {
      let text = String(
        (0..<Int.random(in: 0...150, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
      for columns in [1, 5, 12, 36] {
        #expect(NoteBox.wrapped(text, columns: columns) == broken(text, columns: columns))
      }
    }
  }

  /// If every piece looked at all that follows, this would take minutes.
  @Test func aVeryLongWordIsBrokenPieceByPiece() {
    let lines = NoteBox.wrapped(String(repeating: "a", count: 400_000), columns: 40)
    #expect(lines.count == 10_000 && lines.allSatisfy { $0.count == 40 })
  }
}
