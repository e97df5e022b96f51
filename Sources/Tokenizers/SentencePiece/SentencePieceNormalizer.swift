/// How SentencePiece itself normalizes a text: rules, then spaces, which it also shows as `▁`.
///
/// Source: `Normalizer::Normalize` of google/sentencepiece. Hugging Face's `tokenizers` does it otherwise (`Precompiled`).
struct SentencePieceNormalizer: Sendable {
  private let rules: Precompiled?
  /// Pieces that are asked for are left as they are.
  private let kept: ByteTrie
  private let addsDummyPrefix: Bool
  private let removesExtraWhitespace: Bool
  private let space: UInt32
  /// What every text is given in front, before anything is done to it.
  var prefix: [UInt8] = []

  init(_ file: SentencePieceFile) {
    rules = file.rules
    var kept = ByteTrie(reserving: 16)
    for var piece in file.pieces where piece.kind == .userDefined { piece.text.withUTF8 { kept.insert($0, value: 0) } }
    self.kept = kept
    addsDummyPrefix = file.addsDummyPrefix
    removesExtraWhitespace = file.removesExtraWhitespace
    space = file.escapesWhitespace ? 0x2581 : 0x20
  }

  /// A character of the result, and the part of the source that it comes from.
  private struct Item {
    var scalar: UInt32
    var source: Range<Int>
  }

  func normalize(_ text: inout NormalizedText) {
    text.transform { text in
      for item in items(of: text.source) {
        text.drop(upTo: item.source.lowerBound)
        text.emit(item.scalar, change: text.offset < item.source.upperBound ? 0 : 1)
      }
      text.drop(upTo: text.source.count)
    }
  }

  private func items(of source: UnsafeBufferPointer<UInt8>) -> [Item] {
    let prefixCount = prefix.count
    let all = prefix + source
    var items: [Item] = []
    items.reserveCapacity(source.count + 1)
    all.withUnsafeBufferPointer { text in
      var offset = 0
      if removesExtraWhitespace {
        while offset < text.count, case let (replacement, end) = step(text, at: offset),
          replacement.elementsEqual([0x20])
        {
          offset = end
        }
      }
      if offset == text.count { return }
      func place(_ start: Int, _ end: Int) -> Range<Int> { max(0, start - prefixCount)..<max(0, end - prefixCount) }
      if addsDummyPrefix { items.append(Item(scalar: space, source: place(offset, offset))) }
      var followsSpace = removesExtraWhitespace
      while offset < text.count {
        let (replacement, end) = step(text, at: offset)
        var rest = replacement[...]
        while followsSpace, rest.first == 0x20 { rest.removeFirst() }
        if let last = rest.last {
          Array(rest).withUnsafeBufferPointer { rest in
            var index = 0
            while index < rest.count {
              let (scalar, length) = rest.scalar(at: index)
              items.append(Item(scalar: scalar == 0x20 ? space : scalar, source: place(offset, end)))
              index += length
            }
          }
          followsSpace = last == 0x20
        }
        if !removesExtraWhitespace { followsSpace = false }
        offset = end
      }
    }
    if removesExtraWhitespace { while items.last?.scalar == space { items.removeLast() } }
    return items
  }

  /// What the next part of a text becomes, and where that part ends.
  private func step(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> (replacement: [UInt8], end: Int) {
    var keptEnd: Int?
    kept.forEachMatch(in: text, at: offset) { end, _ in keptEnd = end }
    if let keptEnd { return (Array(text[offset..<keptEnd]), keptEnd) }
    if let rules, let (end, replacement) = rules.longestMatch(in: text, at: offset) { return (Array(replacement), end) }
    let end = offset + utf8Length(ofFirstByte: text[offset])
    return (Array(text[offset..<end]), end)
  }
}

/// What SigLIP does to a text before SentencePiece sees it: small letters, no punctuation, single spaces.
///
/// Source: `SiglipTokenizer.canonicalize_text` of `transformers`, which follows big_vision.
struct SiglipText: Sendable {
  let lowercases: Bool

  func normalize(_ text: inout NormalizedText) {
    if lowercases { text.transform(lowercase) }
    text.transform { text in
      let source = text.source
      var offset = 0
      while offset < source.count {
        switch source[offset] {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E:
          text.keep(upTo: offset)
          text.drop(upTo: offset + 1)
        default: break
        }
        offset += 1
      }
      text.keep(upTo: source.count)
    }
    text.transform { text in
      let source = text.source
      var offset = 0
      while offset < source.count {
        let (scalar, length) = source.scalar(at: offset)
        guard PythonSpaces.contains(scalar) else {
          offset += length
          continue
        }
        text.keep(upTo: offset)
        var end = offset + length
        while end < source.count, case let (next, length) = source.scalar(at: end), PythonSpaces.contains(next) {
          end += length
        }
        if offset > 0, end < source.count { text.emit(0x20, change: 0) }
        text.drop(upTo: end)
        offset = end
      }
      text.keep(upTo: source.count)
    }
  }

  /// Small letters as Python makes them, where a sigma that ends a word looks different.
  private func lowercase(_ text: inout Transformation) {
    let source = text.source
    while text.offset < source.count {
      let end = source.endOfASCII(in: text.offset..<source.count)
      text.lowercaseASCII(upTo: end)
      guard end < source.count else { return }
      let (scalar, length) = source.scalar(at: end)
      if scalar == 0x3A3 {
        text.emit(endsWord(source, end, length) ? 0x3C2 : 0x3C3, change: 0)
        continue
      }
      var change = 0
      CaseMapping.lowercase(scalar) {
        text.emit($0, change: change)
        change = 1
      }
    }
  }

  private func endsWord(_ text: UnsafeBufferPointer<UInt8>, _ offset: Int, _ length: Int) -> Bool {
    func properties(_ scalar: UInt32) -> Unicode.Scalar.Properties? { Unicode.Scalar(scalar)?.properties }
    var start = offset
    var isPreceded = false
    while start > 0 {
      let (scalar, length) = text.scalar(before: start)
      start -= length
      if properties(scalar)?.isCaseIgnorable == true { continue }
      isPreceded = properties(scalar)?.isCased == true
      break
    }
    guard isPreceded else { return false }
    var end = offset + length
    while end < text.count {
      let (scalar, length) = text.scalar(at: end)
      end += length
      if properties(scalar)?.isCaseIgnorable == true { continue }
      return properties(scalar)?.isCased != true
    }
    return true
  }
}

/// What Python calls white space: some control characters more than Unicode does.
enum PythonSpaces {
  static func contains(_ scalar: UInt32) -> Bool {
    0x1C...0x1F ~= scalar || CharacterClasses.shared[scalar].contains(.whitespace)
  }

  /// Splits at white space, which is left out.
  static func split(_ piece: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    var start = 0
    var offset = 0
    while offset < piece.count {
      let (scalar, length) = piece.scalar(at: offset)
      if contains(scalar) {
        parts.add(start..<offset)
        start = offset + length
      }
      offset += length
    }
    parts.add(start..<offset)
  }
}
