import Testing

@testable import Explorer
@testable import ExplorerViews

@Suite struct TokenTextTests {
  @Test(
    "space marks become a light one, and what a terminal would act on becomes visible",
    arguments: [
      ("\u{120}cat", "␣cat", "_cat"), ("\u{2581}cat", "␣cat", "_cat"), ("a\u{2581}b", "a␣b", "a_b"),
      // A combining accent behind the mark; and a G with a dot of its own, which is no mark.
      ("\u{2581}\u{301}", "␣\u{301}", nil), ("G\u{307}", "G\u{307}", nil),
      ("a\u{1B}[2Jb", "a␛[2Jb", nil),
    ])
  func showsMarks(token: String, unicode: String, ascii: String?) {
    #expect(Array(TokenText.plain(token, glyphs: .unicode).unicodeScalars) == Array(unicode.unicodeScalars))
    if let ascii { #expect(TokenText.plain(token, glyphs: .ascii) == ascii) }
  }
}
