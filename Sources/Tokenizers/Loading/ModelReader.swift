import JSON

/// Reads the `model` of a `tokenizer.json`.
enum ModelReader {
  static func read(_ component: Component) throws(TokenizerError) -> TokenizerModel {
    // Files of the first versions have no type; they are told apart by what only one model has.
    let type = try component.optionalString("type") ?? (component.object["merges"] != nil ? "BPE" : "WordPiece")
    switch type {
    case "WordPiece": return .wordPiece(try wordPiece(component))
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
  mutating func insert(_ token: JSONString, id: Int, file: String) throws(TokenizerError) {
    do {
      try token.withUTF8 { (bytes) throws(Conflict) in try insert(bytes, id: id) }
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

extension WordPiece {
  init(
    vocabulary: Vocabulary, unknown: String, prefix: String, maxInputCharsPerWord: Int, file: String
  ) throws(TokenizerError) {
    guard let unknownID = vocabulary.id(of: unknown) else {
      throw TokenizerError(file: file, "the unknown token \"\(unknown)\" is not in the vocabulary")
    }
    self.init(
      vocabulary: vocabulary, unknownID: unknownID, continuingSubwordPrefix: Array(prefix.utf8),
      maxInputCharsPerWord: maxInputCharsPerWord)
  }
}
