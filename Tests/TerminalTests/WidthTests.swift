import CNcurses
import Canvas
import Glibc
import Testing

@testable import Terminal

@Suite struct WidthTests {
  /// ncurses moves on by what `wcwidth` says. Where the canvas showed a character in another width, all that follows it in a
  /// row would stand in the wrong place.
  @Test func shownCharactersAreAsWideAsTheCLibrarySays() throws {
    try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil)
    var shown = 0
    var unknown = 0
    for value in UInt32(0x20)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = visible("x" + String(Character(scalar))).unicodeScalars.dropFirst()
      guard text.count == 1, text.first == scalar else { continue }
      shown += 1
      let width = Int(hs_width(value))
      if width != displayWidth(of: scalar) {
        Issue.record(
          "U+\(String(value, radix: 16, uppercase: true)): \(displayWidth(of: scalar)) columns, wcwidth \(width)")
        unknown += 1
        if unknown > 20 { break }
      }
    }
    // Unicode 14 has 144,697 characters, without private ones.
    #expect(shown > 140_000)
  }

  @Test(
    arguments: [("UTF-8", .utf8), ("utf8", .utf8), ("ANSI_X3.4-1968", .ascii), ("ISO-8859-1", .legacy)]
      as [(String, TextEncoding)])
  func encodings(codeset: String, encoding: TextEncoding) {
    #expect(TextEncoding(codeset: codeset) == encoding)
    #expect(encoding.glyphs == (encoding == .utf8 ? .unicode : .ascii))
  }

  @Test(arguments: [("\u{1B}[H", "\u{1B}[H"), ("\u{1B}[H$<5>x$<2*/>", "\u{1B}[Hx"), ("$<", ""), ("a$b<c", "a$b<c")])
  func delaysAreTakenOut(capability: String, expected: String) {
    #expect(TerminalModes.withoutPadding(capability) == expected)
  }
}
