import JSON

/// Reads the `pre_tokenizer` of a `tokenizer.json`.
enum PreTokenizerReader {
  static func read(_ component: Component) throws(TokenizerError) -> PreTokenizer {
    switch try component.type {
    case "Sequence":
      var preTokenizers: [PreTokenizer] = []
      for child in try component.children("pretokenizers") { preTokenizers.append(try read(child)) }
      return .sequence(preTokenizers)
    case "BertPreTokenizer": return .bert
    case "ByteLevel":
      return .byteLevel(
        ByteLevel(
          addPrefixSpace: try component.bool("add_prefix_space", default: true),
          useRegex: try component.bool("use_regex", default: true)))
    case "Metaspace": return .metaspace(try metaspace(component))
    case "Whitespace": return .whitespace
    case "WhitespaceSplit": return .whitespaceSplit
    case "Punctuation": return .punctuation(try behavior(of: component, default: .isolated))
    case "Digits": return .digits(individual: try component.bool("individual_digits", default: false))
    case "CharDelimiterSplit":
      return .split(.literal(try character("delimiter", of: component)), .removed, invert: false)
    case "Split":
      return .split(
        try NormalizerReader.pattern(of: component), try behavior(of: component, default: nil),
        invert: try component.bool("invert", default: false))
    case "UnicodeScripts": return .unicodeScripts
    case "FixedLength":
      return .fixedLength(try component.optionalInt("length", in: 1...Int(Int32.max)) ?? 5)
    case let type: throw component.error("the pre-tokenizer \"\(type)\" is not known")
    }
  }

  private static func metaspace(_ component: Component) throws(TokenizerError) -> Metaspace {
    let declared = try component.optionalString("prepend_scheme")
    var scheme = Metaspace.PrependScheme.always
    if let declared {
      guard let known = Metaspace.PrependScheme(rawValue: declared) else {
        throw component.error("prepend_scheme", expected: "\"always\", \"first\" or \"never\"")
      }
      scheme = known
    }
    // Older files only say whether a space is added.
    if try component.optionalBool("add_prefix_space") == false {
      guard declared == nil || scheme == .never else {
        throw component.error("add_prefix_space is false, but prepend_scheme is \"\(scheme.rawValue)\"")
      }
      scheme = .never
    }
    return Metaspace(
      replacement: component.value("replacement") == nil
        ? Array("▁".utf8) : try character("replacement", of: component),
      prependScheme: scheme, split: try component.bool("split", default: true))
  }

  /// Reads a single character, as UTF-8.
  private static func character(_ key: String, of component: Component) throws(TokenizerError) -> [UInt8] {
    let string = try component.string(key)
    guard string.unicodeScalars.count == 1 else { throw component.error(key, expected: "a single character") }
    return Array(string.utf8)
  }

  private static func behavior(
    of component: Component, default fallback: SplitBehavior?
  ) throws(TokenizerError) -> SplitBehavior {
    if let fallback, component.value("behavior") == nil { return fallback }
    guard let behavior = SplitBehavior(rawValue: try component.string("behavior")) else {
      throw component.error(
        "behavior", expected: "\"Removed\", \"Isolated\", \"MergedWithPrevious\", \"MergedWithNext\" or \"Contiguous\"")
    }
    return behavior
  }
}
