import JSON

/// Reads the `post_processor` of a `tokenizer.json`.
struct PostProcessorReader {
  /// Everything else of the tokenizer, to check special tokens against.
  private let pipeline: TokenizerPipeline

  init(_ pipeline: TokenizerPipeline) { self.pipeline = pipeline }

  func read(_ component: Component) throws(TokenizerError) -> PostProcessor {
    switch try component.type {
    case "Sequence":
      var processors: [PostProcessor] = []
      for child in try component.children("processors") { processors.append(try read(child)) }
      return .sequence(processors)
    case "BertProcessing":
      return .bert(BertProcessing(cls: try token("cls", of: component), sep: try token("sep", of: component)))
    case "RobertaProcessing":
      return .roberta(
        RobertaProcessing(
          cls: try token("cls", of: component), sep: try token("sep", of: component),
          trimOffsets: try component.bool("trim_offsets", default: true),
          addPrefixSpace: try component.bool("add_prefix_space", default: true)))
    case "ByteLevel":
      return .byteLevel(
        trimOffsets: try component.bool("trim_offsets", default: true),
        addPrefixSpace: try component.bool("add_prefix_space", default: true))
    case "TemplateProcessing":
      let special = try specialTokens(of: component)
      return .template(
        TemplateProcessing(
          single: try template("single", of: component, special), pair: try template("pair", of: component, special)))
    case let type: throw component.error("the post-processor \"\(type)\" is not known")
    }
  }

  /// A token and its id: `["[SEP]", 102]`.
  private func token(_ key: String, of component: Component) throws(TokenizerError) -> Int32 {
    guard case .array(let pair)? = component.value(key), pair.count == 2, case .string(let content) = pair[0],
      case .integer(let id) = pair[1]
    else { throw component.error(key, expected: "a token and its id") }
    return try known(id, content.string, component)
  }

  private func specialTokens(of component: Component) throws(TokenizerError) -> [String: [Int32]] {
    guard component.value("special_tokens") != nil else { return [:] }
    let list = try component.child("special_tokens")
    var tokens: [String: [Int32]] = [:]
    for (key, value) in list.object.members {
      let token = try Component(file: list.file, path: "\(list.path)[\"\(key)\"]", value)
      var ids: [Int32] = []
      for value in try token.array("ids") {
        guard case .integer(let id) = value else { throw token.error("ids", expected: "an array of integers") }
        ids.append(try known(id, key.string, token))
      }
      tokens[key.string] = ids
    }
    return tokens
  }

  private func known(_ id: Int, _ content: String, _ component: Component) throws(TokenizerError) -> Int32 {
    guard let short = Int32(exactly: id), pipeline.token(short) != nil else {
      throw component.error("the special token \"\(content)\" has the id \(id), which the vocabulary does not have")
    }
    return short
  }

  private func template(
    _ key: String, of component: Component, _ special: [String: [Int32]]
  ) throws(TokenizerError) -> [TemplateProcessing.Part] {
    var parts: [TemplateProcessing.Part] = []
    for part in try component.children(key) {
      if part.value("Sequence") != nil {
        let sequence = try part.child("Sequence")
        let index: Int
        switch try sequence.string("id") {
        case "A": index = 0
        case "B" where key == "pair": index = 1
        default: throw sequence.error("id", expected: key == "pair" ? "\"A\" or \"B\"" : "\"A\"")
        }
        parts.append(.sequence(index, typeID: try typeID(of: sequence)))
      } else {
        let token = try part.child("SpecialToken")
        guard let ids = special[try token.string("id")] else {
          throw token.error("id", expected: "one of special_tokens")
        }
        parts.append(.special(ids, typeID: try typeID(of: token)))
      }
    }
    return parts
  }

  private func typeID(of component: Component) throws(TokenizerError) -> Int32 {
    Int32(try component.optionalInt("type_id", in: 0...Int(Int32.max)) ?? 0)
  }
}
