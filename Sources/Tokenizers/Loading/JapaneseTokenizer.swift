import JSON
import Support

/// The tokenizer of Japanese BERT: words by MeCab, then WordPiece or characters.
///
/// Source: `BertJapaneseTokenizer` of Hugging Face's `transformers`.
enum JapaneseTokenizer {
  /// Where Debian's mecab-ipadic-utf8 lies.
  private static let ipadic = "/var/lib/mecab/dic/ipadic-utf8"

  static func assembly(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let path = configuration.folder + "vocab.txt"
    let mecab = try mecab(configuration)
    let vocabulary = try VocabularyFiles.lines(of: path)
    let named = TokenizerAssembly.named(.bert, configuration)
    let unknown = named[.unk]?.content ?? "[UNK]"
    let words = PreTokenizer.mecab(mecab, lowercases: try settings.bool("do_lower_case", default: false))
    var model: TokenizerModel
    var preTokenizer = words
    switch try settings.string("subword_tokenizer_type", default: "wordpiece") {
    case _ where try !settings.bool("do_subword_tokenize", default: true):
      model = .wordLevel(WordLevel(vocabulary: vocabulary, unknownID: try vocabulary.unknownID(unknown, file: path)))
    case "wordpiece":
      // What Python takes for white space within a word is nothing.
      preTokenizer = .sequence([words, .pythonSplit])
      model = .wordPiece(
        try WordPiece(vocabulary: vocabulary, unknown: unknown, prefix: "##", maxInputCharsPerWord: 100, file: path))
    case "character":
      model = .wordLevel(WordLevel(vocabulary: vocabulary, unknownID: try vocabulary.unknownID(unknown, file: path)))
      preTokenizer = .sequence([words, .fixedLength(1)])
    case let kind: throw refusal("with pieces of the kind \(kind), which are not known here", configuration)
    }
    var assembly = TokenizerAssembly(model, named, configuration, file: path)
    assembly.pipeline.normalizer = .pythonUnicode(.nfkc)
    assembly.pipeline.preTokenizer = preTokenizer
    try assembly.addTokensOfProgram()
    try assembly.surroundWithClsAndSep()
    return assembly
  }

  private static func refusal(_ message: MessageText, _ configuration: TokenizerConfiguration) -> TokenizerError {
    TokenizerError(file: configuration.name, "its tokenizer is a BertJapaneseTokenizer " + message)
  }

  private static func mecab(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> MeCab {
    let settings = configuration.settings
    let kind = try settings.string("word_tokenizer_type", default: "basic")
    guard kind == "mecab", try settings.bool("do_word_tokenize", default: true) else {
      throw refusal("with words of the kind \(kind); only those of MeCab are known here", configuration)
    }
    let options = settings.value("mecab_kwargs") == nil ? nil : try settings.child("mecab_kwargs")
    let dictionary = options?.object["mecab_dic"].map { $0.stringValue ?? "null" } ?? "unidic_lite"
    guard dictionary == "ipadic" else {
      throw refusal(
        "with MeCab's dictionary \(dictionary) (mecab_dic); only ipadic is known here, which is Debian's "
          + "mecab-ipadic-utf8: another dictionary gives other words", configuration)
    }
    guard try options?.optionalString("mecab_option")?.isEmpty ?? true,
      try options?.bool("normalize_text", default: true) ?? true
    else {
      throw refusal("with options for MeCab (mecab_option, normalize_text), which are not known here", configuration)
    }
    guard Files.isFile(ipadic + "/sys.dic") else {
      throw refusal("with MeCab and its dictionary ipadic: apt install libmecab2 mecab-ipadic-utf8", configuration)
    }
    do throws(MeCab.Failure) { return try MeCab(dictionary: ipadic) } catch {
      throw refusal("with MeCab and its dictionary ipadic: \(error.message)", configuration)
    }
  }
}
