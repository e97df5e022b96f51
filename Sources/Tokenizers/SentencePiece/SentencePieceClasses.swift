/// Tokenizers from a SentencePiece model alone, as the classes of Hugging Face's `transformers` set them up.
///
/// Source: `_convert_from_sentencepiece` of `TokenizersBackend`, `convert_slow_tokenizer.py`, and each class's `__init__`
/// (version 5). The model is then run by Hugging Face's `tokenizers`, not by SentencePiece.
enum SentencePieceClasses {
  static func assembly(
    _ kind: TokenizerKind, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let file = try SentencePieceFile(kind.path(in: configuration.folder))
    switch kind {
    case .albert, .rembert: return try albert(kind, file, configuration)
    case .debertaV2: return try debertaV2(file, configuration)
    case .bigBird: return try bigBird(file, configuration)
    case .xlmRoberta, .camembert: return try xlmRoberta(kind, file, configuration)
    case .mbart, .mbart50: return try mbart(kind, file, configuration)
    case .t5: return try t5(file, configuration)
    case .llama: return try llama(file, configuration)
    case .gemma: return try gemma(file, configuration)
    default: return try plain(file, configuration)
    }
  }

  /// `[CLS]`, `[SEP]` and the others of ALBERT.
  private static let albertTokens = [SpecialTokenRole: AddedToken].tokens([
    .bos: "[CLS]", .eos: "[SEP]", .unk: "<unk>", .sep: "[SEP]", .pad: "<pad>", .cls: "[CLS]", .mask: "[MASK]",
  ])

  static func metaspace(_ scheme: Metaspace.PrependScheme, split: Bool = true) -> PreTokenizer {
    .metaspace(Metaspace(replacement: Array("▁".utf8), prependScheme: scheme, split: split))
  }

  private static func albert(
    _ kind: TokenizerKind, _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let isRemBert = kind == .rembert
    var assembly = TokenizerAssembly(
      try file.unigram(file.scored, unknownID: isRemBert ? 2 : 1), TokenizerAssembly.named(albertTokens, configuration),
      configuration, file: file.path)
    var normalizers: [Normalizer] = [
      .replace(.literal(Array("``".utf8)), content: [0x22]), .replace(.literal(Array("''".utf8)), content: [0x22]),
    ]
    if isRemBert {
      normalizers.append(.replace(try VocabularyFiles.pattern(" {2,}", file.path), content: [0x20]))
    }
    if try !settings.bool("keep_accents", default: isRemBert) { normalizers += [.unicode(.nfkd), .stripAccents] }
    if try settings.bool("do_lower_case", default: !isRemBert) { normalizers.append(.lowercase) }
    if let rules = file.rules { normalizers.append(.precompiled(rules)) }
    assembly.pipeline.normalizer = .sequence(normalizers)
    let metaspace = metaspace(try settings.bool("add_prefix_space", default: true) ? .always : .never)
    assembly.pipeline.preTokenizer = isRemBert ? metaspace : .sequence([.whitespaceSplit, metaspace])
    try assembly.addTokens(additional: file.addedTokens)
    if isRemBert {
      // In transformers, too, RemBERT's texts have nothing around them where there is no tokenizer.json.
      try assembly.surroundWithBosAndEos()
    } else {
      try assembly.surroundWithClsAndSep()
    }
    return assembly
  }

