import Activations
import JSON
import Support

/// A folder with a tokenizer's files, read.
struct TokenizerFolder {
  let pipeline: TokenizerPipeline
  private(set) var specialTokens: [SpecialTokenRole: SpecialToken] = [:]

  init(_ folder: String) throws(TokenizerError) {
    let configuration = try TokenizerConfiguration(folder: folder)
    let path = configuration.folder
    var names = configuration.specialTokens
    if Files.exists(path + "tokenizer.json") {
      switch try TokenizerKind.besideTokenizerFile(configuration) {
      case nil: pipeline = try TokenizerFile(path + "tokenizer.json", configuration).pipeline
      case .kind(let kind)?: pipeline = try Self.assembly(kind, configuration).pipeline
      case .unknown(let name)?: throw Self.unknown(name, configuration.name)
      default: throw Self.unknown("", configuration.name)
      }
    } else {
      let assembly = try Self.assembly(of: configuration)
      pipeline = assembly.pipeline
      names = assembly.named.mapValues(\.content)
    }
    let special = pipeline.added.specialIDs
    // A tokenizer that begins or ends a text with tokens of another name has these in the place of [CLS] and [SEP].
    names[.cls] = names[.cls] ?? names[.bos]
    names[.sep] = names[.sep] ?? names[.eos]
    for role in SpecialTokenRole.allCases {
      var candidates = (names[role].map { [$0] } ?? role.usualNames).compactMap { name in
        pipeline.id(of: name).map { SpecialToken(id: $0, content: name) }
      }
      // A vocabulary may have the names of several families; only those in use are special.
      if candidates.count > 1 { candidates.sort { special.contains($0.id) && !special.contains($1.id) } }
      specialTokens[role] = candidates.first
    }
    if let id = pipeline.model.unknownID, let content = pipeline.token(id) {
      specialTokens[.unk] = SpecialToken(id: id, content: content)
    }
  }

  /// The tokenizer of a folder without tokenizer.json.
  private static func assembly(of configuration: TokenizerConfiguration) throws(TokenizerError) -> TokenizerAssembly {
    switch try TokenizerKind.named(by: configuration) {
    case .kind(let kind), .usual(let kind): return try assembly(kind, configuration)
    case .unknown(let name): throw unknown(name, configuration.name)
    case .nothing:
      guard let kind = kindOfFiles(in: configuration.folder) else {
        throw TokenizerError(
          file: configuration.name,
          "has no tokenizer that is known: expected tokenizer.json, or vocab.txt, or vocab.json with merges.txt, or a "
            + "SentencePiece model with a tokenizer_class that says how it is used")
      }
      return try assembly(kind, configuration)
    }
  }

  private static func kindOfFiles(in folder: String) -> TokenizerKind? {
    if Files.exists(folder + "vocab.txt") { return .bert }
    if Files.exists(folder + "vocab.json"), Files.exists(folder + "merges.txt") { return .roberta }
    return nil
  }

  private static func assembly(
    _ kind: TokenizerKind, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    if let missing = kind.missingFile(in: configuration.folder) {
      throw TokenizerError(
        file: configuration.name,
        "has no tokenizer: a \(words: kind.className) is read from \(words: missing) or from a tokenizer.json; "
          + "put one of them there")
    }
    switch kind {
    case .bert, .mpnet, .funnel, .roformer: return try VocabularyFiles.wordPiece(kind, configuration)
    case .roberta, .gpt2, .deberta, .clip, .qwen2: return try VocabularyFiles.byteLevelBPE(kind, configuration)
    case .marian, .m2m100, .siglip: return try SentencePieceVocabularies.assembly(kind, configuration)
    case .byt5: return try LetterTokenizers.byt5(configuration)
    case .esm: return try LetterTokenizers.esm(configuration)
    case .bertJapanese: return try JapaneseTokenizer.assembly(configuration)
    default: return try SentencePieceClasses.assembly(kind, configuration)
    }
  }

  private static func unknown(_ name: String, _ folder: String) -> TokenizerError {
    let what: MessageText = "its tokenizer is a \(name), which Headscope does not know"
    guard TokenizerKind.isConvertible(name) else {
      return TokenizerError(
        file: folder, what + "; a tokenizer.json with PreTrainedTokenizerFast as tokenizer_class is read in its place")
    }
    return TokenizerError(
      file: folder,
      what + "; make a tokenizer.json of it with: cd \(shell: folder) && python3 -c "
        + "\"from transformers import AutoTokenizer as T; T.from_pretrained('.').save_pretrained('.')\"")
  }
}

extension TokenizerKind {
  /// The name that `transformers` gives the class.
  var className: String {
    switch self {
    case .mpnet: "MPNetTokenizer"
    case .roformer: "RoFormerTokenizer"
    case .gpt2: "GPT2Tokenizer"
    case .clip: "CLIPTokenizer"
    case .debertaV2: "DebertaV2Tokenizer"
    case .xlmRoberta: "XLMRobertaTokenizer"
    case .mbart: "MBartTokenizer"
    case .mbart50: "MBart50Tokenizer"
    case .rembert: "RemBertTokenizer"
    case .m2m100: "M2M100Tokenizer"
    case .byt5: "ByT5Tokenizer"
    case .sentencePiece: "SentencePiece tokenizer"
    default: rawValue.prefix(1).uppercased() + rawValue.dropFirst() + "Tokenizer"
    }
  }

  /// The files that it is read from, by the names that they may have.
  var files: [[String]] {
    switch self {
    case .bert, .mpnet, .funnel, .roformer, .esm, .bertJapanese: [["vocab.txt"]]
    case .roberta, .gpt2, .deberta, .clip, .qwen2: [["vocab.json"], ["merges.txt"]]
    case .albert, .t5, .bigBird, .siglip: [["spiece.model", "sentencepiece.model", "tokenizer.model", "spm.model"]]
    case .debertaV2: [["spm.model", "spiece.model", "tokenizer.model"]]
    case .xlmRoberta, .camembert, .mbart, .mbart50:
      [["sentencepiece.bpe.model", "sentencepiece.model", "spiece.model", "tokenizer.model", "spm.model"]]
    case .rembert: [["sentencepiece.model", "spiece.model", "tokenizer.model"]]
    case .llama, .gemma, .sentencePiece: [["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model"]]
    case .marian: [["source.spm"], ["vocab.json"]]
    case .m2m100: [["sentencepiece.bpe.model", "spm.model"], ["vocab.json"]]
    case .byt5: []
    }
  }

  /// The first of its files that is not there.
  func missingFile(in folder: String) -> String? {
    files.first { names in !names.contains { Files.exists(folder + $0) } }?.first
  }

  /// Where the first of its files is.
  func path(in folder: String) -> String {
    let names = files.first ?? []
    return folder + (names.first { Files.exists(folder + $0) } ?? names.first ?? "")
  }
}
