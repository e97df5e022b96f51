import Testing

@testable import Canvas

@Suite struct DisplayTextTests {
  @Test(arguments: [
    ("The cat ran", "The cat ran"),
    ("naïve Ünïcode ¡", "naïve Ünïcode ¡"),
    ("e\u{301} 漢字 🙂 ▀", "e\u{301} 漢字 🙂 ▀"),
    ("a\tb\r\nc\u{0}\u{1B}[31m\u{7F}", "a␉b␍␊c␀␛[31m␡"),
    ("\u{85}\u{9B}", "<U+0085><U+009B>"),
    ("soft\u{AD}hyphen", "soft<U+00AD>hyphen"),
    ("\u{202E}abc\u{2066}", "<U+202E>abc<U+2066>"),
    ("👩\u{200D}👧", "👩<U+200D>👧"),
    ("❤\u{FE0F}!", "❤!"),
    ("\u{FE0F}!", "<U+FE0F>!"),
    ("\u{301}x", "\u{25CC}\u{301}x"),
    ("\u{FEFF}\u{2028}\u{2029}", "<U+FEFF><U+2028><U+2029>"),
    ("\u{E000}\u{F0000}\u{10FFFD}", "<U+E000><U+F0000><U+10FFFD>"),
    ("\u{378}\u{FFFE}\u{10FFFF}", "<U+0378><U+FFFE><U+10FFFF>"),
    ("\u{3164}\u{115F}\u{34F}", "<U+3164><U+115F><U+034F>"),
    ("\u{1FAE8}", "<U+1FAE8>"),
    ("\u{FFFD}", "\u{FFFD}"),
  ]) func everythingIsVisible(text: String, expected: String) {
    // Compared by code points: Swift's strings would take some for the same that are not.
    #expect(Array(visible(text).unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [
    ("The cat", 7, "The cat"), ("The cat", 6, "The c…"), ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"),
    ("漢字漢字", 6, "漢字…"), ("a\n\u{202E}b", 8, "a␊<U+20…"), ("ab", 1, "…"), ("ab", 0, ""), ("", 0, ""), ("ab", -1, ""),
    ("e\u{301}e\u{301}e", 3, "e\u{301}e\u{301}e"), ("e\u{301}e\u{301}e", 2, "e\u{301}…"),
  ]) func longTextIsCutToItsColumns(text: String, columns: Int, expected: String) {
    #expect(Array(clipped(text, to: columns, ellipsis: "…").unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test func marksWithoutEndAreCut() {
    let cut = clipped("e" + String(repeating: "\u{301}", count: 100_000), to: 10, ellipsis: "...")
    #expect(cut.unicodeScalars.count <= 83 && cut.hasSuffix("..."))
  }

  @Test(arguments: [
    ("The cat ran", "The cat ran"),
    ("“It’s” – 1…2", "\"It's\" - 1...2"),
    ("▁the → ≤ 3×4·5", "_the -> <= 3x4.5"),
    ("café", "caf<U+00E9>"),
    ("e\u{301}", "e<U+0301>"),
    ("a\nb\u{7F}", "a<U+000A>b<U+007F>"),
    ("漢🙂", "<U+6F22><U+1F642>"),
    ("❤\u{FE0F}", "<U+2764>"),
  ]) func plainASCII(text: String, expected: String) {
    #expect(visible(text, glyphs: .ascii) == expected)
    #expect(displayWidth(of: text, glyphs: .ascii) == expected.utf8.count)
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("🙂", 2), ("한\u{1112}\u{1161}\u{11AB}", 4), ("\n", 1),
    ("\u{200B}", 8),
  ])
  func widths(text: String, columns: Int) {
    #expect(displayWidth(of: text) == columns)
  }

  @Test func everyCodePointIsSafe() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let display = CharacterDisplay(scalar)
      if case .shown(let columns) = display {
        guard columns == 1 || columns == 2, !scalar.properties.isDefaultIgnorableCodePoint else {
          Issue.record("U+\(String(value, radix: 16)) is shown in \(columns) columns")
          continue
        }
      }
      if display == .combining, scalar.properties.generalCategory == .format { Issue.record("U+\(value) combines") }
      for glyphs in GlyphSet.allCases where display == .number || glyphs == .ascii || scalar.value < 0x300 {
        let once = visible(String(Character(scalar)), glyphs: glyphs)
        if once != visible(once, glyphs: glyphs) { Issue.record("U+\(value) does not stay as it is shown") }
        if glyphs == .ascii, !once.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
          Issue.record("U+\(value) is not ASCII")
        }
      }
    }
  }
}
