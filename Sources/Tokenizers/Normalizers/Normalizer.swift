/// Rewrites the text before it is split. Source: the normalizers of Hugging Face's `tokenizers`.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case bert(BertNormalizer)
  case unicode(NormalizationForm)
  /// As Python's `unicodedata` does it, which knows characters that are too new for Hugging Face's tables.
  case pythonUnicode(NormalizationForm)
  case lowercase
  case strip(left: Bool, right: Bool)
  case stripAccents
  case replace(Pattern, content: [UInt8])
  case prepend([UInt8])
  case nmt
  case precompiled(Precompiled)
  case byteLevel
  case sentencePiece(SentencePieceNormalizer)
  case siglip(SiglipText)

  func normalize(_ text: inout NormalizedText) {
    if text.count == 0 { return }
    switch self {
    case .sequence(let normalizers): for normalizer in normalizers { normalizer.normalize(&text) }
    case .bert(let normalizer): normalizer.normalize(&text)
    case .unicode(let form): form.normalize(&text)
    case .pythonUnicode(let form): form.normalize(&text, knowsNewCharacters: true)
    case .lowercase: text.transform { $0.lowercase() }
    case .strip(let left, let right): text.strip(left: left, right: right)
    case .stripAccents: text.filter { !$0.contains(.mark) }
    case .replace(let pattern, let content): text.replace(pattern, with: content)
    case .prepend(let string): text.transform { $0.prepend(string) }
    case .nmt: text.transform(Nmt.normalize)
    case .precompiled(let precompiled): precompiled.normalize(&text)
    case .byteLevel: text.transform { ByteLevel.writeBytes(of: 0..<$0.source.count, &$0) }
    case .sentencePiece(let normalizer): normalizer.normalize(&text)
    case .siglip(let normalizer): normalizer.normalize(&text)
    }
  }
}

extension NormalizedText {
  /// Leaves out every character outside ASCII that `keep` does not want, going by its class.
  mutating func filter(_ keep: (CharacterClass) -> Bool) {
    transform { text in
      let source = text.source
      var offset = source.endOfASCII(in: 0..<source.count)
      while offset < source.count {
        let (scalar, length) = source.scalar(at: offset)
        if !keep(CharacterClasses.shared[scalar]) {
          text.keep(upTo: offset)
          text.drop(upTo: offset + length)
        }
        offset = source.endOfASCII(in: offset + length..<source.count)
      }
      text.keep(upTo: source.count)
    }
  }

  /// Leaves out white space at the ends.
  mutating func strip(left: Bool, right: Bool) {
    var kept = 0..<count
    bytes.withUnsafeBufferPointer { bytes in
      func isSpace(_ scalar: UInt32) -> Bool { CharacterClasses.shared[scalar].contains(.whitespace) }
      var (start, end) = (0, bytes.count)
      while left, start < end, case (let scalar, let length) = bytes.scalar(at: start), isSpace(scalar) {
        start += length
      }
      while right, start < end, case (let scalar, let length) = bytes.scalar(before: end), isSpace(scalar) {
        end -= length
      }
      kept = start..<end
    }
    if kept == 0..<count { return }
    transform { text in
      text.drop(upTo: kept.lowerBound)
      text.keep(upTo: kept.upperBound)
      text.drop(upTo: text.source.count)
    }
  }

  /// Puts `content` in the place of every match.
  mutating func replace(_ pattern: Pattern, with content: [UInt8]) {
    transform { text in
      pattern.forEachMatch(in: text.source) { match in
        text.keep(upTo: match.lowerBound)
        text.drop(upTo: match.upperBound)
        text.insert(content)
      }
      text.keep(upTo: text.source.count)
    }
  }
}

extension Transformation {
  /// Puts new characters that belong to the one taken last.
  mutating func insert(_ string: [UInt8]) {
    string.withUnsafeBufferPointer { string in
      var place = 0
      while place < string.count {
        let (scalar, length) = string.scalar(at: place)
        emit(scalar, change: 1)
        place += length
      }
    }
  }

  /// Puts a string before the next character, whose place in the original text it shares, and keeps the rest.
  mutating func prepend(_ string: [UInt8]) {
    prepend(string, before: offset)
    keep(upTo: source.count)
  }

  /// Puts a string before the character at `place`, which is the next one, and that character.
  mutating func prepend(_ string: [UInt8], before place: Int) {
    let (next, length) = source.scalar(at: place)
    string.withUnsafeBufferPointer { string in
      var index = 0
      while index < string.count {
        let (scalar, length) = string.scalar(at: index)
        emit(scalar, change: index == 0 ? 0 : 1)
        index += length
      }
    }
    emit(next, change: 1)
    drop(upTo: place + length)
  }
}

extension NormalizationForm {
  /// Brings a text into this form.
  func normalize(_ text: inout NormalizedText, knowsNewCharacters: Bool = false) {
    text.transform { text in
      let source = text.source
      var decomposition = Decomposition(isCompatibility: isCompatibility, knowsNewCharacters: knowsNewCharacters)
      var composition = Composition(knowsNewCharacters: knowsNewCharacters)
      func emit(_ item: Decomposition.Item, _ text: inout Transformation) {
        if composes {
          composition.take(item) { text.emit($0.scalar, change: $0.change) }
        } else {
          text.emit(item.scalar, change: Int(item.change))
        }
      }
      func finish(_ text: inout Transformation) {
        decomposition.finish { emit($0, &text) }
        composition.finish { text.emit($0.scalar, change: $0.change) }
      }
      var offset = 0
      while offset < source.count {
        // ASCII characters are all starters and never change; only the last one before another character may compose.
        let end = source.endOfASCII(in: offset..<source.count)
        let keptEnd = end == source.count ? end : end - 1
        if offset < keptEnd {
          finish(&text)
          text.keep(upTo: keptEnd)
          offset = keptEnd
          continue
        }
        let (scalar, length) = source.scalar(at: offset)
        decomposition.take(scalar) { emit($0, &text) }
        offset += length
      }
      finish(&text)
    }
  }
}

/// The cleaning of Google's neural machine translation. Source: `Nmt` of Hugging Face's `tokenizers`.
enum Nmt {
  static func normalize(_ text: inout Transformation) {
    let source = text.source
    var offset = 0
    while offset < source.count {
      let (scalar, length) = source.scalar(at: offset)
      switch scalar {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F:
        text.keep(upTo: offset)
        text.drop(upTo: offset + length)
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
        text.keep(upTo: offset)
        text.emit(0x20, change: 0)
      default: break
      }
      offset += length
    }
    text.keep(upTo: source.count)
  }
}

extension Normalizer {
  /// Whether it writes bytes as characters.
  var isByteLevel: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let normalizers): normalizers.contains(where: \.isByteLevel)
    default: false
    }
  }
}
