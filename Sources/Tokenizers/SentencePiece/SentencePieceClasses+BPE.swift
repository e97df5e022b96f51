extension SentencePieceClasses {
  static func llama(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let vocabulary = try file.vocabulary()
    var assembly = TokenizerAssembly(
      .bpe(
        BPE(
          vocabulary: vocabulary, merges: file.merges(vocabulary, by: .ids), unknownID: nil, fuseUnknown: true,
          byteTokens: vocabulary.byteTokens)),
      TokenizerAssembly.named(.tokens([.unk: "<unk>", .bos: "<s>", .eos: "</s>"]), configuration), configuration,
      file: file.path)
    let scheme: Metaspace.PrependScheme =
      try !settings.bool("add_prefix_space", default: true)
      ? .never : try settings.bool("legacy", default: false) ? .always : .first
    assembly.pipeline.preTokenizer = metaspace(scheme, split: false)
    try assembly.addTokens(additional: file.addedTokens)
    try assembly.surroundWithBosAndEos()
    return assembly
  }

  static func gemma(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let named = TokenizerAssembly.named(
      .tokens([.unk: "<unk>", .bos: "<bos>", .eos: "<eos>", .pad: "<pad>", .mask: "<mask>"]), configuration)
    let vocabulary = try file.vocabulary()
    let unknown = try named[.unk].map { (token) throws(TokenizerError) in
      try vocabulary.unknownID(token.content, file: file.path)
    }
    var assembly = TokenizerAssembly(
      .bpe(
        BPE(
          vocabulary: vocabulary, merges: file.merges(vocabulary, by: .ids), unknownID: unknown, fuseUnknown: true,
          byteTokens: vocabulary.byteTokens)),
      named, configuration, file: file.path)
    assembly.pipeline.normalizer = .replace(.literal([0x20]), content: Array("▁".utf8))
    assembly.pipeline.preTokenizer = .split(.literal([0x20]), .mergedWithPrevious, invert: false)
    try assembly.addTokens(additional: file.addedTokens)
    try assembly.surroundWithBosAndEos()
    return assembly
  }

  /// A model by its own settings. Source: `SpmConverter.build_tokenizer_from_spm_proto`.
  static func plain(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let isLegacy = try configuration.settings.bool("legacy", default: true)
    var defaults: [SpecialTokenRole: AddedToken] = [.unk: .special(file.unknownPiece)]
    if file.bosID >= 0 { defaults[.bos] = .special(file.bosPiece) }
    if file.eosID >= 0 { defaults[.eos] = .special(file.eosPiece) }
    let userDefined = file.pieces.filter { $0.kind == .userDefined }.map(\.text)
    // They become one regular expression, which takes long to read if there are very many.
    guard userDefined.count <= 1 << 13 else {
      throw TokenizerError(
        file: file.path, "has \(userDefined.count) pieces that are asked for by name, more than \(1 << 13)")
    }
    let model: TokenizerModel
    if file.algorithm == .unigram {
      model = try file.unigram(file.scored, unknownID: file.unknownID, usesByteFallback: file.usesByteFallback)
    } else {
      let vocabulary = try file.vocabulary()
      model = .bpe(
        BPE(
          vocabulary: vocabulary, merges: file.merges(vocabulary, by: .scores),
          unknownID: try vocabulary.unknownID(file.unknownPiece, file: file.path), fuseUnknown: true,
          byteTokens: file.usesByteFallback ? vocabulary.byteTokens : nil, ignoreMerges: !userDefined.isEmpty))
    }
    var assembly = TokenizerAssembly(
      model, TokenizerAssembly.named(defaults, configuration), configuration, file: file.path)
    var normalizers: [Normalizer] = file.rules.map { [.precompiled($0)] } ?? []
    if file.removesExtraWhitespace {
      normalizers.append(.replace(try VocabularyFiles.pattern(#"\A +| +\z"#, file.path), content: []))
      normalizers.append(.replace(try VocabularyFiles.pattern(" {2,}", file.path), content: [0x20]))
    }
    if file.escapesWhitespace { normalizers.append(.replace(.literal([0x20]), content: Array("▁".utf8))) }
    var preTokenizers: [PreTokenizer] = []
    if file.addsDummyPrefix {
      if isLegacy {
        normalizers.append(.replace(try VocabularyFiles.pattern(#"\A▁"#, file.path), content: Array("▁▁".utf8)))
      }
      preTokenizers.append(metaspace(isLegacy ? .always : .first, split: false))
    }
    if !userDefined.isEmpty {
      // The longest first; of equally long ones, the one that the file has first.
      let sorted = userDefined.enumerated().sorted {
        let (first, second) = ($0.element.unicodeScalars.count, $1.element.unicodeScalars.count)
        return first != second ? first > second : $0.offset < $1.offset
      }
      let alternatives = sorted.map { escaped($0.element) }.joined(separator: "|")
      preTokenizers.append(.split(try VocabularyFiles.pattern(alternatives, file.path), .isolated, invert: false))
    }
    assembly.pipeline.normalizer = normalizers.isEmpty ? nil : .sequence(normalizers)
    assembly.pipeline.preTokenizer = preTokenizers.isEmpty ? nil : .sequence(preTokenizers)
    try assembly.addTokens(
      additional: file.addedTokens.filter { !userDefined.contains($0.content) || $0.special })
    try assembly.surroundWithBosAndEos()
    return assembly
  }

  /// A text as a regular expression that finds it.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
      if scalar.isASCII, !isWord { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
