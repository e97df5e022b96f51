import Activations
import Explorer
import ExplorerViews
import JSON
import Models
import Survey
import TestSupport

@testable import ExplorerApp

/// Four tiny models in a folder of their own: two of different sizes, one that cannot be read, and one whose weights hold
/// NaN.
final class JourneyModels {
  static let names = ["broken", "damaged", "first", "second"]

  let folder = TemporaryFolder()
  let locator: ModelLocator
  /// Surveys of the first two, by the names of their models; the paths that a person types.
  let surveys: [String: String]
  let shelf = SurveyShelf()
  private var loaded: [String: Result<Model, any Error>] = [:]

  init() throws {
    for (name, encoder, tokenizer) in [
      ("first", "bert-mlm-cased", "wordpiece-cased"), ("second", "mpnet", "wordpiece-mpnet"),
      ("damaged", "bert-mlm-cased", "wordpiece-cased"), ("broken", "mpnet", "wordpiece-mpnet"),
    ] {
      folder.link("\(name)/config.json", to: Fixtures.path("encoders/\(encoder)/config.json"))
      folder.link("\(name)/tokenizer.json", to: Fixtures.path("tokenizers/\(tokenizer)/tokenizer.json"))
      let weights = Fixtures.path("encoders/\(encoder)/model.safetensors")
      switch name {
      case "damaged": folder.write(try Self.damaged(weights), to: "\(name)/model.safetensors")
      case "broken": folder.write("these are no weights", to: "\(name)/model.safetensors")
      default: folder.link("\(name)/model.safetensors", to: weights)
      }
    }
    var surveys: [String: String] = [:]
    for (place, name) in ["first", "second"].enumerated() {
      let configuration = try JSONValue(parsing: try contents(of: folder["\(name)/config.json"])).objectValue
      let survey = SyntheticSurvey.survey(
        layers: configuration?["num_hidden_layers"]?.intValue ?? 1,
        heads: configuration?["num_attention_heads"]?.intValue ?? 1, shift: Double(place) / 32)
      var bytes: [UInt8] = []
      try SurveyFile.write(survey, state: nil) { bytes += $0 }
      folder.write(bytes, to: "\(name).survey")
      surveys[name] = folder["\(name).survey"]
    }
    self.surveys = surveys
    locator = ModelLocator(
      environment: ["HEADSCOPE_MODELS": folder.path], executablePath: folder["bin/headscope"], currentFolder: "/")
  }

  /// The weights with a NaN among the queries of layer 1.
  private static func damaged(_ path: String) throws -> [UInt8] {
    var bytes = try contents(of: path)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let tensor = "bert.encoder.layer.1.attention.self.query.weight"
    let start = try JSONValue(parsing: bytes[8..<8 + length]).objectValue?[tensor]?["data_offsets"]?.arrayValue?.first?
      .intValue
    let place = 8 + length + (start ?? 0)
    bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: Float.nan) { Array($0) })
    return bytes
  }

  func load(_ name: String?) throws -> Model {
    let name = name ?? "first"
    if let model = loaded[name] { return try model.get() }
    let result = Result { try Model.load(try locator.locate(name), allowsDamagedWeights: true) }
    loaded[name] = result
    return try result.get()
  }
}

/// Does the explorer's work as the program does, and remembers all of it: most of what a journey shows is shown again.
final class RememberingHandler: EffectHandling {
  private struct Analyzed: Hashable {
    var analysis: Analysis
    var sources: [ObjectIdentifier]
  }

  private struct Computed: Hashable {
    var model: String
    var request: String
    var joinsWords: Bool
  }

  private let models: JourneyModels
  private var handlers: [String: EffectHandler] = [:]
  private var computations: [Computed: Computation] = [:]
  private var findings: [Analyzed: Findings] = [:]
  private let attributions: Attributions

  init(_ models: JourneyModels) {
    self.models = models
    attributions = Attributions(training: TrainingGround(), locator: { [locator = models.locator] in locator })
  }

  func answer(_ effect: Effect, isCancelled: @Sendable () -> Bool) throws -> Message? {
    switch effect {
    case .encode(let id, let slot, let subject):
      let key = Computed(model: subject.model, request: "\(subject.request)", joinsWords: subject.joinsWords)
      if let computation = computations[key] { return .computed(computation.numbered(id), for: slot) }
      let model = try models.load(subject.model)
      var handler =
        handlers[subject.model]
        ?? EffectHandler(model: model, reference: subject.model, locator: { [locator = models.locator] in locator })
      let message = try handler.answer(effect, isCancelled: isCancelled)
      handlers[subject.model] = handler
      if case .computed(let computation, _) = message { computations[key] = computation }
      return message
    case .analyze(let analysis, let results, let sources):
      let key = Analyzed(
        analysis: analysis, sources: analysis.slots.compactMap { results[$0].map { ObjectIdentifier($0.thumbnails) } })
      let found = findings[key] ?? analysis.run(results, attributor: attributions, isCancelled: isCancelled)
      findings[key] = found
      return found.map { .analyzed(analysis, Finding(sources: sources, findings: $0)) }
    case .loadModel(let reference):
      return .modelLoaded(try models.load(reference).description, reference: reference)
    case .listModels: return .modelsListed(ModelChoices.all(models.locator))
    case .describeTask(let question):
      // As the program says it where there are none.
      let reason = "there is no task '\(question.task)'; a file of labelled sentences is named by --train FILE"
      return .taskDescribed(TaskAnswer(question, tasks: [], description: nil, reason: reason))
    case .readSurvey(let request):
      let weights = try models.load(request.model).weightsDigest()
      return .surveyRead(request, models.shelf.answer(request, at: request.reference.path, weights: weights))
    case .train, .pauseTraining, .stopTraining, .measure: return nil
    }
  }

  /// Forgets what was computed, so that thousands of journeys fit into memory.
  func forget() { (computations, findings) = ([:], [:]) }
}
