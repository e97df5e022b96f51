import Activations
import JSON
import Support

/// The special tokens that a program asks a tokenizer for.
enum SpecialTokenRole: String, CaseIterable {
  case pad, mask, cls, sep, unk

  /// The key in `tokenizer_config.json` and `special_tokens_map.json`.
  var key: String { "\(rawValue)_token" }

  /// What the token is called where no file says it.
  var usualNames: [String] {
    switch self {
    case .pad: ["[PAD]", "<pad>"]
    case .mask: ["[MASK]", "<mask>"]
    case .cls: ["[CLS]", "<s>"]
    case .sep: ["[SEP]", "</s>"]
    case .unk: ["[UNK]", "<unk>"]
    }
  }
}

/// A folder with a tokenizer's files, read.
struct TokenizerFolder {
  let pipeline: TokenizerPipeline
  private(set) var specialTokens: [SpecialTokenRole: SpecialToken] = [:]

  init(_ folder: String) throws(TokenizerError) {
    let configuration = try TokenizerConfiguration(folder: folder)
    let path = folder.hasSuffix("/") ? folder : folder + "/"
    if Files.exists(path + "tokenizer.json") {
      pipeline = try TokenizerFile(path + "tokenizer.json").pipeline
    } else if Files.exists(path + "vocab.txt") {
      pipeline = try VocabularyFiles.wordPiece(vocabulary: path + "vocab.txt", configuration)
    } else if Files.exists(path + "vocab.json"), Files.exists(path + "merges.txt") {
      pipeline = try VocabularyFiles.byteLevelBPE(folder: path, configuration)
    } else {
      throw TokenizerError(
        file: folder, "has no tokenizer: expected tokenizer.json, or vocab.txt, or vocab.json with merges.txt")
    }
    let special = pipeline.added.specialIDs
    for role in SpecialTokenRole.allCases {
      var candidates = (configuration.specialTokens[role].map { [$0] } ?? role.usualNames).compactMap { name in
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
}

/// What `tokenizer_config.json` and `special_tokens_map.json` say, as far as it matters here.
struct TokenizerConfiguration {
  private(set) var specialTokens: [SpecialTokenRole: String] = [:]
  /// Those that take white space to their left with them.
  private(set) var lstrip: Set<SpecialTokenRole> = []
  /// The settings of `tokenizer_config.json`; empty where there is none.
  let settings: Component

  init(folder: String) throws(TokenizerError) {
    let path = folder.hasSuffix("/") ? folder : folder + "/"
    settings = try Self.read(path + "tokenizer_config.json")
    for file in [settings, try Self.read(path + "special_tokens_map.json")] {
      for role in SpecialTokenRole.allCases where specialTokens[role] == nil && file.value(role.key) != nil {
        // A special token is written as a string or as an object with its content.
        if case .object = file.value(role.key) {
          let token = try file.child(role.key)
          specialTokens[role] = try token.string("content")
          if try token.bool("lstrip", default: false) { lstrip.insert(role) }
        } else {
          specialTokens[role] = try file.string(role.key)
        }
      }
    }
  }

  private static func read(_ file: String) throws(TokenizerError) -> Component {
    let value = Files.exists(file) ? try TextFile.readJSON(file, limit: FileLimit.tokenizerSettings) : [:]
    guard case .object = value else { throw TokenizerError(file: file, "must hold an object, found \(value.kind)") }
    return try Component(file: file, path: "", value)
  }
}
