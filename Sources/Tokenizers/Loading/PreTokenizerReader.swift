/// Reads the `pre_tokenizer` of a `tokenizer.json`.
enum PreTokenizerReader {
  static func read(_ component: Component) throws(TokenizerError) -> PreTokenizer {
    switch try component.type {
    case "Sequence":
      var preTokenizers: [PreTokenizer] = []
      for child in try component.children("pretokenizers") { preTokenizers.append(try read(child)) }
      return .sequence(preTokenizers)
    case "BertPreTokenizer": return .bert
    case let type: throw component.error("the pre-tokenizer \"\(type)\" is not known")
    }
  }
}
