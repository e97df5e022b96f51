import Support
import Testing

@Suite struct LinesTests {
  @Test(
    arguments: [
      ("", [], true), ("a", ["a"], false), ("a\n", ["a"], true), ("\n", [""], true), ("a\n\nb", ["a", "", "b"], false),
      ("a\r\nb\n\n", ["a\r", "b", ""], true),
    ])
  func bytesAreSplitAtLineFeeds(text: String, lines: [String], hasEnd: Bool) {
    let found = Lines(of: Array(text.utf8))
    #expect(found.lines.map { String(decoding: $0, as: UTF8.self) } == lines)
    #expect(found.hasEnd == hasEnd)
  }
}
