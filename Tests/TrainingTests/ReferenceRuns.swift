import Activations
import Encoders
import JSON
import Checkpoints
import Safetensors
import Support
import TestSupport
import Testing

@testable import Training

/// What transformers and torch made of a model in 20 steps: `Tests/Fixtures/training`.
struct ReferenceRun {
  static let names = [
    "albert", "bert", "bert-gelu-new", "bert-mlm-cased", "deberta-v2", "deberta-v2-conv", "distilbert", "electra",
    "modernbert", "mpnet", "roberta", "xlm-roberta",
  ]

  let pretrained: PretrainedModel
  let examples: ClassificationExamples
  let labels: [String]
  let headParameters: Set<String>
  let arguments: TrainingArguments
  private let file: MappedFile
  private let entries: [String: TensorEntry]

  init(_ name: String) throws {
    let folder = Fixtures.path("training")
    let runs = try JSONValue(file: "\(folder)/runs.json", limit: .max)
    let run = try #require(runs[name])
    labels = (run["labels"]?.arrayValue ?? []).compactMap(\.stringValue)
    headParameters = Set((run["head_parameters"]?.arrayValue ?? []).compactMap(\.stringValue))
    let sentences = run["sentences"]?.arrayValue ?? []
    examples = ClassificationExamples(
      inputs: sentences.map {
        TokenizedInput(ids: ($0["ids"]?.arrayValue ?? []).compactMap { $0.intValue.map(Int32.init) })
      },
      labels: sentences.compactMap { $0["label"]?.intValue })
    var arguments = TrainingArguments()
    arguments.steps = run["steps"]?.intValue
    arguments.batchSize = try #require(run["batch_size"]?.intValue)
    arguments.learningRate = run["learning_rate"]?.doubleValue
    arguments.shuffles = false
    self.arguments = arguments

    file = try MappedFile("\(folder)/\(name).safetensors")
    entries = Dictionary(
      uniqueKeysWithValues: try SafetensorsHeader(of: file.bytes, path: file.path).entries.map { ($0.name, $0) })
    let bare = try PretrainedModel(folder: Fixtures.path("encoders/\(name)"), name: name)
    var store = bare.store
    let base = bare.architecture.basePrefix
    for name in entries.keys where name.hasPrefix("parameter.") {
      let name = String(name.dropFirst("parameter.".count))
      // What is stored of the base model has no prefix in some of the checkpoints.
      let isBase = name.hasPrefix(base) && store[bare.architecture.embeddings.words] == nil
      store[isBase ? String(name.dropFirst(base.count)) : name] = try StoredTensor(
        entry: #require(entries["parameter.\(name)"]), file: file
      ).tensor()
    }
    var configuration = bare.configuration
    configuration = configuration.forSequenceClassification(bare.architecture.classPrefix, labels: labels)
    pretrained = PretrainedModel(
      name: name, folder: bare.folder, configuration: configuration, architecture: bare.architecture, store: store)
  }

  /// A tensor of the reference.
  func values(_ name: String) throws -> [Double] {
    try StoredTensor(entry: #require(entries[name], "\(name)"), file: file).tensor().values().map(Double.init)
  }

  /// The parameters that the reference has a gradient of.
  var gradientNames: [String] {
    entries.keys.filter { $0.hasPrefix("gradient.") }.map { String($0.dropFirst("gradient.".count)) }.sorted()
  }

  /// The gradient of a parameter, with rows that are 0; `size` is the parameter's.
  func gradient(_ name: String, count: Int) throws -> [Double] {
    let values = try values("gradient.\(name)")
    guard let rows = entries["rows.\(name)"] else { return values }
    let columns = try #require(entries["gradient.\(name)"]?.shape.last)
    var result = [Double](repeating: 0, count: count)
    for row in 0..<values.count / columns {
      let index = Int(file.bytes.loadUnaligned(fromByteOffset: rows.range.lowerBound + row * 8, as: Int64.self))
      for column in 0..<columns { result[index * columns + column] = values[row * columns + column] }
    }
    return result
  }
}
