/// The settings of `tokenizer_config.json` that change what `tokenizer.json` beside it says, where the class of the tokenizer
/// takes them.
struct FileSettings {
  private let kind: TokenizerKind?
  private let lowercases: Bool?
  private let addsPrefixSpace: Bool?
  private let handlesChineseChars: Bool?
  /// Set, even to nil, where the settings have it.
  private let stripsAccents: Bool??

  init(_ configuration: TokenizerConfiguration) throws(TokenizerError) {
    let settings = configuration.settings
    kind = try TokenizerKind.named(in: settings)
    guard kind != nil else {
      (lowercases, addsPrefixSpace, handlesChineseChars, stripsAccents) = (nil, nil, nil, nil)
      return
    }
    lowercases = try settings.optionalBool("do_lower_case")
    addsPrefixSpace = try settings.optionalBool("add_prefix_space")
    handlesChineseChars = try settings.optionalBool("tokenize_chinese_chars")
    stripsAccents = settings.object["strip_accents"] == nil ? nil : .some(try settings.optionalBool("strip_accents"))
  }

  func change(_ normalizer: inout Normalizer?) {
    switch kind {
    case .bert, .mpnet, .funnel: normalizer = normalizer.map(withBertSettings)
    case .albert, .debertaV2, .rembert:
      guard let lowercases else { return }
      var parts: [Normalizer]
      switch normalizer {
      case .sequence(let inner): parts = inner
      case let other: parts = other.map { [$0] } ?? []
      }
      let place = parts.firstIndex { if case .lowercase = $0 { true } else { false } }
      if let place, !lowercases { parts.remove(at: place) }
      if place == nil, lowercases {
        let rules = parts.firstIndex { if case .precompiled = $0 { true } else { false } }
        parts.insert(.lowercase, at: kind == .debertaV2 ? 0 : rules ?? parts.count)
      }
      normalizer = parts.isEmpty ? nil : .sequence(parts)
    default: break
    }
  }

  private func withBertSettings(_ normalizer: Normalizer) -> Normalizer {
    switch normalizer {
    case .sequence(let parts): return .sequence(parts.map(withBertSettings))
    case .bert(var bert):
      if let lowercases { bert.lowercase = lowercases }
      if let handlesChineseChars { bert.handleChineseChars = handlesChineseChars }
      if let stripsAccents { bert.stripAccents = stripsAccents }
      return .bert(bert)
    default: return normalizer
    }
  }

  func change(_ preTokenizer: inout PreTokenizer?) {
    guard let addsPrefixSpace else { return }
    preTokenizer = preTokenizer.map { withPrefix($0, addsPrefixSpace) }
  }

  private func withPrefix(_ preTokenizer: PreTokenizer, _ addsPrefixSpace: Bool) -> PreTokenizer {
    switch preTokenizer {
    case .sequence(let parts): return .sequence(parts.map { withPrefix($0, addsPrefixSpace) })
    case .byteLevel(var byteLevel):
      byteLevel.addPrefixSpace = addsPrefixSpace
      return .byteLevel(byteLevel)
    case .metaspace(var metaspace):
      if !addsPrefixSpace {
        metaspace.prependScheme = kind == .debertaV2 ? .first : .never
      } else if metaspace.prependScheme == .never {
        metaspace.prependScheme = kind == .llama ? .first : .always
      }
      return .metaspace(metaspace)
    default: return preTokenizer
    }
  }

  func change(_ postProcessor: inout PostProcessor?) {
    guard let addsPrefixSpace else { return }
    switch postProcessor {
    case .roberta(var roberta)? where kind == .roberta:
      roberta.addPrefixSpace = addsPrefixSpace
      postProcessor = .roberta(roberta)
    case .byteLevel(let trimOffsets, _)?:
      postProcessor = .byteLevel(trimOffsets: trimOffsets, addPrefixSpace: addsPrefixSpace)
    default: break
    }
  }
}

extension TokenizerConfiguration {
  /// The tokens that the files beside `tokenizer.json` add to its own.
  func tokens(besides known: [AddedToken]) -> [AddedToken] {
    var contents = Set(known.map { Array($0.content.utf8) })
    var tokens: [AddedToken] = []
    let special = SpecialTokenRole.allCases.compactMap { named[$0] ?? nil }
    let isNamed = Set(special.map { Array($0.content.utf8) })
    for var (_, token) in added where contents.insert(Array(token.content.utf8)).inserted {
      if isNamed.contains(Array(token.content.utf8)) { token.special = true }
      tokens.append(token)
    }
    for token in special + modelSpecific + (extras ?? additional ?? [])
    where contents.insert(Array(token.content.utf8)).inserted {
      tokens.append(token)
    }
    return tokens
  }
}
