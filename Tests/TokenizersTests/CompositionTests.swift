import Testing

@testable import Tokenizers

/// Pairs of characters that are one, and pairs that only look as if they were.
@Suite struct CompositionTests {
  @Test func hangulTakesFinalConsonantsAndNothingElse() {
    #expect(Composition().compose(0x1105, 0x1174) == 0xB990)
    #expect(Composition().compose(0xB990, 0x11A8) == 0xB991)
    #expect(Composition().compose(0xB990, 0x11C2) == 0xB9AB)
    // The vowel before the first final consonant, and what comes after the last.
    #expect(Composition().compose(0xB990, 0x11A7) == nil)
    #expect(Composition().compose(0xB990, 0x11C3) == nil)
    #expect(Composition().compose(0xB991, 0x11A8) == nil)
  }
  /// A letter for the era of 2019, and one of 2021: Python has them, Hugging Face's tables do not.
  @Test(arguments: [("a\u{32FF}", "a令和"), ("\u{A7F3}x", "Fx"), ("e\u{301}か\u{3099}", "éが")])
  func pythonKnowsNewerCharacters(text: String, normalized: String) {
    var new = NormalizedText(original: Array(text.utf8))
    Normalizer.pythonUnicode(.nfkc).normalize(&new)
    #expect(String(decoding: new.bytes, as: UTF8.self) == normalized)
    var old = NormalizedText(original: Array(text.utf8))
    Normalizer.unicode(.nfkc).normalize(&old)
    #expect((old.bytes == new.bytes) == !text.unicodeScalars.contains { ["\u{32FF}", "\u{A7F3}"].contains($0) })
  }
}
