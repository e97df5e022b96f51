import CUTF8Proc

/// Extended grapheme clusters (UAX #29).
enum Graphemes {
  /// Where the cluster that starts at `start` ends.
  ///
  /// utf8proc does not know rule GB9c, which keeps the consonants of Indic conjuncts together; nothing that is shorter than
  /// six bytes depends on it, and longer clusters are not looked up.
  static func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var (scalar, length) = text.scalar(at: start)
    var previous = representative(of: scalar)
    var state: Int32 = 0
    var offset = start + length
    while offset < text.count {
      (scalar, length) = text.scalar(at: offset)
      let next = representative(of: scalar)
      if utf8proc_grapheme_break_stateful(previous, next, &state) { break }
      previous = next
      offset += length
    }
    return offset
  }

  /// A character that utf8proc treats as this one should be treated.
  private static func representative(of scalar: UInt32) -> Int32 {
    // No longer a prefix since Unicode 16.
    if scalar == 0x11A3A { return 0x61 }
    if scalar >= 0x897 {
      let kinds = CharacterClasses.shared[scalar]
      if kinds.contains(.extends) { return 0x301 }
      if kinds.contains(.precedes) { return 0x600 }
    }
    return Int32(bitPattern: scalar)
  }
}
