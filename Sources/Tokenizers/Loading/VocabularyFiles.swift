import JSON
import Support

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
    pipeline.added = try addedTokens(
      configuration, pipeline, file: path, lstrip: isMPNet ? configuration.lstrip.union([.mask]) : configuration.lstrip)
    let cls = try id(of: .cls, in: vocabulary, configuration, ["[CLS]"], file: path)
    let sep = try id(of: .sep, in: vocabulary, configuration, ["[SEP]"], file: path)
    pipeline.postProcessor =
      isMPNet
      ? .roberta(RobertaProcessing(cls: cls, sep: sep, trimOffsets: true, addPrefixSpace: false))
      : .bert(BertProcessing(cls: cls, sep: sep))
    return pipeline
  }

  /// A byte-level BPE from a `vocab.json`, an object of tokens and ids, and a `merges.txt`, a merge a line.
  static func byteLevelBPE(
    folder: String, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerPipeline {
    let settings = configuration.settings
    let path = folder + "vocab.json"
    guard case .object(let object) = try TextFile.readJSON(path) else {
      throw TokenizerError(file: path, "must hold an object of tokens and ids")
    }
    let vocabulary = try ModelReader.vocabulary(object, file: path)
    let merges = try merges(of: folder + "merges.txt", vocabulary)
    var pipeline = TokenizerPipeline(model: .bpe(BPE(vocabulary: vocabulary, merges: merges, unknownID: nil)))
    let addPrefixSpace = try settings.bool("add_prefix_space", default: false)
    pipeline.preTokenizer = .byteLevel(ByteLevel(addPrefixSpace: addPrefixSpace, useRegex: true))
    // RoBERTa's mask swallows the space before it, unless the configuration says how it is.
    let lstrip = configuration.specialTokens[.mask] == nil ? configuration.lstrip.union([.mask]) : configuration.lstrip
    pipeline.added = try addedTokens(configuration, pipeline, file: path, lstrip: lstrip)
    if try settings.optionalString("tokenizer_class")?.hasPrefix("GPT2") ?? false {
      pipeline.postProcessor = .byteLevel(trimOffsets: false, addPrefixSpace: addPrefixSpace)
    } else {
      pipeline.postProcessor = .roberta(
        RobertaProcessing(
          cls: try id(of: .cls, in: vocabulary, configuration, ["<s>"], file: path),
          sep: try id(of: .sep, in: vocabulary, configuration, ["</s>"], file: path),
          trimOffsets: try settings.bool("trim_offsets", default: true), addPrefixSpace: addPrefixSpace))
    }
    return pipeline
  }

  private static func merges(of path: String, _ vocabulary: Vocabulary) throws(TokenizerError) -> MergeTable {
    let lines = Lines(of: try TextFile.read(path)).lines
    var reader = MergeReader(vocabulary: vocabulary, prefixLength: 0, count: lines.count)
    for (index, line) in lines.enumerated() where !(index == 0 && line.starts(with: "#version".utf8)) {
      let merge = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if merge.isEmpty { continue }
      do {
        try reader.add(line: merge)
      } catch {
        throw TokenizerError(file: path, "line \(index + 1): \(error.message)")
      }
    }
    return reader.merges
  }

  /// The special tokens that the vocabulary has.
  private static func addedTokens(
    _ configuration: TokenizerConfiguration, _ pipeline: TokenizerPipeline, file: String, lstrip: Set<SpecialTokenRole>
  ) throws(TokenizerError) -> AddedVocabulary {
    var tokens: [AddedToken] = []
    for role in SpecialTokenRole.allCases {
      for name in configuration.specialTokens[role].map({ [$0] }) ?? role.usualNames
      where pipeline.model.vocabulary.id(of: name) != nil {
        tokens.append(AddedToken(content: name, lstrip: lstrip.contains(role), normalized: false, special: true))
        break
      }
    }
    return try TokenizerFile.added(tokens, to: pipeline, file: file)
  }

  private static func id(
    of role: SpecialTokenRole, in vocabulary: Vocabulary, _ configuration: TokenizerConfiguration,
    _ usualNames: [String], file: String
  ) throws(TokenizerError) -> Int32 {
    let names = configuration.specialTokens[role].map { [$0] } ?? usualNames
    for name in names {
      if let id = vocabulary.id(of: name) { return id }
    }
    throw TokenizerError(file: file, "the special token \"\(names[0])\" is not in the vocabulary")
  }

  /// A vocabulary whose ids are the numbers of the lines.
  private static func lines(of path: String) throws(TokenizerError) -> Vocabulary {
    let bytes = try TextFile.read(path)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TokenizerError(file: path, "is not valid UTF-8")
    }
    var vocabulary = Vocabulary(reserving: bytes.count / 8)
    // Of equal lines the last one counts.
    for (id, line) in Lines(of: bytes).lines.enumerated().reversed() {
      let token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if token.withUnsafeBufferPointer({ vocabulary.id(of: $0) }) != nil { continue }
      try vocabulary.insert(JSONString(String(decoding: token, as: UTF8.self)), id: id, file: path)
    }
    return vocabulary
  }
}
