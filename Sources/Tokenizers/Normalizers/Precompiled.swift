/// SentencePiece's normalization rules in the binary form in which its models carry them: a double-array trie of texts, each
/// with the place of what replaces it.
///
/// Source: the crate `spm_precompiled` and the normalizer `Precompiled` of Hugging Face's `tokenizers`.
struct Precompiled: Sendable {
  /// The units of the double-array trie (Darts).
  private let units: [UInt32]
  /// The replacements, each ended by a zero byte.
  private let replacements: [UInt8]
  /// Whether an ASCII character that stands alone is replaced.
  private let replacesASCII: [Bool]

  /// Why rules cannot be read.
  struct Failure: Error {
    let message: String
  }

  /// Reads the rules: the size of the trie in bytes, the trie, the replacements; all numbers little-endian.
  init(_ rules: [UInt8]) throws(Failure) {
    func number(at offset: Int) -> UInt32 {
      UInt32(rules[offset]) | UInt32(rules[offset + 1]) << 8 | UInt32(rules[offset + 2]) << 16
        | UInt32(rules[offset + 3]) << 24
    }
    guard rules.count >= 4 else { throw Failure(message: "it has \(rules.count) bytes, too few for a header") }
    let size = Int(number(at: 0)) / 4 * 4
    guard size > 0, rules.count - 4 >= size else {
      throw Failure(message: "its trie should have \(number(at: 0)) bytes, and \(rules.count - 4) are there")
    }
    units = stride(from: 4, to: 4 + size, by: 4).map(number)
    replacements = Array(rules[(4 + size)...])
    guard String(validating: replacements, as: UTF8.self) != nil else {
      throw Failure(message: "its replacements are not valid UTF-8")
    }
    var replacesASCII = [Bool](repeating: false, count: 128)
    let trie = units
    for code in 0..<128 {
      withUnsafeBytes(of: UInt8(code)) { byte in
        byte.withMemoryRebound(to: UInt8.self) { replacesASCII[code] = Self.shortestMatch(in: trie, of: $0) != nil }
      }
    }
    self.replacesASCII = replacesASCII
  }

  func normalize(_ text: inout NormalizedText) {
    text.transform { text in
      var writer = ReplacementWriter()
      let source = text.source
      var offset = 0
      while offset < source.count {
        if source[offset] < 0x80, offset + 1 == source.count || source[offset + 1] < 0x80,
          source[offset] != 0x0D, !replacesASCII[Int(source[offset])]
        {
          writer.keep(UInt32(source[offset]), length: 1, &text)
          offset += 1
          continue
        }
        let end = Graphemes.end(in: source, from: offset)
        // Longer clusters are never looked up as a whole.
        if end - offset < 6, let replacement = replacement(of: UnsafeBufferPointer(rebasing: source[offset..<end])) {
          writer.replace(source[offset..<end], with: replacement, &text)
        } else {
          var place = offset
          while place < end {
            let (scalar, length) = source.scalar(at: place)
            let character = source[place..<place + length]
            if let replacement = replacement(of: UnsafeBufferPointer(rebasing: character)) {
              writer.replace(character, with: replacement, &text)
            } else {
              writer.keep(scalar, length: length, &text)
            }
            place += length
          }
        }
        offset = end
      }
      writer.finish(&text)
    }
  }

  /// What replaces a text: the replacement of the shortest entry of the trie that the text starts with.
  private func replacement(of text: UnsafeBufferPointer<UInt8>) -> ArraySlice<UInt8>? {
    guard let start = Self.shortestMatch(in: units, of: text), start <= replacements.count else { return nil }
    let rest = replacements[start...]
    return rest.prefix { $0 != 0 }
  }

  /// The longest text that has a replacement where `offset` is, by its end, and the replacement: what SentencePiece itself takes.
  func longestMatch(in text: UnsafeBufferPointer<UInt8>, at offset: Int) -> (end: Int, replacement: ArraySlice<UInt8>)?
  {
    var match: (end: Int, start: Int)?
    var node = Self.offset(units[0])
    var place = offset
    while place < text.count, text[place] != 0 {
      node ^= Int(text[place])
      guard node < units.count, units[node] & (1 << 31 | 0xFF) == UInt32(text[place]) else { break }
      let unit = units[node]
      node ^= Self.offset(unit)
      place += 1
      if unit >> 8 & 1 == 1, node < units.count { match = (place, Int(units[node] & (1 << 31 - 1))) }
    }
    guard let match, match.start <= replacements.count else { return nil }
    return (match.end, replacements[match.start...].prefix { $0 != 0 })
  }

  private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }

  /// Follows the trie along a text up to the first value.
  private static func shortestMatch(in units: [UInt32], of text: UnsafeBufferPointer<UInt8>) -> Int? {
    var node = offset(units[0])
    for byte in text {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      let unit = units[node]
      // The label, with the bit that marks values.
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      node ^= offset(unit)
      if unit >> 8 & 1 == 1 { return node < units.count ? Int(units[node] & (1 << 31 - 1)) : nil }
    }
    return nil
  }
}

/// Writes replacements with the changes that Hugging Face's normalizer gives them.
///
/// Characters that are replaced by nothing are counted for the character before them. Where there is none, at the start of a
/// text, they are not counted at all, and all later places are wrong by as much: so it is in the library.
private struct ReplacementWriter {
  /// A new character that has been put last: what is removed after it changes how it is aligned.
  private var lastInserted: UInt32?

  mutating func keep(_ scalar: UInt32, length: Int, _ text: inout Transformation) {
    finish(&text)
    text.emit(scalar, change: 0)
  }

  mutating func replace(
    _ old: Slice<UnsafeBufferPointer<UInt8>>, with new: ArraySlice<UInt8>, _ text: inout Transformation
  ) {
    let oldCount = UnsafeBufferPointer(rebasing: old).scalarCount
    new.withUnsafeBufferPointer { new in
      let newCount = new.scalarCount
      if newCount == 0 {
        remove(oldCount, &text)
        return
      }
      finish(&text)
      var offset = 0
      for index in 0..<newCount {
        let (scalar, length) = new.scalar(at: offset)
        offset += length
        if index >= oldCount {
          finish(&text)
          lastInserted = scalar
        } else {
          text.emit(scalar, change: index == newCount - 1 ? min(0, newCount - oldCount) : 0)
        }
      }
    }
  }

  /// Puts what is still held back.
  mutating func finish(_ text: inout Transformation) {
    if let scalar = lastInserted { text.emit(scalar, change: 1) }
    lastInserted = nil
  }

  private mutating func remove(_ count: Int, _ text: inout Transformation) {
    if let scalar = lastInserted {
      // One change more and `count` less than that: it now replaces the first of the removed characters.
      text.put(scalar, text.take(change: 1 - count))
      lastInserted = nil
    } else if !text.bytes.isEmpty {
      text.skip(count)
    }
  }
}
