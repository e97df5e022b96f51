/// Byte-level writing read back, after `bytes_to_unicode` in `encoder.py` of openai/gpt-2.
public enum ByteLevelText {
  /// The byte that a character stands for; nil for one that stands for none.
  public static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: UInt8(truncatingIfNeeded: scalar.value)
    case 0x100...0x120: UInt8(truncatingIfNeeded: scalar.value - 0x100)
    case 0x121...0x142: UInt8(truncatingIfNeeded: scalar.value - 0x121 + 0x7F)
    case 0x143: 0xAD
    default: nil
    }
  }

  private static let subscripts: [Unicode.Scalar] = ["\u{2081}", "\u{2082}", "\u{2083}", "\u{2084}"]

  static func spelled(_ tokens: [String]) -> [String] {
    if tokens.allSatisfy({ $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } }) { return tokens }
    var results = tokens
    // Bytes of tokens that follow one another; those that are no bytes stay as they are, and end a run.
    var run: [(token: Int, bytes: [UInt8])] = []
    func finish() {
      if !run.isEmpty { spell(run, into: &results) }
      run.removeAll()
    }
    for (index, token) in tokens.enumerated() {
      var bytes: [UInt8] = []
      let isWhole = token.unicodeScalars.allSatisfy { scalar in
        guard let byte = byte(scalar) else { return false }
        bytes.append(byte)
        return true
      }
      if isWhole { run.append((index, bytes)) } else { finish() }
    }
    finish()
    return results
  }

  private static func spell(_ run: [(token: Int, bytes: [UInt8])], into results: inout [String]) {
    let bytes = run.flatMap(\.bytes)
    // Which token of the run each byte is in.
    let owners = run.indices.flatMap { place in run[place].bytes.map { _ in place } }
    var texts = run.map { _ in String.UnicodeScalarView() }
    var start = 0
    while start < bytes.count {
      let (scalar, length) = character(of: bytes, at: start)
      let end = start + length
      if bytes[start] == 0x20 {
        texts[owners[start]].append("\u{120}")
      } else {
        let (first, last) = (owners[start], owners[end - 1])
        for (number, owner) in (first...last).enumerated() {
          texts[owner].append(scalar)
          if first < last { texts[owner].append(subscripts[min(number, subscripts.count - 1)]) }
        }
      }
      start = end
    }
    for (place, text) in texts.enumerated() { results[run[place].token] = String(text) }
  }

  /// The character that begins at a byte, and how many bytes it has; the replacement character for a byte that belongs to none.
  private static func character(of bytes: [UInt8], at start: Int) -> (Unicode.Scalar, Int) {
    let first = bytes[start]
    let length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    guard length > 0, start + length <= bytes.count else { return ("\u{FFFD}", 1) }
    var decoder = UTF8()
    var iterator = bytes[start..<start + length].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return ("\u{FFFD}", 1) }
    return (scalar, length)
  }
}
