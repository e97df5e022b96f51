import JSON
import Support

/// Tokenizers from vocabulary files alone, as Hugging Face's `transformers` sets them up where there is no `tokenizer.json`.
enum VocabularyFiles {
  /// A WordPiece tokenizer from a `vocab.txt`, one token a line.
  static func wordPiece(
    _ kind: TokenizerKind, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let path = kind.path(in: configuration.folder)
    let vocabulary = try lines(of: path)
    let named = TokenizerAssembly.named(defaults(of: kind), configuration)
    let model = try WordPiece(
      vocabulary: vocabulary, unknown: named[.unk]?.content ?? "[UNK]", prefix: "##", maxInputCharsPerWord: 100,
      file: path)
    var assembly = TokenizerAssembly(.wordPiece(model), named, configuration, file: path)
    assembly.pipeline.normalizer = .bert(
      BertNormalizer(
        cleanText: true,
        handleChineseChars: try settings.bool("tokenize_chinese_chars", default: true) && kind != .roformer,
        stripAccents: try settings.optionalBool("strip_accents"),
        lowercase: try settings.bool("do_lower_case", default: true)))
    assembly.pipeline.preTokenizer =
      kind == .roformer
      ? .jieba(JiebaWords(jieba: try Jieba.own(for: configuration), vocabulary: vocabulary)) : .bert
    try assembly.addTokens(additional: configuration.additional ?? [], leavesOutMissing: true)
    switch kind {
    case .mpnet:
      assembly.pipeline.postProcessor = .roberta(
        RobertaProcessing(
          cls: try assembly.id(.cls), sep: try assembly.id(.sep), trimOffsets: true, addPrefixSpace: false))
    case .funnel:
      let single = [
        try assembly.special(.cls, typeID: 2), .sequence(0, typeID: 0), try assembly.special(.sep),
      ]
      let second = [.sequence(1, typeID: 1), try assembly.special(.sep, typeID: 1)] as [TemplateProcessing.Part]
      assembly.pipeline.postProcessor = .template(TemplateProcessing(single: single, pair: single + second))
    default: try assembly.surroundWithClsAndSep()
    }
    return assembly
  }

  private static func defaults(of kind: TokenizerKind) -> [SpecialTokenRole: AddedToken] {
    switch kind {
    case .mpnet:
      // BERT's WordPiece with the special tokens of RoBERTa.
      return [SpecialTokenRole: AddedToken].roberta
        .merging([.unk: .special("[UNK]"), .mask: .special("<mask>", lstrip: true)]) { $1 }
    case .funnel:
      return .tokens([
        .bos: "<s>", .eos: "</s>", .unk: "<unk>", .sep: "<sep>", .pad: "<pad>", .cls: "<cls>", .mask: "<mask>",
      ])
    default: return .bert
    }
  }

  static func merges(of path: String, _ vocabulary: Vocabulary) throws(TokenizerError) -> MergeTable {
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

  /// A vocabulary whose ids are the numbers of the lines.
  ///
  /// - Parameter trimmed: Whether spaces around a token do not belong to it.
  static func lines(of path: String, trimmed: Bool = false) throws(TokenizerError) -> Vocabulary {
    let bytes = try TextFile.read(path)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TokenizerError(file: path, "is not valid UTF-8")
    }
    var vocabulary = Vocabulary(reserving: bytes.count / 8)
    // Of equal lines the last one counts.
    for (id, line) in Lines(of: bytes).lines.enumerated().reversed() {
      var token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if trimmed {
        token = token.drop { $0 == 0x20 || $0 == 0x09 }
        while token.last == 0x20 || token.last == 0x09 { token.removeLast() }
        if token.isEmpty { continue }
      }
      if token.withUnsafeBufferPointer({ vocabulary.id(of: $0) }) != nil { continue }
      try vocabulary.insert(JSONString(String(decoding: token, as: UTF8.self)), id: id, file: path)
    }
    return vocabulary
  }
}
