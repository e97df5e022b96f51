/// A word for a command line that is shown to be typed: quoted for the shell if it has to be.
///
/// Nothing in it is obeyed by a terminal: what is no plain character is written by its bytes (`$'\\033'`, which bash, ksh and zsh read).
public func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "_./:@%+=,-".utf8.contains(byte)
    }
  }
  if isPlain, !text.isEmpty, !text.hasPrefix("-") { return text }
  guard text.unicodeScalars.contains(where: { $0.controlPicture != nil || $0.isUnsafeToShow }) else {
    return "'\(text.replacing("'", with: "'\\''"))'"
  }
  var word = "$'"
  for scalar in text.unicodeScalars {
    if scalar == "'" || scalar == "\\" {
      word += "\\\(scalar)"
    } else if scalar.controlPicture != nil || scalar.isUnsafeToShow {
      for byte in String(scalar).utf8 {
        let digits = String(byte, radix: 8)
        word += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    } else {
      word.unicodeScalars.append(scalar)
    }
  }
  return word + "'"
}
