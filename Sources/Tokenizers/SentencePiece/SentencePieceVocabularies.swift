import JSON

/// Tokenizers that call SentencePiece's library, and most of which take their ids from a vocabulary beside the model.
///
/// Source: `MarianTokenizer`, `M2M100Tokenizer` and `SiglipTokenizer` of Hugging Face's `transformers`.
enum SentencePieceVocabularies {
  static func assembly(
    _ kind: TokenizerKind, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let file = try SentencePieceFile(kind.path(in: configuration.folder))
    switch kind {
    case .siglip: return try siglip(file, configuration)
    case .m2m100: return try m2m100(file, configuration)
    default: return try marian(file, configuration)
    }
  }

  private static func vocabulary(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> Vocabulary {
    let path = configuration.folder + "vocab.json"
    guard case .object(let object) = try TextFile.readJSON(path) else {
      throw TokenizerError(file: path, "must hold an object of tokens and ids")
    }
    return try ModelReader.vocabulary(object, file: path)
  }

  /// `A </s>`, after a language code that the text may begin with.
  private static func marian(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let vocabulary = try vocabulary(configuration)
    let path = configuration.folder + "vocab.json"
    let named = TokenizerAssembly.named(
      .tokens([.unk: "<unk>", .eos: "</s>", .pad: "<pad>"]), configuration)
    var assembly = try numbered(file, by: vocabulary, named, configuration, path)
    assembly.pipeline.readsLanguageCodes = true
    try assembly.addTokensOfProgram()
    let eos = try assembly.special(.eos)
    assembly.pipeline.postProcessor = .template(
      TemplateProcessing(
        single: [.sequence(0, typeID: 0), eos], pair: [.sequence(0, typeID: 0), .sequence(1, typeID: 0), eos]))
    return assembly
  }

  /// `__en__ A </s>`, with the language that `src_lang` names.
  private static func m2m100(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    var vocabulary = try vocabulary(configuration)
    let path = configuration.folder + "vocab.json"
    let languages = try settings.string("language_codes", default: "m2m100") == "wmt21" ? wmt21 : m2m100
    let first = vocabulary.count
    for (number, language) in languages.enumerated() {
      try vocabulary.insert(JSONString("__\(language)__"), id: first + number, replacing: true, file: path)
    }
    let named = TokenizerAssembly.named(
      .tokens([.bos: "<s>", .eos: "</s>", .sep: "</s>", .pad: "<pad>", .unk: "<unk>"]), configuration)
    var assembly = try numbered(file, by: vocabulary, named, configuration, path)
    try assembly.addTokensOfProgram()
    let source = try settings.string("src_lang", default: "en")
    guard let number = languages.firstIndex(of: source) else {
      throw settings.error("src_lang", expected: "one of the languages of the tokenizer, such as en")
    }
    let (language, eos) = (
      TemplateProcessing.Part.special([Int32(first + number)], typeID: 0), try assembly.special(.eos)
    )
    assembly.pipeline.postProcessor = .template(
      TemplateProcessing(
        single: [language, .sequence(0, typeID: 0), eos],
        pair: [language, .sequence(0, typeID: 0), .sequence(1, typeID: 0), eos]))
    return assembly
  }

  /// The pieces of a file with the ids that a vocabulary of its own gives them.
  ///
  /// - Parameter path: the vocabulary's file.
  private static func numbered(
    _ file: SentencePieceFile, by vocabulary: Vocabulary, _ named: [SpecialTokenRole: AddedToken],
    _ configuration: TokenizerConfiguration,
    _ path: String
  ) throws(TokenizerError) -> TokenizerAssembly {
    let unknown = try vocabulary.unknownID(named[.unk]?.content ?? "<unk>", file: path)
    var assembly = TokenizerAssembly(
      .sentencePiece(try SentencePieceEncoder(file, vocabulary: vocabulary, unknownID: unknown)), named, configuration,
      file: path)
    assembly.pipeline.normalizer = .sentencePiece(SentencePieceNormalizer(file))
    return assembly
  }

  /// `A </s>` of a text in small letters without punctuation.
  private static func siglip(
    _ file: SentencePieceFile, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let named = TokenizerAssembly.named(
      .tokens([.eos: "</s>", .unk: "<unk>", .pad: "</s>"]), configuration)
    var encoder = try SentencePieceEncoder(
      file, vocabulary: try file.vocabulary(), unknownID: Int32(file.unknownID))
    // SentencePiece would leave out a space at the start, so the unknown token stands there and its pieces are dropped.
    var normalizer = SentencePieceNormalizer(file)
    let prefix = Array((named[.unk]?.content ?? "<unk>").utf8)
    var alone = NormalizedText(original: prefix)
    normalizer.normalize(&alone)
    encoder.skipped = alone.bytes.withUnsafeBufferPointer { encoder.count(of: $0) }
    normalizer.prefix = prefix
    var assembly = TokenizerAssembly(.sentencePiece(encoder), named, configuration, file: file.path)
    assembly.pipeline.opening = .sequence([
      .replace(.literal(Array("▁".utf8)), content: [0x20]), .prepend(Array("▁".utf8)),
    ])
    assembly.pipeline.normalizer = .sequence([
      .siglip(SiglipText(lowercases: try configuration.settings.bool("do_lower_case", default: true))),
      .sentencePiece(normalizer),
    ])
    try assembly.addTokensOfProgram()
    assembly.pipeline.postProcessor = .ending(try assembly.id(.eos))
    return assembly
  }

  private static let wmt21 = ["en", "ha", "is", "ja", "cs", "ru", "zh", "de"]
  private static let m2m100 = [
    "af", "am", "ar", "ast", "az", "ba", "be", "bg", "bn", "br", "bs", "ca", "ceb", "cs", "cy", "da", "de", "el", "en",
    "es", "et", "fa", "ff", "fi", "fr", "fy", "ga", "gd", "gl", "gu", "ha", "he", "hi", "hr", "ht", "hu", "hy", "id",
    "ig", "ilo", "is", "it", "ja", "jv", "ka", "kk", "km", "kn", "ko", "lb", "lg", "ln", "lo", "lt", "lv", "mg", "mk",
    "ml", "mn", "mr", "ms", "my", "ne", "nl", "no", "ns", "oc", "or", "pa", "pl", "ps", "pt", "ro", "ru", "sd", "si",
    "sk", "sl", "so", "sq", "sr", "ss", "su", "sv", "sw", "ta", "th", "tl", "tn", "tr", "uk", "ur", "uz", "vi", "wo",
    "xh", "yi", "yo", "zh", "zu",
  ]
}
