import Foundation
import Testing

@testable import Terminal

/// The request to put a text on the clipboard.
struct ClipboardTests {
  @Test(arguments: ["", "0", "0.3", "0.31", "query\tkey\n東京", String(repeating: "x", count: 1000)])
  func textsAreWrittenInBase64(text: String) throws {
    let request = try #require(Clipboard.request(for: text))
    let expected = "\u{1B}]52;c;" + Data(text.utf8).base64EncodedString() + "\u{07}"
    #expect(String(decoding: request, as: UTF8.self) == expected)
  }

  @Test func whatIsTooLongIsNotAskedFor() {
    #expect(Clipboard.request(for: String(repeating: "x", count: 80_000)) == nil)
  }
}
