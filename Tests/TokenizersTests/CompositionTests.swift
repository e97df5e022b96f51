import Testing

@testable import Tokenizers

/// Pairs of characters that are one, and pairs that only look as if they were.
@Suite struct CompositionTests {
  @Test func hangulTakesFinalConsonantsAndNothingElse() {
    #expect(Composition.compose(0x1105, 0x1174) == 0xB990)
    #expect(Composition.compose(0xB990, 0x11A8) == 0xB991)
    #expect(Composition.compose(0xB990, 0x11C2) == 0xB9AB)
    // The vowel before the first final consonant, and what comes after the last.
    #expect(Composition.compose(0xB990, 0x11A7) == nil)
    #expect(Composition.compose(0xB990, 0x11C3) == nil)
    #expect(Composition.compose(0xB991, 0x11A8) == nil)
  }
}
