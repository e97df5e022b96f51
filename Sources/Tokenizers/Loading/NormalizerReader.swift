import JSON

/// Reads the `normalizer` of a `tokenizer.json`.
enum NormalizerReader {
  static func read(_ component: Component) throws(TokenizerError) -> Normalizer {
    switch try component.type {
    case "Sequence":
      var normalizers: [Normalizer] = []
      for child in try component.children("normalizers") { normalizers.append(try read(child)) }
      return .sequence(normalizers)
    case "BertNormalizer":
      return .bert(
        BertNormalizer(
          cleanText: try component.bool("clean_text", default: true),
          handleChineseChars: try component.bool("handle_chinese_chars", default: true),
          stripAccents: try component.optionalBool("strip_accents"),
          lowercase: try component.bool("lowercase", default: true)))
    case "NFC": return .unicode(.nfc)
    case "NFD": return .unicode(.nfd)
    case "NFKC": return .unicode(.nfkc)
    case "NFKD": return .unicode(.nfkd)
    case "Lowercase": return .lowercase
    case "Strip":
      return .strip(
        left: try component.bool("strip_left", default: true), right: try component.bool("strip_right", default: true))
    case "StripAccents": return .stripAccents
    case "Replace":
      return .replace(try pattern(of: component), content: Array(try component.string("content").utf8))
    case "Prepend": return .prepend(Array(try component.string("prepend").utf8))
    case "Nmt": return .nmt
    case "Precompiled": return .precompiled(try precompiled(component))
    case "ByteLevel": return .byteLevel
    case let type: throw component.error("the normalizer \"\(type)\" is not known")
    }
  }

  /// Reads a `pattern`: `{"String": "x"}` or `{"Regex": "x+"}`.
  static func pattern(of component: Component) throws(TokenizerError) -> Pattern {
    let pattern = try component.child("pattern")
    if pattern.value("String") != nil {
      let string = try pattern.string("String")
      if !string.isEmpty { return .literal(Array(string.utf8)) }
      // An empty string is found between all characters.
      return try regex("", of: pattern)
    }
    guard pattern.value("Regex") != nil else {
      throw component.error("pattern", expected: "an object with String or Regex")
    }
    return try regex(try pattern.string("Regex"), of: pattern)
  }

  private static func regex(_ expression: String, of component: Component) throws(TokenizerError) -> Pattern {
    do {
      return .regex(try Regex(expression))
    } catch {
      throw component.error(
        "the regular expression \(JSONValue(expression).serialized()) is not valid: \(error.message)")
    }
  }

  private static func precompiled(_ component: Component) throws(TokenizerError) -> Precompiled {
    guard case .string(let text)? = component.value("precompiled_charsmap") else {
      throw component.error("precompiled_charsmap", expected: "a string")
    }
    guard let rules = text.withUTF8({ Base64.decode($0) }) else {
      throw component.error("precompiled_charsmap is not valid Base64")
    }
    do {
      return try Precompiled(rules)
    } catch {
      throw component.error("precompiled_charsmap is damaged: \(error.message)")
    }
  }
}
