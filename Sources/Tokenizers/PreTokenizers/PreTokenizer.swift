/// Splits the normalized text into the pieces that the model gets. Source: the pre-tokenizers of Hugging Face's `tokenizers`.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case bert
  case byteLevel(ByteLevel)
  case metaspace(Metaspace)
  /// Words and runs of other characters: `\w+|[^\w\s]+`.
  case whitespace
  case whitespaceSplit
  /// What Python's `str.split` gives.
  case pythonSplit
  /// The words of MeCab.
  case mecab(MeCab, lowercases: Bool)
  /// The words of Jieba, and characters of what is no token.
  case jieba(JiebaWords)
  case punctuation(SplitBehavior)
  case digits(individual: Bool)
  case split(Pattern, SplitBehavior, invert: Bool)
  case unicodeScripts
  /// Pieces of so many characters.
  case fixedLength(Int)

  func apply(to text: inout PreTokenizedText) {
    switch self {
    case .sequence(let preTokenizers): for preTokenizer in preTokenizers { preTokenizer.apply(to: &text) }
    case .bert: text.split(BertPreTokenizer.split)
    case .byteLevel(let byteLevel): byteLevel.apply(to: &text)
    case .metaspace(let metaspace): metaspace.apply(to: &text)
    case .whitespace: text.split(WordSplit.split)
    case .whitespaceSplit: text.split(at: .whitespace, .removed)
    case .pythonSplit: text.split(PythonSpaces.split)
    case .mecab(let mecab, let lowercases):
      text.split(mecab.split)
      if lowercases { text.rewrite { $0.transform { $0.lowercase() } } }
    case .jieba(let words): text.split(words.split)
    case .punctuation(let behavior): text.split(at: .punctuation, behavior)
    case .digits(let individual): text.split(at: .numeric, individual ? .isolated : .contiguous)
    case .split(let pattern, let behavior, let invert):
      var matches = Matches()
      text.split { piece, parts in
        matches.removeAll()
        pattern.forEachMatch(in: piece) { matches.add($0) }
        matches.finish(at: piece.count)
        if invert { matches.invert() }
        matches.split(behavior, into: &parts)
      }
    case .unicodeScripts: text.split(UnicodeScripts.split)
    case .fixedLength(let length):
      text.split { piece, parts in
        var (start, offset, count) = (0, 0, 0)
        while offset < piece.count {
          offset += utf8Length(ofFirstByte: piece[offset])
          count += 1
          if count == length {
            parts.add(start..<offset)
            (start, count) = (offset, 0)
          }
        }
        parts.add(start..<offset)
      }
    }
  }
}

extension PreTokenizedText {
  /// Splits at every character of a class.
  mutating func split(at kind: CharacterClass, _ behavior: SplitBehavior) {
    let classes = CharacterClasses.shared
    var matches = Matches()
    split { piece, parts in
      matches.removeAll()
      var offset = 0
      while offset < piece.count {
        let (scalar, length) = piece.scalar(at: offset)
        if classes[scalar].contains(kind) { matches.add(offset..<offset + length) }
        offset += length
      }
      matches.finish(at: piece.count)
      matches.split(behavior, into: &parts)
    }
  }
}

/// Runs of word characters, and runs of characters that are neither those nor white space.
private enum WordSplit {
  static func split(_ piece: UnsafeBufferPointer<UInt8>, into parts: inout PreTokenizedText.Parts) {
    let classes = CharacterClasses.shared
    var (start, offset) = (0, 0)
    var current: CharacterClass = .whitespace
    while offset < piece.count {
      let (scalar, length) = piece.scalar(at: offset)
      let kind = classes[scalar].intersection([.word, .whitespace])
      if kind != current {
        if current != .whitespace { parts.add(start..<offset) }
        (start, current) = (offset, kind)
      }
      offset += length
    }
    if current != .whitespace { parts.add(start..<offset) }
  }
}

extension PreTokenizer {
  /// Whether it writes bytes as characters.
  var isByteLevel: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let preTokenizers): preTokenizers.contains(where: \.isByteLevel)
    default: false
    }
  }
}
