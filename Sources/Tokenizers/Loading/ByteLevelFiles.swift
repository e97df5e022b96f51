import JSON

extension VocabularyFiles {
  /// A byte-level BPE from a `vocab.json`, an object of tokens and ids, and a `merges.txt`, a merge a line.
  static func byteLevelBPE(
    _ kind: TokenizerKind, _ configuration: TokenizerConfiguration
  ) throws(TokenizerError) -> TokenizerAssembly {
    let settings = configuration.settings
    let path = configuration.folder + "vocab.json"
    guard case .object(let object) = try TextFile.readJSON(path) else {
      throw TokenizerError(file: path, "must hold an object of tokens and ids")
    }
    let vocabulary = try ModelReader.vocabulary(object, file: path)
    var model = BPE(
      vocabulary: vocabulary, merges: try merges(of: configuration.folder + "merges.txt", vocabulary), unknownID: nil)
    let named = TokenizerAssembly.named(defaults(ofByteLevel: kind), configuration)
    if kind == .clip {
      model.endOfWordSuffix = Array("</w>".utf8)
      if let unknown = named[.unk] { model.unknownID = try vocabulary.unknownID(unknown.content, file: path) }
    }
    var assembly = TokenizerAssembly(.bpe(model), named, configuration, file: path)
    let addPrefixSpace = try settings.bool("add_prefix_space", default: false)
    let byteLevel = PreTokenizer.byteLevel(ByteLevel(addPrefixSpace: addPrefixSpace, useRegex: kind != .qwen2))
    switch kind {
    case .qwen2:
      assembly.pipeline.normalizer = .unicode(.nfc)
      assembly.pipeline.preTokenizer = .sequence([
        .split(try pattern(qwenWords, path), .isolated, invert: false), byteLevel,
      ])
    case .clip:
      assembly.pipeline.normalizer = .sequence([
        .unicode(.nfc), .replace(try pattern(#"\s+"#, path), content: [0x20]), .lowercase,
      ])
      assembly.pipeline.preTokenizer = .sequence([
        .split(try pattern(clipWords, path), .removed, invert: true),
        .byteLevel(ByteLevel(addPrefixSpace: false, useRegex: true)),
      ])
    default: assembly.pipeline.preTokenizer = byteLevel
    }
    try assembly.addTokens(additional: configuration.additional ?? [], leavesOutMissing: true)
    try process(kind, &assembly, addPrefixSpace: addPrefixSpace)
    return assembly
  }

  /// How words are split in Qwen2, and in Qwen3.
  private static let qwenWords =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// How words are split in CLIP.
  private static let clipWords =
    #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#

  /// A regular expression of the program's own.
  static func pattern(_ expression: String, _ file: String) throws(TokenizerError) -> Pattern {
    do { return .regex(try Regex(expression)) } catch {
      throw TokenizerError(file: file, "a regular expression is not valid: \(error.message)")
    }
  }

  private static func defaults(ofByteLevel kind: TokenizerKind) -> [SpecialTokenRole: AddedToken] {
    switch kind {
    case .gpt2: .tokens([.bos: "<|endoftext|>", .eos: "<|endoftext|>", .unk: "<|endoftext|>"])
    case .qwen2: .tokens([.eos: "<|endoftext|>", .unk: "<|endoftext|>", .pad: "<|endoftext|>"])
    case .clip:
      .tokens([
        .bos: "<|startoftext|>", .eos: "<|endoftext|>", .unk: "<|endoftext|>", .pad: "<|endoftext|>",
      ])
    case .deberta: [SpecialTokenRole: AddedToken].bert.merging(.tokens([.bos: "[CLS]", .eos: "[SEP]"])) { $1 }
    // The mask takes the space before it only where a file says so, as in transformers from version 5 on.
    default: .roberta
    }
  }

  private static func process(
    _ kind: TokenizerKind, _ assembly: inout TokenizerAssembly, addPrefixSpace: Bool
  ) throws(TokenizerError) {
    switch kind {
    case .gpt2, .qwen2: try assembly.surroundWithBosAndEos()
    case .clip:
      assembly.pipeline.postProcessor = .roberta(
        RobertaProcessing(
          cls: try assembly.id(.bos), sep: try assembly.id(.eos), trimOffsets: false, addPrefixSpace: false))
    case .deberta:
      let (cls, sep) = (try assembly.special(.cls), try assembly.special(.sep))
      assembly.pipeline.postProcessor = .template(
        TemplateProcessing(
          single: [cls, .sequence(0, typeID: 0), sep],
          pair: [cls, .sequence(0, typeID: 0), sep, sep, .sequence(1, typeID: 0), sep]))
    default:
      assembly.pipeline.postProcessor = .roberta(
        RobertaProcessing(
          cls: try assembly.id(.cls), sep: try assembly.id(.sep),
          trimOffsets: try assembly.configuration.settings.bool("trim_offsets", default: true),
          addPrefixSpace: addPrefixSpace))
    }
  }
}
