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
    case let type: throw component.error("the normalizer \"\(type)\" is not known")
    }
  }
}
