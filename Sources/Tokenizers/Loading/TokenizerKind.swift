import JSON
import Support

/// The classes of tokenizers of Hugging Face's `transformers` that are known without a `tokenizer.json`.
enum TokenizerKind: String {
  case bert, mpnet, funnel, roformer
  case roberta, gpt2, deberta, clip, qwen2
  case albert, debertaV2, xlmRoberta, camembert, mbart, mbart50, t5, llama, gemma, rembert, bigBird
  /// A SentencePiece model as it is, where no class is named that does something else.
  case sentencePiece
  case marian, m2m100, siglip
  case byt5, esm
  case bertJapanese

  /// Classes that only share another one's ways, by name.
  private static let names: [String: TokenizerKind] = [
    "Bert": .bert, "DistilBert": .bert, "Electra": .bert, "MobileBert": .bert, "SqueezeBert": .bert, "ConvBert": .bert,
    "LayoutLM": .bert, "RetriBert": .bert, "Realm": .bert, "DPRQuestionEncoder": .bert, "DPRContextEncoder": .bert,
    "DPRReader": .bert, "Lxmert": .bert, "MPNet": .mpnet, "Funnel": .funnel,
    "RoFormer": .roformer,
    "Roberta": .roberta, "Bart": .roberta, "Longformer": .roberta, "LED": .roberta, "GPT2": .gpt2, "Deberta": .deberta,
    "CLIP": .clip, "Qwen2": .qwen2,
    "Albert": .albert, "DebertaV2": .debertaV2, "XLMRoberta": .xlmRoberta, "Camembert": .camembert, "MBart": .mbart,
    "MBart50": .mbart50, "T5": .t5, "MT5": .t5, "Llama": .llama, "Gemma": .gemma, "RemBert": .rembert,
    "BigBird": .bigBird, "Marian": .marian, "M2M100": .m2m100, "Siglip": .siglip, "ByT5": .byt5, "Esm": .esm,
    "BertJapanese": .bertJapanese,
  ]

  /// The tokenizer that goes with a model, by `model_type`. Source: `TOKENIZER_MAPPING_NAMES` of `transformers`.
  private static let modelTypes: [String: TokenizerKind] = [
    "bert": .bert, "distilbert": .bert, "electra": .bert, "mobilebert": .bert, "squeezebert": .bert, "convbert": .bert,
    "layoutlm": .bert, "ernie": .bert, "megatron-bert": .bert, "nomic_bert": .bert, "nezha": .bert, "lxmert": .bert,
    "mpnet": .mpnet, "funnel": .funnel, "roformer": .roformer,
    "roberta": .roberta, "roberta-prelayernorm": .roberta, "data2vec-text": .roberta, "longformer": .roberta,
    "bart": .roberta, "ibert": .roberta, "gpt2": .gpt2, "gpt_neo": .gpt2, "deberta": .deberta, "clip": .clip,
    "clip_text_model": .clip, "qwen2": .qwen2, "qwen3": .qwen2,
    "albert": .albert, "deberta-v2": .debertaV2, "xlm-roberta": .xlmRoberta, "xlm-roberta-xl": .xlmRoberta,
    "xmod": .xlmRoberta, "gte": .xlmRoberta, "new": .xlmRoberta, "jina_embeddings_v3": .xlmRoberta,
    "camembert": .camembert, "mbart": .mbart, "mbart50": .mbart50, "t5": .t5, "mt5": .t5, "umt5": .t5,
    "gemma": .gemma, "gemma2": .gemma, "gemma3": .gemma, "gemma3_text": .gemma, "llama": .sentencePiece,
    "mistral": .sentencePiece, "eurobert": .sentencePiece, "rembert": .rembert, "big_bird": .bigBird,
    "marian": .marian, "m2m_100": .m2m100, "siglip": .siglip, "siglip_text_model": .siglip, "byt5": .byt5, "esm": .esm,
    "bert-japanese": .bertJapanese,
  ]

