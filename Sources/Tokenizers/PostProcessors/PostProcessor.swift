/// Puts the special tokens around one or two texts and sets the token types.
///
/// Source: `PostProcessor` of Hugging Face's `tokenizers`: a processor gets a list of encodings and gives a list, which is joined
/// in the end.
enum PostProcessor: Sendable {
  case template(TemplateProcessing)
  case bert(BertProcessing)
  case roberta(RobertaProcessing)
  case byteLevel(trimOffsets: Bool, addPrefixSpace: Bool)
  /// A token at the end of each text, unless it ends with that token already.
  case ending(Int32)
  case sequence([PostProcessor])

  /// How many special tokens are added.
  func addedTokens(isPair: Bool) -> Int {
    switch self {
    case .template(let template): template.addedTokens(isPair: isPair)
    case .bert: isPair ? 3 : 2
    case .roberta: isPair ? 4 : 2
    case .byteLevel: 0
    case .ending: isPair ? 2 : 1
    case .sequence(let processors): processors.reduce(0) { $0 + $1.addedTokens(isPair: isPair) }
    }
  }

  func process(_ encodings: [TokenizedText], vocabulary: Vocabulary) -> [TokenizedText] {
    switch self {
    case .template(let template):
      return template.process(encodings)
    case .bert(let bert):
      return bert.process(encodings)
    case .roberta(let roberta):
      return roberta.process(encodings, vocabulary: vocabulary)
    case .byteLevel(let trimOffsets, let addPrefixSpace):
      guard trimOffsets else { return encodings }
      return encodings.map { $0.trimmed(addPrefixSpace: addPrefixSpace, vocabulary: vocabulary) }
    case .ending(let id):
      return encodings.map { encoding in
        var result = encoding
        result.setTypeID(0)
        if encoding.ids.last != id { result.append(TokenizedText(special: [id], typeID: 0)) }
        return result
      }
    case .sequence(let processors):
      return processors.reduce(encodings) { $1.process($0, vocabulary: vocabulary) }
    }
  }

  /// All ids that may be added.
  var specialIDs: [Int32] {
    switch self {
    case .template(let template): template.specialIDs
    case .bert(let bert): [bert.cls, bert.sep]
    case .roberta(let roberta): [roberta.cls, roberta.sep]
    case .byteLevel: []
    case .ending(let id): [id]
    case .sequence(let processors): processors.flatMap(\.specialIDs)
    }
  }
}

/// `[CLS] A [SEP] B [SEP]`
struct BertProcessing: Sendable {
  let cls: Int32
  let sep: Int32

  func process(_ encodings: [TokenizedText]) -> [TokenizedText] {
    encodings.enumerated().map { index, encoding in
      var result = index == 0 ? TokenizedText(special: [cls], typeID: 0) : TokenizedText()
      result.append(encoding)
      result.append(TokenizedText(special: [sep], typeID: index == 0 ? 0 : 1))
      return result
    }
  }
}

/// `<s> A </s></s> B </s>`, all of type 0.
struct RobertaProcessing: Sendable {
  let cls: Int32
  let sep: Int32
  var trimOffsets = true
  var addPrefixSpace = true

  func process(_ encodings: [TokenizedText], vocabulary: Vocabulary) -> [TokenizedText] {
    encodings.enumerated().map { index, encoding in
      var result = TokenizedText(special: [index == 0 ? cls : sep], typeID: 0)
      var inner = trimOffsets ? encoding.trimmed(addPrefixSpace: addPrefixSpace, vocabulary: vocabulary) : encoding
      inner.setTypeID(0)
      result.append(inner)
      result.append(TokenizedText(special: [sep], typeID: 0))
      return result
    }
  }
}

extension TokenizedText {
  /// The same tokens without the white space at both ends of their offsets.
  ///
  /// Source: `process_offsets` of `ByteLevel` in Hugging Face's `tokenizers`.
  func trimmed(addPrefixSpace: Bool, vocabulary: Vocabulary) -> TokenizedText {
    var result = self
    for index in ids.indices {
      var (leading, trailing) = spaces[index] ?? vocabulary.withToken(ids[index], outerSpaces) ?? (0, 0)
      if leading == 0, trailing == 0 { continue }
      var (start, end) = (offsets[index].lowerBound, offsets[index].upperBound)
      if leading > 0 {
        // One leading space of the first token is the one that was put there, and is not in the text.
        if index == 0 || start == 0, addPrefixSpace, leading == 1 { leading = 0 }
        start = min(start + leading, end)
      }
      if trailing > 0, end >= trailing { end = max(end - trailing, start) }
      result.offsets[index] = start..<end
    }
    return result
  }
}
