import Activations
import Encoders
import Explorer
import Insights
import JSON
import Models
import Support
import Synchronization
import Tokenizers
import Training

/// The weights that training hands out to be shown, each by a name of its own, so that nothing that was computed with other ones can
/// be taken for theirs.
package final class TrainedModels: Sendable {
  /// Weights after some steps.
  struct Snapshot: Sendable {
    /// The model that was trained: what `--model` would take.
    let base: String
    /// Nil before the first step: those of the model that is trained.
    let parameters: ParameterStore?
    let configuration: JSONObject
    let head: SentenceClassifier
  }

  private struct Kept {
    var first: (name: String, snapshot: Snapshot)?
    /// The newest last. What is shown may be older by one.
    var newest: [(name: String, snapshot: Snapshot)] = []
    var shown: Set<String> = []
    /// The sentences on which heads are measured.
    var examples: ClassificationExamples?
    /// What was made of weights: encoders, and how they do on those sentences.
    var models: [String: Model] = [:]
    var performances: [String: TaskPerformance] = [:]
  }

  private let kept = Mutex(Kept())

  package init() {}

  /// Takes in the weights before the first step of a run; those of earlier runs go.
  ///
  /// - Parameter examples: on which heads are measured.
  func begin(_ name: String, _ snapshot: Snapshot, examples: ClassificationExamples) {
    kept.withLock { $0 = Kept(first: (name, snapshot), examples: examples) }
  }

  /// The sentences on which heads are measured.
  var examples: ClassificationExamples? { kept.withLock { $0.examples } }

  func add(_ name: String, _ snapshot: Snapshot) {
    kept.withLock { kept in
      kept.newest = kept.newest.suffix(1) + [(name, snapshot)]
      let names = kept.newest.map(\.name)
      kept.shown.formIntersection(names)
      // Encoders of older weights go: whoever still computes with one holds it.
      kept.models = kept.models.filter { $0.key == kept.first?.name }
      kept.performances = kept.performances.filter { $0.key == kept.first?.name || names.contains($0.key) }
    }
  }

  /// The model with some weights: the same one for all who ask for it, as long as the weights are kept.
  func model(_ name: String, make: () throws -> Model) rethrows -> Model {
    if let known = kept.withLock({ $0.models[name] }) { return known }
    let made = try make()
    return kept.withLock { kept in
      if let known = kept.models[name] { return known }
      if kept.first?.name == name || kept.newest.contains(where: { $0.name == name }) { kept.models[name] = made }
      return made
    }
  }

  /// How the prediction layer does with some weights and all heads, where that is known.
  func performance(_ name: String) -> TaskPerformance? { kept.withLock { $0.performances[name] } }

  func keep(_ performance: TaskPerformance, _ name: String) {
    kept.withLock { kept in
      if kept.first?.name == name || kept.newest.contains(where: { $0.name == name }) {
        kept.performances[name] = performance
      }
    }
  }

  subscript(name: String) -> Snapshot? {
    kept.withLock { kept in
      if let first = kept.first, first.name == name { return first.snapshot }
      return kept.newest.last { $0.name == name }?.snapshot
    }
  }

  /// Something has been computed with these weights for the screen.
  func wasShown(_ name: String) { kept.withLock { _ = $0.shown.insert(name) } }

  /// Whether the newest weights have been used: only then are there to be newer ones.
  var newestWasShown: Bool {
    kept.withLock { kept in kept.newest.last.map { kept.shown.contains($0.name) } ?? true }
  }

  /// Nothing that was trained is wanted any more.
  func clear() { kept.withLock { $0 = Kept() } }
}

extension TrainedModels.Snapshot {
  /// The model with these weights.
  func model(on base: Model) throws -> Model {
    parameters == nil ? base : try model(base.location, tokenizer: base.tokenizer)
  }

  /// The same, where the model that is trained is not at hand.
  func model(_ location: ModelLocation, tokenizer: Tokenizer) throws -> Model {
    try Model(
      location: location, tokenizer: tokenizer,
      encoder: makeEncoder(
        configuration: configuration, parameters: parameters ?? ParameterStore(), name: location.name,
        allowsDamagedWeights: true))
  }

  /// What the prediction layer makes of a sentence that the encoder with these weights has computed.
  func classification(of encoding: Encoding) -> Classification? {
    guard let last = encoding.trace.hiddenStates.last else { return nil }
    return Classification(labels: head.labels, probabilities: softmax(head.logits(last, encoding.input)).values)
  }
}
