import JSON

/// A `tokenizer.json`, read.
struct TokenizerFile {
  let pipeline: TokenizerPipeline

  /// Reads the file. What the settings beside it say counts as it does in `transformers`: see `FileSettings`.
  init(_ path: String, _ configuration: TokenizerConfiguration) throws(TokenizerError) {
    let value = try TextFile.readJSON(path)
    guard case .object = value else { throw TokenizerError(file: path, "must hold an object, found \(value.kind)") }
    let root = try Component(file: path, path: "", value)
    if let version = try root.optionalString("version"), version != "1.0" {
      throw TokenizerError(file: path, "version is \"\(version)\", expected \"1.0\"")
    }
    var pipeline = TokenizerPipeline(model: try ModelReader.read(try root.child("model")))
    if root.value("normalizer") != nil { pipeline.normalizer = try NormalizerReader.read(try root.child("normalizer")) }
    if root.value("pre_tokenizer") != nil {
      pipeline.preTokenizer = try PreTokenizerReader.read(try root.child("pre_tokenizer"))
    }
    let settings = try FileSettings(configuration)
    settings.change(&pipeline.normalizer)
    settings.change(&pipeline.preTokenizer)
    var tokens: [AddedToken] = []
    if root.value("added_tokens") != nil {
      for component in try root.children("added_tokens") { tokens.append(try AddedToken(component)) }
    }
    tokens += configuration.tokens(besides: tokens)
    if !tokens.isEmpty { pipeline.added = try Self.added(tokens, to: pipeline, file: path) }
    if root.value("post_processor") != nil {
      pipeline.postProcessor = try PostProcessorReader(pipeline).read(try root.child("post_processor"))
      settings.change(&pipeline.postProcessor)
    }
    self.pipeline = pipeline
  }

  /// Adds tokens to the vocabulary of a pipeline that has its model and its normalizer.
  static func added(
    _ tokens: [AddedToken], to pipeline: TokenizerPipeline, file: String
  ) throws(TokenizerError) -> AddedVocabulary {
    do {
      return try AddedVocabulary(
        tokens, vocabulary: pipeline.model.vocabulary, normalize: pipeline.normalizer.map { $0.normalize })
    } catch {
      throw TokenizerError(
        file: file,
        "the added token \"\(error.token)\" would get the id \(error.id), which the vocabulary gives to \"\(error.other)\""
      )
    }
  }
}

extension AddedToken {
  init(_ component: Component) throws(TokenizerError) {
    let special = try component.bool("special", default: false)
    self.init(
      content: try component.string("content"),
      singleWord: try component.bool("single_word", default: false),
      lstrip: try component.bool("lstrip", default: false),
      rstrip: try component.bool("rstrip", default: false),
      normalized: try component.bool("normalized", default: !special),
      special: special)
  }
}