  private static func debertaV2(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let named = TokenizerAssembly.named(
      [SpecialTokenRole: AddedToken].bert.merging(.tokens([.bos: "[CLS]", .eos: "[SEP]"])) { $1 }, configuration)
    let unknown = file.number(ofUnscored: named[.unk]?.content ?? "")
    var assembly = TokenizerAssembly(
      try file.unigram(file.scored, unknownID: unknown ?? file.unknownID), named, configuration, file: file.path)
    var normalizers: [Normalizer] = try settings.bool("do_lower_case", default: false) ? [.lowercase] : []
    normalizers += [
      .replace(try VocabularyFiles.pattern(#"\s{2,}|[\n\r\t]"#, file.path), content: [0x20]), .unicode(.nfc),
      .strip(left: false, right: true),
    ]
    assembly.pipeline.normalizer = .sequence(normalizers)
    let metaspace = metaspace(try settings.bool("add_prefix_space", default: true) ? .always : .first)
    assembly.pipeline.preTokenizer = .sequence(
      try settings.bool("split_by_punct", default: false) ? [.punctuation(.isolated), metaspace] : [metaspace])
    try assembly.addTokens(additional: file.addedTokens)
    try assembly.surroundWithClsAndSep()
    return assembly
  }

  private static func bigBird(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let named = TokenizerAssembly.named(
      .tokens([
        .bos: "<s>", .eos: "</s>", .unk: "<unk>", .sep: "[SEP]", .pad: "<pad>", .cls: "[CLS]",
      ]).merging([.mask: .special("[MASK]", lstrip: true)]) { $1 }, configuration)
    let unknown = file.number(ofUnscored: named[.unk]?.content ?? "")
    var assembly = TokenizerAssembly(
      try file.unigram(file.scored, unknownID: unknown ?? 100), named, configuration, file: file.path)
    assembly.pipeline.normalizer = .replace(
      try VocabularyFiles.pattern(" {2,}", file.path), content: Array("▁".utf8))
    assembly.pipeline.preTokenizer = metaspace(
      try configuration.settings.bool("add_prefix_space", default: true) ? .always : .never)
    try assembly.addTokens(additional: file.addedTokens)
    try assembly.surroundWithClsAndSep()
    return assembly
  }

  private static func xlmRoberta(
    _ kind: TokenizerKind, _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    var defaults = [SpecialTokenRole: AddedToken].roberta
    if kind == .camembert { defaults[.mask] = .special("<mask>", lstrip: true) }
    let named = TokenizerAssembly.named(defaults, configuration)
    func piece(_ role: SpecialTokenRole) -> SentencePieceFile.Scored {
      ((named[role] ?? defaults[role])?.content ?? "", 0)
    }
    let pieces: [SentencePieceFile.Scored]
    let unknown: Int
    if kind == .camembert {
      pieces =
        [("<s>NOTUSED", 0), piece(.pad), ("</s>NOTUSED", 0), piece(.unk), ("<unk>NOTUSED", -100)]
        + file.scored.dropFirst() + [piece(.mask)]
      unknown = pieces.firstIndex { $0.text.utf8.elementsEqual(piece(.unk).text.utf8) } ?? 0
    } else {
      pieces = [piece(.bos), piece(.pad), piece(.eos), piece(.unk)] + file.scored.dropFirst(3) + [piece(.mask)]
      unknown = 3
    }
    var assembly = TokenizerAssembly(
      try file.unigram(pieces, unknownID: unknown), named, configuration, file: file.path)
    assembly.pipeline.normalizer = file.rules.map { .precompiled($0) }
    assembly.pipeline.preTokenizer = .sequence([
      .whitespaceSplit,
      metaspace(try configuration.settings.bool("add_prefix_space", default: true) ? .always : .never),
    ])
    try assembly.addTokens(additional: file.addedTokens)
    let (bos, eos) = (try assembly.special(.bos), try assembly.special(.eos))
    assembly.pipeline.postProcessor = .template(
      TemplateProcessing(
        single: [bos, .sequence(0, typeID: 0), eos],
        pair: [bos, .sequence(0, typeID: 0), eos, eos, .sequence(1, typeID: 0), eos]))
    return assembly
  }

  private static func t5(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let extra = try configuration.settings.optionalInt("extra_ids", in: 0...(1 << 16)) ?? 100
    let names = (0..<extra).map { "<extra_id_\($0)>" }
    var assembly = TokenizerAssembly(
      try file.unigram(file.scored + names.reversed().map { ($0, 0) }, unknownID: 2),
      TokenizerAssembly.named(.tokens([.eos: "</s>", .unk: "<unk>", .pad: "<pad>"]), configuration), configuration,
      file: file.path)
    assembly.pipeline.normalizer = file.rules.map { .precompiled($0) }
    assembly.pipeline.preTokenizer = .sequence([.whitespaceSplit, metaspace(.always)])
    let isThere = file.addedTokens.contains { $0.content.contains("<extra_id_") }
    try assembly.addTokens(additional: file.addedTokens + (isThere ? [] : names.map { .special($0) }))
    let eos = try assembly.special(.eos)
    assembly.pipeline.postProcessor = .template(
      TemplateProcessing(
        single: [.sequence(0, typeID: 0), eos], pair: [.sequence(0, typeID: 0), eos, .sequence(1, typeID: 0), eos]))
    return assembly
  }
}
