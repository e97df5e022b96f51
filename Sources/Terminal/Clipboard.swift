import Support

/// The request to a terminal to put a text on the clipboard: `OSC 52 ; c ; BASE64 BEL`, as xterm has it. Terminals may refuse, and do not
/// say so.
enum Clipboard {
  /// Longer texts are refused by many terminals, and cut by some.
  private static let mostBytes = 74_000

  /// Nil for a text that is too long.
  static func request(for text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count <= mostBytes else { return nil }
    return Array("\u{1B}]52;c;".utf8) + Base64.encode(bytes) + [0x07]
  }
}
