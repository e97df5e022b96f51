import Activations
import Encoders
import JSON
import Support

/// A checkpoint that is about to be trained: its configuration, its parameters, and what its head knows already.
package struct PretrainedModel: Sendable {
  /// What messages call it.
  package let name: String
  package let folder: String
  package let configuration: JSONObject
  package let architecture: Architecture
  package let store: ParameterStore

  /// Reads a model folder.
  ///
  /// - Throws: where it is none, or its family cannot be trained.
  package init(folder: String, name: String) throws {
    let configuration = try Configuration(folder: folder)
    var architecture = try Architecture(configuration)
    let store = try ParameterStore(folder: folder)
    architecture.maskedLM?.adapt(to: store, words: architecture.embeddings.words)
    self.init(
      name: name, folder: folder, configuration: configuration.object, architecture: architecture, store: store)
  }

  init(
    name: String, folder: String, configuration: JSONObject, architecture: Architecture, store: ParameterStore
  ) {
    self.name = name
    self.folder = folder
    self.configuration = configuration
    self.architecture = architecture
    self.store = store
  }

  /// The labels that the checkpoint's classification head tells apart, by their ids; nil where it has no such head.
  package var labels: [String]? {
    let plan = architecture.classification
    guard let weight = store["\(plan.classifier).weight"], weight.shape.count == 2,
      weight.shape[1] == architecture.hidden,
      plan.denseIsInBase || plan.dense.names.allSatisfy({ store["\($0).weight"] != nil })
    else { return nil }
    return labelNames(in: configuration, count: weight.shape[0])
  }
}

/// The names of labels, by their ids: `id2label`, or `LABEL_0` and so on, as transformers calls them.
package func labelNames(in configuration: JSONObject, count: Int) -> [String] {
  let names = configuration["id2label"]?.objectValue
  return (0..<count).map { names?[String($0)]?.stringValue ?? "LABEL_\($0)" }
}

extension JSONObject {
  /// The configuration of a model with a classification head: `architectures`, labels and the kind of problem as
  /// `save_pretrained` writes them.
  package func forSequenceClassification(_ classPrefix: String, labels: [String]) -> JSONObject {
    var (names, ids) = (JSONObject(), JSONObject())
    for (id, label) in labels.enumerated() {
      names[String(id)] = JSONValue(label)
      ids[label] = .integer(id)
    }
    var result = inFloat32
    result["architectures"] = [JSONValue("\(classPrefix)ForSequenceClassification")]
    result["id2label"] = .object(names)
    result["label2id"] = .object(ids)
    result["problem_type"] = "single_label_classification"
    return result
  }

  /// The configuration of a model with a masked-LM head.
  package func forMaskedLM(_ classPrefix: String) -> JSONObject {
    var result = inFloat32
    result["architectures"] = [JSONValue("\(classPrefix)ForMaskedLM")]
    return result
  }

  /// The same, of parameters that are stored as float32.
  private var inFloat32: JSONObject {
    var result = self
    for key in ["dtype", "torch_dtype"] where self[key] != nil { result[key] = "float32" }
    return result
  }
}
