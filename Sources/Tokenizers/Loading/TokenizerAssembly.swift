import JSON

/// A tokenizer that is put together as one of the classes of Hugging Face's `transformers` does it: a model, how the text is
/// normalized and split, then the tokens that are added, and last the special tokens around a text.
struct TokenizerAssembly {
  let configuration: TokenizerConfiguration
  /// The file with the vocabulary, for the messages of errors.
  let file: String
  var pipeline: TokenizerPipeline
  /// The special tokens: those of the class, or what the folder's files name in their place.
  let named: [SpecialTokenRole: AddedToken]

  init(
    _ model: TokenizerModel, _ named: [SpecialTokenRole: AddedToken], _ configuration: TokenizerConfiguration,
    file: String
  ) {
    pipeline = TokenizerPipeline(model: model)
    self.named = named
    self.configuration = configuration
    self.file = file
  }

  /// The special tokens of a class, replaced by those that the folder's files name.
  static func named(
    _ defaults: [SpecialTokenRole: AddedToken], _ configuration: TokenizerConfiguration
  ) -> [SpecialTokenRole: AddedToken] {
    defaults.merging(configuration.named.compactMapValues(\.self)) { $1 }
      .filter { configuration.named[$0.key] != .some(nil) }
  }

  /// Adds the tokens that the folder's files add, then special tokens, those with a role first. A token that the vocabulary has
  /// keeps its id, others get the next ones.
  ///
  /// - Parameters:
  ///   - additional: The special tokens without a role that the class has, unless the folder's files name others.
  ///   - leavesOutMissing: Whether a token of the class that the vocabulary does not have is left out.
  mutating func addTokens(additional: [AddedToken] = [], leavesOutMissing: Bool = false) throws(TokenizerError) {
    pipeline.added = try TokenizerFile.added(
      tokens(additional, leavesOutMissing: leavesOutMissing), to: pipeline, file: file)
  }

  private func tokens(_ additional: [AddedToken], leavesOutMissing: Bool) -> [AddedToken] {
    let contents = Set(named.values.map { Array($0.content.utf8) })
    var tokens = configuration.added.map { added in
      var token = added.token
      if contents.contains(Array(token.content.utf8)) { token.special = true }
      return token
    }
    // A token may be named several times; the last time counts.
    let known = Set(tokens.map { Array($0.content.utf8) })
    func add(_ token: AddedToken) { if !known.contains(Array(token.content.utf8)) { tokens.append(token) } }
    for role in SpecialTokenRole.allCases {
      guard let token = named[role] else { continue }
      let isAsked = configuration.named[role] != nil
      if leavesOutMissing, !isAsked, pipeline.model.vocabulary.id(of: token.content) == nil { continue }
      add(token)
    }
    for token in configuration.modelSpecific { add(token) }
    for token in configuration.extras ?? additional { add(token) }
    return tokens
  }

  /// Adds tokens as the classes do that are programs in Python: with the ids that a file gives them, and looked for in the
  /// original text. Source: `PythonBackend`.
  mutating func addTokensOfProgram(
    _ own: [(id: Int, token: AddedToken)] = [], additional: [AddedToken] = []
  ) throws(TokenizerError) {
    let vocabulary = pipeline.model.vocabulary
    var tokens = own.map { (id: Int32($0.id), token: $0.token) }
    for (id, token) in configuration.added {
      tokens.removeAll { $0.id == Int32(id) }
      tokens.append((Int32(id), token))
    }
    var known = Set(tokens.map { Array($0.token.content.utf8) })
    var next = vocabulary.count + known.count { vocabulary.id(of: String(decoding: $0, as: UTF8.self)) == nil }
    let special = SpecialTokenRole.allCases.compactMap { named[$0] } + configuration.modelSpecific
    for token in special + (configuration.extras ?? configuration.additional ?? additional)
    where !token.content.isEmpty && known.insert(Array(token.content.utf8)).inserted {
      if let id = vocabulary.id(of: token.content) {
        tokens.append((id, .special(token.content)))
      } else {
        guard next < Vocabulary.idLimit else {
          throw TokenizerError(file: file, "has no id left for the special token \"\(token.content)\"")
        }
        tokens.append((Int32(next), .special(token.content)))
        next += 1
      }
    }
    pipeline.added = AddedVocabulary(tokens)
  }

  /// The id of a special token.
  func id(_ role: SpecialTokenRole) throws(TokenizerError) -> Int32 {
    guard let token = named[role] else {
      throw TokenizerError(file: file, "there is no \(words: role.key), which this tokenizer puts around a text")
    }
    guard let id = pipeline.id(of: token.content) else {
      throw TokenizerError(file: file, "the special token \"\(token.content)\" is not in the vocabulary")
    }
    return id
  }

  /// A special token in a template.
  func special(_ role: SpecialTokenRole, typeID: Int32 = 0) throws(TokenizerError) -> TemplateProcessing.Part {
    .special([try id(role)], typeID: typeID)
  }

  /// `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, B with type 1.
  mutating func surroundWithClsAndSep() throws(TokenizerError) {
    pipeline.postProcessor = .bert(BertProcessing(cls: try id(.cls), sep: try id(.sep)))
  }

  /// The beginning and the end of a sequence, if `add_bos_token` and `add_eos_token` say so.
  ///
  /// Source: `update_post_processor` of `TokenizersBackend`.
  mutating func surroundWithBosAndEos() throws(TokenizerError) {
    let settings = configuration.settings
    var parts: (bos: [TemplateProcessing.Part], eos: [TemplateProcessing.Part]) = ([], [])
    var second = parts
    if try settings.bool("add_bos_token", default: false), named[.bos] != nil {
      parts.bos = [try special(.bos)]
      second.bos = [try special(.bos, typeID: 1)]
    }
    if try settings.bool("add_eos_token", default: false), named[.eos] != nil {
      parts.eos = [try special(.eos)]
      second.eos = [try special(.eos, typeID: 1)]
    }
    let single = parts.bos + [.sequence(0, typeID: 0)] + parts.eos
    pipeline.postProcessor = .template(
      TemplateProcessing(single: single, pair: single + second.bos + [.sequence(1, typeID: 1)] + second.eos))
  }
}

extension AddedToken {
  /// A special token, looked for in the original text.
  static func special(_ content: String, lstrip: Bool = false, rstrip: Bool = false) -> AddedToken {
    AddedToken(content: content, lstrip: lstrip, rstrip: rstrip, normalized: false, special: true)
  }
}

extension [SpecialTokenRole: AddedToken] {
  /// Special tokens by their contents.
  static func tokens(_ contents: [SpecialTokenRole: String]) -> Self { contents.mapValues { AddedToken.special($0) } }

  /// The special tokens of BERT.
  static var bert: Self {
    .tokens([.unk: "[UNK]", .sep: "[SEP]", .pad: "[PAD]", .cls: "[CLS]", .mask: "[MASK]"])
  }

  /// Those of RoBERTa.
  static var roberta: Self {
    .tokens([
      .bos: "<s>", .eos: "</s>", .unk: "<unk>", .sep: "</s>", .pad: "<pad>", .cls: "<s>", .mask: "<mask>",
    ])
  }
}
