import JSON
import Support

/// The special tokens that have a role, in the order in which `transformers` adds them to a vocabulary.
enum SpecialTokenRole: String, CaseIterable {
  case bos, eos, unk, sep, pad, cls, mask

  /// The key in `tokenizer_config.json` and `special_tokens_map.json`.
  var key: String { "\(rawValue)_token" }

  /// What the token is called where no file says it.
  var usualNames: [String] {
    switch self {
    case .bos, .eos: []
    case .pad: ["[PAD]", "<pad>"]
    case .mask: ["[MASK]", "<mask>"]
    case .cls: ["[CLS]", "<s>"]
    case .sep: ["[SEP]", "</s>"]
    case .unk: ["[UNK]", "<unk>"]
    }
  }
}

/// What `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` say. Source: `_from_pretrained` of
/// `PreTrainedTokenizerBase` in Hugging Face's `transformers`.
struct TokenizerConfiguration {
  /// The folder, with a slash at its end.
  let folder: String
  /// The folder as it is named in messages.
  let name: String
  /// The settings of `tokenizer_config.json`; empty where there is none.
  let settings: Component
  /// The tokens that are named for a role; nil where a file says that there is none.
  private(set) var named: [SpecialTokenRole: AddedToken?] = [:]
  /// Tokens with a role that only one model has, such as `image_token`.
  private(set) var modelSpecific: [AddedToken] = []
  /// Special tokens without a role (`extra_special_tokens`, or `additional_special_tokens` of `tokenizer_config.json`).
  private(set) var extras: [AddedToken]?
  /// Those of `special_tokens_map.json`, which count only where a class has none of its own.
  private(set) var additional: [AddedToken]?
  /// The tokens of `added_tokens_decoder` or `added_tokens.json` with the ids that the file gives them, by id.
  private(set) var added: [(id: Int, token: AddedToken)] = []

  /// The contents of named tokens.
  var specialTokens: [SpecialTokenRole: String] { named.compactMapValues { $0?.content } }

  /// Those that take white space to their left with them.
  var lstrip: Set<SpecialTokenRole> { Set(named.filter { $0.value?.lstrip == true }.keys) }

  init(folder: String) throws(TokenizerError) {
    self.folder = folder.hasSuffix("/") ? folder : folder + "/"
    name = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    settings = try Self.read(self.folder + "tokenizer_config.json")
    try readSettings()
    if settings.value("added_tokens_decoder") != nil {
      try readAddedTokensDecoder()
    } else {
      try readSpecialTokensMap()
      try readAddedTokens()
    }
    // A named token that is added, too, is as it was added.
    for (role, token) in named {
      if let token, let same = added.first(where: { $0.token.content == token.content }) { named[role] = same.token }
    }
  }

  /// A token that is written as a string or as an object with its content.
  private static func token(_ value: JSONValue, _ key: String, of file: Component) throws(TokenizerError) -> AddedToken
  {
    if case .string(let content) = value { return AddedToken.special(content.string) }
    guard case .object(let object) = value else {
      throw file.error(key, expected: "a token: a string, or an object with its content")
    }
    var token = try AddedToken(Component(file: file.file, path: file.path.isEmpty ? key : "\(file.path).\(key)", value))
    token.special = true
    if object["normalized"] == nil { token.normalized = false }
    return token
  }

  private static func tokens(_ list: [JSONValue], _ key: String, of file: Component) throws(TokenizerError)
    -> [AddedToken]
  {
    var tokens: [AddedToken] = []
    for value in list { tokens.append(try token(value, key, of: file)) }
    return tokens
  }

  private mutating func readNamed(of file: Component) throws(TokenizerError) {
    for role in SpecialTokenRole.allCases {
      guard let value = file.object[role.key] else { continue }
      named[role] = .some(value.isNull ? nil : try Self.token(value, role.key, of: file))
    }
    let roles = Set(SpecialTokenRole.allCases.map(\.key))
    for (key, value) in file.object.members where key.string.hasSuffix("_token") && !roles.contains(key.string) {
      // Settings such as add_bos_token end alike.
      if case .string = value { modelSpecific.append(try Self.token(value, key.string, of: file)) }
    }
    if case .object(let object)? = file.value("extra_special_tokens") {
      for (key, value) in object.members { modelSpecific.append(try Self.token(value, key.string, of: file)) }
    }
  }

  private mutating func readSettings() throws(TokenizerError) {
    try readNamed(of: settings)
    switch settings.value("extra_special_tokens") {
    case .array(let list)? where !list.isEmpty:
      extras = try Self.tokens(list, "extra_special_tokens", of: settings)
    case .object(let object)? where !object.isEmpty: break
    default:
      guard let value = settings.object["additional_special_tokens"] else { break }
      guard case .array(let list) = value else {
        extras = []
        break
      }
      extras = try Self.tokens(list, "additional_special_tokens", of: settings)
    }
  }

  private mutating func readAddedTokensDecoder() throws(TokenizerError) {
    let decoder = try settings.child("added_tokens_decoder")
    for (key, value) in decoder.object.members {
      guard let id = Int(key.string), (0..<Vocabulary.idLimit).contains(id) else {
        throw decoder.error("\"\(key)\" is no id of a token")
      }
      let component = try Component(file: decoder.file, path: "\(decoder.path)[\"\(key)\"]", value)
      added.append((id, try AddedToken(component)))
    }
    added.sort { $0.id < $1.id }
  }

  private mutating func readSpecialTokensMap() throws(TokenizerError) {
    let file = try Self.read(folder + "special_tokens_map.json")
    try readNamed(of: file)
    if case .array(let list)? = file.value("additional_special_tokens") {
      additional = try Self.tokens(list, "additional_special_tokens", of: file)
    }
    if case .array(let list)? = file.value("extra_special_tokens") {
      for token in try Self.tokens(list, "extra_special_tokens", of: file)
      where extras?.contains(where: { $0.content == token.content }) != true {
        extras = (extras ?? []) + [token]
      }
    }
  }

  private mutating func readAddedTokens() throws(TokenizerError) {
    let file = try Self.read(folder + "added_tokens.json")
    guard !file.object.isEmpty else { return }
    let special = Set(named.values.compactMap { $0?.content } + (extras ?? []).map(\.content))
    for (key, value) in file.object.members {
      guard case .integer(let id) = value, (0..<Vocabulary.idLimit).contains(id) else {
        throw file.error("the id of \"\(key)\" must be an integer from 0 to \(Vocabulary.idLimit - 1)")
      }
      let isSpecial = special.contains(key.string)
      added.append((id, AddedToken(content: key.string, normalized: !isSpecial, special: isSpecial)))
    }
    added.sort { $0.id < $1.id }
  }

  private static func read(_ file: String) throws(TokenizerError) -> Component {
    let value = Files.exists(file) ? try TextFile.readJSON(file, limit: FileLimit.tokenizerSettings) : [:]
    guard case .object = value else { throw TokenizerError(file: file, "must hold an object, found \(value.kind)") }
    return try Component(file: file, path: "", value)
  }
}
