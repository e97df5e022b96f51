import JSON

/// Tokenizers whose tokens are bytes or letters.
enum LetterTokenizers {
  /// ByT5: bytes, after three special tokens; `A </s>`. It needs no file.
  ///
  /// Source: `ByT5Tokenizer` of Hugging Face's `transformers`.
  static func byt5(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let own: [SpecialTokenRole: AddedToken] = [
      .pad: .special("<pad>", lstrip: true, rstrip: true), .eos: .special("</s>", lstrip: true, rstrip: true),
      .unk: .special("<unk>", lstrip: true, rstrip: true),
    ]
    let named = TokenizerAssembly.named(own, configuration)
    var vocabulary = Vocabulary(reserving: 259)
    for byte in 0..<256 {
      let name = JSONString(String(Unicode.Scalar(UInt8(byte))))
      try vocabulary.insert(name, id: 3 + byte, file: configuration.name)
    }
    var assembly = TokenizerAssembly(
      .bytes(ByteTokens(vocabulary: vocabulary, first: 3)), named, configuration, file: configuration.name)
    let extra = try settings.optionalInt("extra_ids", in: 0...(1 << 16)) ?? 125
    let roles: [SpecialTokenRole] = [.pad, .eos, .unk]
    let first = roles.enumerated().compactMap { id, role in named[role].map { (id: id, token: $0) } }
    try assembly.addTokensOfProgram(first, additional: (0..<extra).map { .special("<extra_id_\($0)>") })
    assembly.pipeline.postProcessor = .ending(try assembly.id(.eos))
    return assembly
  }

  /// ESM: an amino acid a token; `<cls> A <eos>`. Whatever stands between letters of the vocabulary is unknown, a word at a time.
  ///
  /// Source: `EsmTokenizer` of Hugging Face's `transformers`.
  static func esm(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> TokenizerAssembly {
    let path = configuration.folder + "vocab.txt"
    let vocabulary = try VocabularyFiles.lines(of: path, trimmed: true)
    let named = TokenizerAssembly.named(
      .tokens([.unk: "<unk>", .cls: "<cls>", .pad: "<pad>", .mask: "<mask>", .eos: "<eos>"]), configuration)
    let unknown = try vocabulary.unknownID(named[.unk]?.content ?? "<unk>", file: path)
    var assembly = TokenizerAssembly(
      .wordLevel(WordLevel(vocabulary: vocabulary, unknownID: unknown)), named, configuration, file: path)
    // Every token of the vocabulary is found wherever it stands.
    let special = Set(named.values.map(\.content))
    let letters = (0..<vocabulary.idBound).compactMap { id in
      vocabulary.token(Int32(id)).map { token in
        (id: id, token: AddedToken(content: token, normalized: false, special: special.contains(token)))
      }
    }
    try assembly.addTokensOfProgram(letters)
    assembly.pipeline.preTokenizer = .pythonSplit
    let cls = try assembly.special(.cls)
    guard named[.eos] != nil else {
      assembly.pipeline.postProcessor = .template(
        TemplateProcessing(
          single: [cls, .sequence(0, typeID: 0)], pair: [cls, .sequence(0, typeID: 0), .sequence(1, typeID: 0)]))
      return assembly
    }
    let eos = try assembly.special(.eos)
    assembly.pipeline.postProcessor = .template(
      TemplateProcessing(
        single: [cls, .sequence(0, typeID: 0), eos],
        pair: [cls, .sequence(0, typeID: 0), eos, .sequence(1, typeID: 0), eos]))
    return assembly
  }
}
