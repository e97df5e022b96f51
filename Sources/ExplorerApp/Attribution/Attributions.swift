import Activations
import Encoders
import Explorer
import ExplorerViews
import Models
import Support
import Synchronization
import Training

/// Differentiates what the explorer shows, with the weights that computed it: those of a model's folder, or those that training
/// has handed out.
///
/// The last model is kept, and the last answer: what flows through the layers is worked out of it again and again.
final class Attributions: Attributing {
  private struct Kept {
    var model: (reference: String, model: DifferentiableModel, source: Source)?
    var answer: (key: Key, attribution: Attribution)?
  }

  /// What comes with a model beside its parameters.
  private struct Source {
    let folder: String
    let classifier: SentenceClassifier?
  }

  /// Recognises a question.
  private struct Key: Equatable {
    let target: AttributionTarget?
    let mask: Int
    let ids: [Slot: Int]
    let models: [Slot: String?]
    let requests: [Slot: EncodeRequest]

    init(_ question: AttributionQuestion) {
      target = question.target
      mask = question.mask
      ids = question.results.mapValues(\.id)
      models = question.results.mapValues(\.model)
      requests = question.results.mapValues(\.encoding.request)
    }
  }

  /// A question, with all that its answer needs.
  private struct Posed {
    let shown: Computation
    let model: DifferentiableModel
    let target: AttributionTarget
    let number: DifferentiatedNumber
    let words: AttributedNumber
    let choices: [AttributionTarget]
  }

  private let training: TrainingGround
  private let locator: @Sendable () -> ModelLocator
  private let kept = Mutex(Kept())

  init(training: TrainingGround, locator: @escaping @Sendable () -> ModelLocator) {
    self.training = training
    self.locator = locator
  }