  /// Tokenizers of models, which are not known.
  private static let unknownModelTypes: [String: String] = [
    "phobert": "PhobertTokenizer", "bertweet": "BertweetTokenizer",
    "canine": "CanineTokenizer", "flaubert": "FlaubertTokenizer", "xlm": "XLMTokenizer", "luke": "LukeTokenizer",
    "tapas": "TapasTokenizer", "roc_bert": "RoCBertTokenizer", "bert-generation": "BertGenerationTokenizer",
  ]

  /// Classes that are programs in Python: no `tokenizer.json` can be made of them, and one that stands beside them is another
  /// tokenizer.
  private static let programs: Set<String> = [
    "Phobert", "Bertweet", "BertJapanese", "Canine", "Flaubert", "XLM", "Tapas", "RoCBert", "RoFormer",
    "BertGeneration", "Bartpho", "BioGpt", "BlenderbotSmall", "CTRL", "Cpm", "CpmAnt", "FSMT", "MyT5", "Perceiver",
    "ProphetNet", "Speech2Text",
  ]

  /// Classes that are whatever `tokenizer.json` says.
  private static let generic: Set<String> = ["PreTrained", "TokenizersBackend", "PythonBackend"]

  /// Which class a folder's files name.
  enum Named {
    /// `tokenizer_class`.
    case kind(TokenizerKind)
    /// None is named; this one goes with the model.
    case usual(TokenizerKind)
    /// A class that is not known.
    case unknown(String)
    /// Nothing is said.
    case nothing
  }

  /// What `tokenizer_class` says, in `tokenizer_config.json` or else in `config.json`, or else `model_type`.
  static func named(by configuration: TokenizerConfiguration) throws(TokenizerError) -> Named {
    var name = try configuration.settings.optionalString("tokenizer_class")
    var modelType: String?
    if name.map({ Self.generic.contains(short($0)) }) ?? true {
      let model = modelConfiguration(configuration.folder)
      if name == nil { name = model?["tokenizer_class"]?.stringValue }
      modelType = model?["model_type"]?.stringValue
    }
    if let name, !Self.generic.contains(short(name)) {
      return names[short(name)].map { .kind($0) } ?? .unknown(name)
    }
    guard let modelType else { return .nothing }
    if let unknown = unknownModelTypes[modelType] { return .unknown(unknown) }
    return modelTypes[modelType].map { .usual($0) } ?? .nothing
  }

  /// A class that a `tokenizer.json` beside it does not stand for, if the folder names one.
  static func besideTokenizerFile(_ configuration: TokenizerConfiguration) throws(TokenizerError) -> Named? {
    let name =
      try configuration.settings.optionalString("tokenizer_class")
      ?? modelConfiguration(configuration.folder)?["tokenizer_class"]?.stringValue
    guard let name, programs.contains(short(name)) else { return nil }
    return names[short(name)].map { .kind($0) } ?? .unknown(name)
  }

  /// Whether `transformers` can write a `tokenizer.json` for a class.
  static func isConvertible(_ name: String) -> Bool { !programs.contains(short(name)) }

  /// `BertTokenizerFast` and `BertTokenizer` are one class.
  private static func short(_ name: String) -> String {
    var name = name[...]
    if name.hasSuffix("Fast") { name = name.dropLast(4) }
    if name.hasSuffix("Tokenizer") { name = name.dropLast(9) }
    return String(name)
  }

  private static func modelConfiguration(_ folder: String) -> JSONObject? {
    let path = folder + "config.json"
    guard Files.isFile(path) else { return nil }
    return (try? JSONValue(file: path, limit: FileLimit.configuration))?.objectValue
  }

  /// The class that `tokenizer_config.json` names.
  static func named(in settings: Component) throws(TokenizerError) -> TokenizerKind? {
    try settings.optionalString("tokenizer_class").flatMap { names[short($0)] }
  }
}
