import JSON

/// Tokenizers from vocabulary files alone, as Hugging Face's `transformers` sets them up where there is no `tokenizer.json`.
enum VocabularyFiles {
  /// A WordPiece tokenizer from a `vocab.txt`, one token a line.
  static func wordPiece(
    vocabulary path: String, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerPipeline {
    let settings = configuration.settings
    let vocabulary = try lines(of: path)
    let model = try WordPiece(
      vocabulary: vocabulary, unknown: configuration.specialTokens[.unk] ?? "[UNK]", prefix: "##",
      maxInputCharsPerWord: 100, file: path)
    var pipeline = TokenizerPipeline(model: .wordPiece(model))
    pipeline.normalizer = .bert(
      BertNormalizer(
        cleanText: true, handleChineseChars: try settings.bool("tokenize_chinese_chars", default: true),
        stripAccents: try settings.optionalBool("strip_accents"),
        lowercase: try settings.bool("do_lower_case", default: true)))
    pipeline.preTokenizer = .bert
    // MPNet has BERT's WordPiece with the special tokens of RoBERTa.
    let isMPNet = try settings.optionalString("tokenizer_class")?.hasPrefix("MPNet") ?? false
    var tokens: [AddedToken] = []
    for role in SpecialTokenRole.allCases {
      let content = configuration.specialTokens[role] ?? role.usualNames[0]
      guard vocabulary.id(of: content) != nil else { continue }
      tokens.append(AddedToken(content: content, lstrip: isMPNet && role == .mask, normalized: false, special: true))
    }
    pipeline.added = try TokenizerFile.added(tokens, to: pipeline, file: path)
    let cls = try id(of: .cls, in: vocabulary, configuration, file: path)
    let sep = try id(of: .sep, in: vocabulary, configuration, file: path)
    pipeline.postProcessor =
      isMPNet
      ? .roberta(RobertaProcessing(cls: cls, sep: sep, trimOffsets: true, addPrefixSpace: false))
      : .bert(BertProcessing(cls: cls, sep: sep))
    return pipeline
  }

  private static func id(
    of role: SpecialTokenRole, in vocabulary: Vocabulary, _ configuration: TokenizerConfiguration, file: String
  ) throws(TokenizerError) -> Int32 {
    let content = configuration.specialTokens[role] ?? role.usualNames[0]
    guard let id = vocabulary.id(of: content) else {
      throw TokenizerError(file: file, "the special token \"\(content)\" is not in the vocabulary")
    }
    return id
  }

  /// A vocabulary whose ids are the numbers of the lines.
  private static func lines(of path: String) throws(TokenizerError) -> Vocabulary {
    let bytes = try TextFile.read(path)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TokenizerError(file: path, "is not valid UTF-8")
    }
    var vocabulary = Vocabulary(reserving: bytes.count / 8)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    // Of equal lines the last one counts.
    for (id, line) in lines.enumerated().reversed() {
      let token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if token.withUnsafeBufferPointer({ vocabulary.id(of: $0) }) != nil { continue }
      try vocabulary.insert(JSONString(String(decoding: token, as: UTF8.self)), id: id, file: path)
    }
    return vocabulary
  }
}
