import JSON

/// Reads the `model` of a `tokenizer.json`.
enum ModelReader {
  static func read(_ component: Component) throws(TokenizerError) -> TokenizerModel {
    // Files of the first versions have no type; they are told apart by what only one model has.
    let type = try component.optionalString("type") ?? (component.object["merges"] != nil ? "BPE" : "WordPiece")
    switch type {
    case "WordPiece": return .wordPiece(try wordPiece(component))
    case "BPE": return .bpe(try bpe(component))
    case "Unigram": return .unigram(try unigram(component))
    case "WordLevel": return .wordLevel(try wordLevel(component))
    default: throw component.error("the model \"\(type)\" is not known")
    }
  }

  private static func wordPiece(_ component: Component) throws(TokenizerError) -> WordPiece {
    try WordPiece(
      vocabulary: vocabulary(component), unknown: component.string("unk_token", default: "[UNK]"),
      prefix: component.string("continuing_subword_prefix", default: "##"),
      maxInputCharsPerWord: component.optionalInt("max_input_chars_per_word", in: 0...(1 << 32)) ?? 100,
      file: component.file)
  }

  private static func wordLevel(_ component: Component) throws(TokenizerError) -> WordLevel {
    let vocabulary = try vocabulary(component)
    let unknown = try component.string("unk_token", default: "<unk>")
    return WordLevel(vocabulary: vocabulary, unknownID: try vocabulary.unknownID(unknown, file: component.file))
  }

  private static func bpe(_ component: Component) throws(TokenizerError) -> BPE {
    if let dropout = component.value("dropout")?.doubleValue, dropout != 0 {
      throw component.error("dropout is \(dropout), but random tokenization is not supported")
    }
    let vocabulary = try vocabulary(component)
    let prefix = Array(try component.string("continuing_subword_prefix", default: "").utf8)
    var merges = MergeTable(reserving: 0)
    if case .array(let list)? = component.value("merges") {
      var reader = MergeReader(vocabulary: vocabulary, prefixLength: prefix.count, count: list.count)
      for (rank, merge) in list.enumerated() {
        do {
          try reader.add(merge)
        } catch {
          throw component.error("merges[\(rank)]: \(error.message)")
        }
      }
      merges = reader.merges
    } else {
      throw component.error("merges", expected: "an array")
    }
    let unknown = try component.string("unk_token", default: "")
    return BPE(
      vocabulary: vocabulary, merges: merges,
      unknownID: unknown.isEmpty ? nil : try vocabulary.unknownID(unknown, file: component.file),
      fuseUnknown: try component.bool("fuse_unk", default: false),
      byteTokens: try component.bool("byte_fallback", default: false) ? vocabulary.byteTokens : nil,
      continuingSubwordPrefix: prefix,
      endOfWordSuffix: Array(try component.string("end_of_word_suffix", default: "").utf8),
      ignoreMerges: try component.bool("ignore_merges", default: false))
  }

  private static func unigram(_ component: Component) throws(TokenizerError) -> Unigram {
    let list = try component.array("vocab")
    var vocabulary = Vocabulary(reserving: list.count)
    var trie = ByteTrie(reserving: list.count * 2)
    var scores: [Double] = []
    scores.reserveCapacity(list.count)
    for (id, entry) in list.enumerated() {
      guard case .array(let pair) = entry, pair.count == 2, case .string(let token) = pair[0],
        let score = pair[1].doubleValue
      else { throw component.error("vocab[\(id)] must be a token and its score, found \(entry.kind)") }
      try vocabulary.insert(token, id: id, replacing: true, file: component.file)
      token.withUTF8 { trie.insert($0, value: Int32(id)) }
      scores.append(score)
    }
    guard !list.isEmpty else { throw component.error("vocab has no tokens") }
    let unknownID = try component.optionalInt("unk_id", in: 0...list.count - 1)
    return Unigram(
      vocabulary: vocabulary, scores: scores, trie: trie, unknownID: unknownID.map { Int32($0) },
      unknownScore: (scores.min() ?? 0) - Unigram.unknownPenalty,
      byteTokens: try component.bool("byte_fallback", default: false) ? vocabulary.byteTokens : nil)
  }

  /// Reads `vocab`, an object of tokens and ids.
  static func vocabulary(_ component: Component) throws(TokenizerError) -> Vocabulary {
    guard case .object(let object)? = component.value("vocab") else {
      throw component.error("vocab", expected: "an object of tokens and ids")
    }
    return try vocabulary(object, file: component.file)
  }

  static func vocabulary(_ object: JSONObject, file: String) throws(TokenizerError) -> Vocabulary {
    var vocabulary = Vocabulary(reserving: object.count)
    for (token, value) in object.members {
      guard case .integer(let id) = value else {
        throw TokenizerError(file: file, "the vocabulary's id of \"\(token)\" must be an integer, found \(value.kind)")
      }
      try vocabulary.insert(token, id: id, file: file)
    }
    return vocabulary
  }
}

extension Vocabulary {
  /// Inserts a token; a conflict becomes an error about the file.
  mutating func insert(
    _ token: JSONString, id: Int, replacing: Bool = false, file: String
  ) throws(TokenizerError) {
    do {
      try token.withUTF8 { (bytes) throws(Conflict) in try insert(bytes, id: id, replacing: replacing) }
    } catch {
      switch error {
      case .token(let other):
        throw TokenizerError(file: file, "the vocabulary has \"\(token)\" twice, with the ids \(other) and \(id)")
      case .id(let other):
        throw TokenizerError(file: file, "the vocabulary gives the id \(id) to \"\(other)\" and to \"\(token)\"")
      case .idOutOfRange:
        throw TokenizerError(
          file: file, "the vocabulary's id of \"\(token)\" is \(id), expected 0 to \(Vocabulary.idLimit - 1)")
      }
    }
  }
}

extension Vocabulary {
  func unknownID(_ token: String, file: String) throws(TokenizerError) -> Int32 {
    guard let id = id(of: token) else {
      throw TokenizerError(file: file, "the unknown token \"\(token)\" is not in the vocabulary")
    }
    return id
  }

  /// The tokens `<0x00>` to `<0xFF>`, -1 where there is none.
  var byteTokens: [Int32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id(of: "<0x\(digits.count == 1 ? "0" : "")\(digits)>") ?? -1
    }
  }
}

extension WordPiece {
  init(
    vocabulary: Vocabulary, unknown: String, prefix: String, maxInputCharsPerWord: Int, file: String
  ) throws(TokenizerError) {
    self.init(
      vocabulary: vocabulary, unknownID: try vocabulary.unknownID(unknown, file: file),
      continuingSubwordPrefix: Array(prefix.utf8), maxInputCharsPerWord: maxInputCharsPerWord)
  }
}
