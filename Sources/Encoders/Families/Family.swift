import Activations
import Support

/// The sizes of an encoder, as its configuration gives them.
package struct Sizes: Sendable {
  package var layers: Int
  package var heads: Int
  package var hidden: Int
  package var intermediate: Int
  package var vocabulary: Int
  /// The longest input.
  package var positions: Int
  /// 1 where the family has no token types.
  package var tokenTypes: Int
  /// How many numbers a query, key or value of a head has.
  package var headSize: Int
  /// How many heads of keys and values there are: neighbouring heads share them where there are fewer than heads.
  package var keyValueHeads: Int

  /// `headSize` is the hidden size over the number of heads, and every head has keys and values of its own, unless it is said.
  package init(
    layers: Int, heads: Int, hidden: Int, intermediate: Int, vocabulary: Int, positions: Int, tokenTypes: Int = 1,
    headSize: Int? = nil, keyValueHeads: Int? = nil
  ) {
    self.layers = layers
    self.heads = heads
    self.hidden = hidden
    self.headSize = headSize ?? hidden / heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.intermediate = intermediate
    self.vocabulary = vocabulary
    self.positions = positions
    self.tokenTypes = tokenTypes
  }
}

/// A loaded encoder of some family.
protocol FamilyModel: Sendable {
  var sizes: Sizes { get }
  /// Which parameters it uses.
  var account: ParameterReader.Account { get }
  /// What predicts tokens, where the checkpoint has that.
  var maskedLMHead: MaskedLMHead.Found { get }
  /// For how many matrices of a layer, of the size of its probabilities, `scoreBias` is kept beside them.
  var keptScoreBiases: Int { get }
  init(_ configuration: Configuration, _ parameters: Parameters) throws
  /// Runs the encoder on sentences that have been checked: ids, token types and lengths are within `sizes`. There is a trace
  /// for each of them.
  func forward(_ pass: ForwardPass) throws -> [AttentionTrace]
}

extension FamilyModel {
  var keptScoreBiases: Int { 0 }
}

/// Families by `model_type`, and how the names of their classes start (`BertModel`, `BertForMaskedLM` ...).
let families: [(modelType: String, model: any FamilyModel.Type, classPrefix: String)] = [
  ("albert", Albert.self, "Albert"),
  ("bart", Layered<Bart>.self, "Bart"),
  ("bert", Bert.self, "Bert"),
  ("camembert", Roberta.self, "Camembert"),
  ("clip", Layered<ClipText>.self, "CLIP"),
  ("clip_text_model", Layered<ClipText>.self, "CLIPText"),
  ("data2vec-text", Roberta.self, "Data2VecText"),
  ("deberta", Deberta.self, "Deberta"),
  ("deberta-v2", DebertaV2.self, "DebertaV2"),
  ("distilbert", DistilBert.self, "DistilBert"),
  ("electra", Electra.self, "Electra"),
  ("ernie", Layered<Ernie>.self, "Ernie"),
  ("esm", Layered<Esm>.self, "Esm"),
  ("eurobert", Layered<EuroBert>.self, "EuroBert"),
  ("gemma3", Layered<Gemma3>.self, "Gemma3"),
  ("gemma3_text", Layered<Gemma3>.self, "Gemma3Text"),
  ("gpt2", Layered<GPT2>.self, "GPT2"),
  ("gte", Layered<Gte>.self, "Gte"),
  ("jina_bert", Layered<JinaBert>.self, "JinaBert"),
  ("jina_embeddings_v3", Layered<JinaEmbeddingsV3>.self, "JinaEmbeddingsV3"),
  ("layoutlm", Layered<LayoutLM>.self, "LayoutLM"),
  ("llama", Layered<Llama>.self, "Llama"),
  ("m2m_100", Layered<M2M100>.self, "M2M100"),
  ("marian", Layered<Marian>.self, "Marian"),
  ("mbart", Layered<MBart>.self, "MBart"),
  ("megatron-bert", Layered<MegatronBert>.self, "MegatronBert"),
  ("modernbert", ModernBert.self, "ModernBert"),
  ("mpnet", MPNet.self, "MPNet"),
  ("mt5", Layered<MT5>.self, "MT5"),
  ("new", Layered<Gte>.self, "New"),
  ("nomic_bert", Layered<NomicBert>.self, "NomicBert"),
  ("qwen3", Layered<Qwen3>.self, "Qwen3"),
  ("rembert", Layered<RemBert>.self, "RemBert"),
  ("roberta", Roberta.self, "Roberta"),
  ("roberta-prelayernorm", Layered<RobertaPreLayerNorm>.self, "RobertaPreLayerNorm"),
  ("roformer", Layered<RoFormer>.self, "RoFormer"),
  ("siglip", Layered<SiglipText>.self, "Siglip"),
  ("siglip_text_model", Layered<SiglipText>.self, "SiglipText"),
  ("t5", Layered<T5>.self, "T5"),
  ("umt5", Layered<UMT5>.self, "UMT5"),
  ("xlm-roberta", Roberta.self, "XLMRoberta"),
  ("xlm-roberta-xl", Layered<XLMRobertaXL>.self, "XLMRobertaXL"),
]

/// Families whose configurations have the `model_type` of another one, and tell themselves apart by where they take positions from.
private let familiesUnderOtherNames = [
  (modelType: "bert", positions: "alibi", family: "jina_bert"),
  (modelType: "xlm-roberta", positions: "rotary", family: "jina_embeddings_v3"),
]

/// The `model_type`s that can be loaded.
public let supportedFamilies: [String] = families.map(\.modelType)

extension Configuration {
  /// The family that `model_type` names, or the architecture where an old file has no `model_type`.
  func family() throws -> (modelType: String, model: any FamilyModel.Type) {
    try refuseQuantized()
    let supported: MessageText = "`headscope help models` lists those that are"
    if var modelType = try optionalString("model_type") {
      let positions = try optionalString("position_embedding_type")
      modelType =
        familiesUnderOtherNames.first { ($0.modelType, $0.positions) == (modelType, positions) }?.family ?? modelType
      guard let family = families.first(where: { $0.modelType == modelType }) else {
        throw failure("model_type", "is '\(modelType)', which is not supported; \(supported)")
      }
      return (family.modelType, family.model)
    }
    if let architecture = value("architectures")?[0]?.stringValue {
      // BertModel, BertForMaskedLM ...: the family's name is what stands before Model or For.
      for family in families
      where ["Model", "For"].contains(where: { architecture.hasPrefix(family.classPrefix + $0) }) {
        return (family.modelType, family.model)
      }
    }
    throw EncoderError("\(path): has no model_type that says which family it is; \(supported)")
  }
}

extension Configuration {
  /// The `model_type` of the family, and how the names of its classes start.
  package func familyName() throws -> (modelType: String, classPrefix: String) {
    let modelType = try family().modelType
    return (modelType, families.first { $0.modelType == modelType }?.classPrefix ?? "")
  }
}
