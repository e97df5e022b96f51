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

  package init(
    layers: Int, heads: Int, hidden: Int, intermediate: Int, vocabulary: Int, positions: Int, tokenTypes: Int
  ) {
    self.layers = layers
    self.heads = heads
    self.hidden = hidden
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
  ("bert", Bert.self, "Bert"),
  ("camembert", Roberta.self, "Camembert"),
  ("deberta-v2", DebertaV2.self, "DebertaV2"),
  ("distilbert", DistilBert.self, "DistilBert"),
  ("electra", Electra.self, "Electra"),
  ("modernbert", ModernBert.self, "ModernBert"),
  ("mpnet", MPNet.self, "MPNet"),
  ("roberta", Roberta.self, "Roberta"),
  ("xlm-roberta", Roberta.self, "XLMRoberta"),
]

/// The `model_type`s that can be loaded.
public let supportedFamilies: [String] = families.map(\.modelType)

extension Configuration {
  /// The family that `model_type` names, or the architecture where an old file has no `model_type`.
  func family() throws -> (modelType: String, model: any FamilyModel.Type) {
    let supported: MessageText = "supported are \(words: supportedFamilies.joined(separator: ", "))"
    if let modelType = try optionalString("model_type") {
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
