import Activations
import Encoders
import Explorer
import JSON
import Models
import Support
import Synchronization
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
  }

  private let kept = Mutex(Kept())

  package init() {}

  /// Takes in the weights before the first step of a run; those of earlier runs go.
  func begin(_ name: String, _ snapshot: Snapshot) {
    kept.withLock { $0 = Kept(first: (name, snapshot)) }
  }

  func add(_ name: String, _ snapshot: Snapshot) {
    kept.withLock { kept in
      kept.newest = kept.newest.suffix(1) + [(name, snapshot)]
      kept.shown.formIntersection(kept.newest.map(\.name))
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
  func model(on base: Model, name: String) throws -> Model {
    guard let parameters else { return base }
    return try Model(
      location: base.location, tokenizer: base.tokenizer,
      encoder: makeEncoder(
        configuration: configuration, parameters: parameters, name: name, allowsDamagedWeights: true))
  }

  /// What the prediction layer makes of a sentence that the encoder with these weights has computed.
  func classification(of encoding: Encoding) -> Classification? {
    guard let last = encoding.trace.hiddenStates.last else { return nil }
    return Classification(labels: head.labels, probabilities: softmax(head.logits(last, encoding.input)).values)
  }
}