  func attribution(
    _ question: AttributionQuestion, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Attribution? {
    let key = Key(question)
    if let answer = kept.withLock({ $0.answer }), answer.key == key { return answer.attribution }
    do {
      let posed = try pose(question)
      if isCancelled() { return nil }
      let found = try posed.model.gradients(of: posed.number, posed.shown.encoding)
      if isCancelled() { return nil }
      let attribution = Attribution(
        posed.target, posed.words, value: found.value, choices: posed.choices,
        layers: posed.shown.encoding.trace.layers, gradients: found.probabilities, gates: found.gates,
        tokens: found.tokens)
      let before = kept.withLock { $0.answer?.attribution.thumbnails }
      attribution.drawThumbnails(
        like: [before, posed.shown.thumbnails].compactMap(\.self), of: posed.shown)
      kept.withLock { $0.answer = (key, attribution) }
      return attribution
    } catch {
      throw AnalysisFailure("\(error)")
    }
  }

  func withoutHeads(
    _ question: AttributionQuestion, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[Double]]? {
    do {
      let posed = try pose(question)
      return try posed.model.withoutHeads(posed.number, posed.shown.encoding, isCancelled: isCancelled)
    } catch {
      throw AnalysisFailure("\(error)")
    }
  }

  // MARK: - The model

  private func model(of computation: Computation) throws -> (DifferentiableModel, Source) {
    guard let reference = computation.model else {
      throw TrainingError("nothing is known of the weights of this picture")
    }
    if let kept = kept.withLock({ $0.model }), kept.reference == reference { return (kept.model, kept.source) }
    // Its memory is given back before the next one takes as much.
    kept.withLock { $0.model = nil }
    let snapshot = training.trained[reference]
    let base = snapshot?.base ?? reference
    let location = try training.location(of: base, locator)
    let (model, source): (DifferentiableModel, Source)
    if let snapshot, let parameters = snapshot.parameters {
      let architecture = try Architecture(Configuration(folder: location.folder))
      source = Source(folder: location.root, classifier: snapshot.head)
      model = try DifferentiableModel(architecture, parameters, predictsTokens: false)
    } else {
      try check(location)
      let pretrained = try PretrainedModel(folder: location.folder, name: location.name)
      source = Source(
        folder: location.root,
        classifier: try snapshot?.head ?? (pretrained.labels == nil ? nil : SentenceClassifier(pretrained)))
      // What is shown of a trained model has no masked-LM head.
      model = try DifferentiableModel(
        pretrained.architecture, pretrained.store,
        predictsTokens: snapshot == nil && computation.encoding.predictions != nil)
    }
    kept.withLock { $0.model = (reference, model, source) }
    return (model, source)
  }

  /// Refuses weights for which there is no memory: they are read as float32, and copied.
  private func check(_ location: ModelLocation) throws {
    guard let available = AvailableMemory.now() else { return }
    let bytes = location.weightFiles.reduce(0) { $0 + (Files.size($1) ?? 0) }
    guard Double(bytes) * 2 > Double(available.bytes) * 0.8 else { return }
    throw TrainingError(
      "gradients want the weights once more, some \(bytes >> 19) MiB: too much for \(available.limit.rawValue)")
  }

  // MARK: - What y is

  private func pose(_ question: AttributionQuestion) throws -> Posed {
    guard let shown = question.results[.shown] else { throw TrainingError("there is no sentence") }
    let (model, source) = try model(of: shown)
    let choices = choices(question, shown, source)
    let target = try question.target ?? predicted(question, shown, source)
    let (number, words) = try self.number(target, question, shown, source)
    return Posed(shown: shown, model: model, target: target, number: number, words: words, choices: choices)
  }

  private static let mostLabels = 64
  private static let mostTokens = 6

  /// What y can be.
  private func choices(_ question: AttributionQuestion, _ shown: Computation, _ source: Source) -> [AttributionTarget] {
    var choices: [AttributionTarget] = []
    if let classifier = source.classifier {
      choices += classifier.labels.indices.prefix(Self.mostLabels).map { .label($0) }
    }
    for (mask, prediction) in (shown.encoding.predictions ?? []).enumerated() {
      // Of the one that is looked at, the original token, too.
      let isLookedAt = mask == question.mask
      var ids = prediction.candidates.prefix(isLookedAt ? Self.mostTokens : 1).map { Int($0.id) }
      if isLookedAt, let original = prediction.original.map({ Int($0.id) }), !ids.contains(original) {
        ids.append(original)
      }
      choices += ids.map { .token($0, mask: mask) }
    }
    guard (try? SentencePooling(folder: source.folder)) != nil else { return choices }
    if shown.encoding.request.texts.count > 1 { choices.append(.nextSentence) }
    if question.results[.pictureA] != nil || question.target == .putAside { choices.append(.putAside) }
    return choices
  }

  /// What the model predicts, or what it is for.
  private func predicted(
    _ question: AttributionQuestion, _ shown: Computation, _ source: Source
  ) throws -> AttributionTarget {
    if let classifier = source.classifier, let last = shown.encoding.trace.hiddenStates.last {
      let logits = classifier.logits(last, shown.encoding.input)
      if let best = logits.indices.max(by: { logits[$0] < logits[$1] }) { return .label(best) }
    }
    if let predictions = shown.encoding.predictions, !predictions.isEmpty {
      let mask = predictions.indices.contains(question.mask) ? question.mask : 0
      if let best = predictions[mask].candidates.first { return .token(Int(best.id), mask: mask) }
    }
    if question.results[.other] != nil { return .nextSentence }
    if question.results[.pictureA] != nil { return .putAside }
    if shown.encoding.predictions != nil {
      throw TrainingError("[MASK] is needed: r in the Head view puts it in the place of a token")
    }
    _ = try SentencePooling(folder: source.folder)
    throw TrainingError("a second sentence is needed: i, then Ctrl-J begins one; or b puts this aside")
  }

  private func number(
    _ target: AttributionTarget, _ question: AttributionQuestion, _ shown: Computation, _ source: Source
  ) throws -> (DifferentiatedNumber, AttributedNumber) {
    switch target {
    case .label(let label):
      guard let classifier = source.classifier, let last = shown.encoding.trace.hiddenStates.last else {
        throw TrainingError("the model has no prediction layer; Train (9) puts one on top")
      }
      guard classifier.labels.indices.contains(label) else {
        throw TrainingError("the prediction layer has \(classifier.labels.count) labels, none of the number \(label)")
      }
      let probabilities = softmax(classifier.logits(last, shown.encoding.input)).values
      return (
        .label(label, classifier), .label(classifier.labels[label], probability: probabilities[label])
      )
    case .token(let token, let mask):
      guard let predictions = shown.encoding.predictions else {
        throw TrainingError("this model predicts no tokens: it has no masked-LM head")
      }
      guard predictions.indices.contains(mask) else {
        throw TrainingError("the sentence has no [MASK] of the number \(mask): r puts one in the place of a token")
      }
      let prediction = predictions[mask]
      let known = (prediction.candidates + [prediction.original].compactMap(\.self)).first { Int($0.id) == token }
      return (
        .token(token, position: prediction.position),
        .token(known?.token ?? "token \(token)", position: prediction.position)
      )
    case .nextSentence: return try cosine(with: question.results[.other], isPutAside: false, shown, source)
    case .putAside: return try cosine(with: question.results[.pictureA], isPutAside: true, shown, source)
    }
  }

  private func cosine(
    with other: Computation?, isPutAside: Bool, _ shown: Computation, _ source: Source
  ) throws -> (DifferentiatedNumber, AttributedNumber) {
    let pooling = try SentencePooling(folder: source.folder)
    guard let other, let last = other.encoding.trace.hiddenStates.last else {
      throw TrainingError(
        isPutAside
          ? "no sentence is put aside; b puts the present one aside"
          : "there is one sentence only: i, then Ctrl-J begins another one")
    }
    guard other.model == shown.model else {
      throw TrainingError("what was put aside was computed with other weights")
    }
    let request = other.encoding.request
    let text = request.texts.indices.contains(request.sentence) ? request.texts[request.sentence] : ""
    return (
      .cosine(pooling.vector(last, other.encoding.input.attentionMask), pooling),
      .cosine(text, isPutAside: isPutAside)
    )
  }
}
