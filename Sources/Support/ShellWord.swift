/// A text as a word of a shell's command line: as it is where no shell takes any of it for anything else, and in single quotes
/// otherwise.
public func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "_./:@%+=,-".utf8.contains(byte)
    }
  }
  if isPlain, !text.isEmpty, !text.hasPrefix("-") { return text }
  return "'\(text.replacing("'", with: "'\\''"))'"
}
