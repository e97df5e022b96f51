import Activations
import AttentionFiles
import Explorer
import ExplorerViews
import Insights
import Models
import Support

/// Does the work that the explorer asks for.
package protocol EffectHandling {
  /// - Returns: The answer for the reducer; nil where an analysis was cancelled.
  mutating func answer(_ effect: Effect, isCancelled: @Sendable () -> Bool) throws -> Message?
}

extension EffectHandling {
  /// The same, for an answer that is wanted in any case.
  package mutating func answer(_ effect: Effect) throws -> Message? { try answer(effect, isCancelled: { false }) }
}

/// Computes what the explorer asks for; the only way from an effect to its answer, for screens, exports and checks.
///
/// Keeps the models that were used last, so that pictures of two of them can stand beside each other.
package struct EffectHandler: EffectHandling {
  private var slots: [ModelSlot]
  /// Two checkpoints are compared with each other; more are not kept.
  private static let mostModels = 2
  /// What is on the screen until its successor is there. Two large traces would take twice the memory meanwhile, so the
  /// probabilities of the old one are released when the new one is begun; what the screen still needs is computed again.
  private var onScreen = ProbabilityMemory()
  private let largeTrace: Int
  /// What becomes of probabilities: what is too much to be kept is summarized on its way.
  private let storage: ProbabilityStorage
  private let training: TrainingGround
  private let surveys: SurveyShelf
  private let attributions: Attributions
  /// The run under way, where nobody waits at a screen.
  private var worker: TrainingWorker?
  private let locator: @Sendable () -> ModelLocator
  /// Is told how far a long computation for the screen is.
  private let report: (@Sendable (Message) -> Void)?
  private let patience: Patience
  /// Where models were found. Not all that were loaded are kept, and a name may lead elsewhere, or nowhere, another time.
  private var places: [String: ModelLocation]
  /// Files of attention that were opened. They are mapped, and cost next to nothing.
  private var files: [String: AttentionFile] = [:]
  /// Its small pictures, as the screen has drawn them.
  private var thumbnails: Thumbnails?

  /// `reference` is what the model is called on a command line. Of a result on the screen that has at least `largeTrace`
  /// bytes of probabilities, they are not kept while the next one is computed; of any, at most `mostProbabilities` bytes are kept, or as
  /// many as the memory that is available allows. `ahead` is what was computed already. `report` is told how far computations are
  /// that take longer than `patience` says.
  package init(
    model: any EncodingSource, reference: String, ahead: Encoding? = nil, largeTrace: Int = 96 << 20,
    mostProbabilities: Int? = nil,
    training: TrainingGround = TrainingGround(), surveys: SurveyShelf = SurveyShelf(),
    locator: @escaping @Sendable () -> ModelLocator = { .current }, patience: Patience = .ofPerson,
    report: (@Sendable (Message) -> Void)? = nil
  ) {
    self.report = report
    self.patience = patience
    slots = [ModelSlot(reference: reference, model: model, ahead: ahead)]
    if let model = model as? Model {
      places = [reference: model.location]
      training.remember(model.location, of: reference)
    } else {
      places = [:]
      if let file = model as? AttentionFile { files[reference] = file }
    }
    self.largeTrace = largeTrace
    storage = .summarized(atMost: mostProbabilities)
    self.training = training
    self.surveys = surveys
    attributions = Attributions(training: training, locator: locator)
    self.locator = locator
  }

  /// Does the work of an effect.
  ///
  /// - Returns: The answer for the reducer; nil where an analysis was cancelled.
  /// - Throws: What keeps it from being done, `CancellationError` where `isCancelled` said yes on the way.
  package mutating func answer(_ effect: Effect, isCancelled: @Sendable () -> Bool) throws -> Message? {
    switch effect {
    case .encode(let id, let slot, let subject):
      let place = try place(of: subject.model)
      if slot == .shown { onScreen.release(from: largeTrace) }
      var computation = try slots[place].compute(
        id: id, subject.request.fitted(to: slots[place].model.description), storage: storage,
        patience: patience, report: slot == .shown ? report : nil, isCancelled: isCancelled)
      computation.model = subject.model
      if let snapshot = training.trained[subject.model] {
        computation.classification = snapshot.classification(of: computation.encoding)
        if slot == .shown { training.trained.wasShown(subject.model) }
      }
      if subject.joinsWords, !computation.encoding.trace.computesRows { computation = computation.joiningWords() }
      if slot == .shown {
        computation.drawThumbnails(like: thumbnails)
        (onScreen, thumbnails) = (ProbabilityMemory(of: computation.encoding.trace), computation.thumbnails)
      }
      return .computed(computation, for: slot)
    case .analyze(let analysis, let results, let sources):
      let tell = report.map { report in
        { @Sendable in report(.analyzed(analysis, Finding(sources: sources, findings: $0, isComplete: false))) }
      }
      return analysis.run(results, attributor: attributions, report: tell, isCancelled: isCancelled).map {
        .analyzed(analysis, Finding(sources: sources, findings: $0))
      }
    case .loadModel(let reference):
      return .modelLoaded(slots[try place(of: reference)].model.description, reference: reference)
    case .listModels:
      return .modelsListed(ModelChoices.of(files) + ModelChoices.all(locator()))
    case .describeTask(let question):
      return .taskDescribed(training.answer(question, at: try location(of: question.model)))
    case .train(let request): return .training(id: request.id, try train(request))
    case .pauseTraining: return nil
    case .stopTraining:
      worker = nil
      training.trained.clear()
      return nil
    case .measure(let request): return try measure(request, isCancelled)
    case .readSurvey(let request):
      let model = slots.first { $0.reference == request.model }?.model
      let path = locator().path(request.reference.path)
      return .surveyRead(request, surveys.answer(request, at: path, weights: model?.weightsDigest()))
    }
  }

  /// The place of a model among those in memory; it is loaded if it is not there. The one that was used last comes first.
  private mutating func place(of reference: String) throws -> Int {
    if let index = slots.firstIndex(where: { $0.reference == reference }) {
      slots.insert(slots.remove(at: index), at: 0)
    } else {
      if let snapshot = training.trained[reference] {
        // Of weights that were trained, those before are not looked at any more.
        if snapshot.parameters != nil { slots.removeAll { $0.isTrained } }
        guard let base = slots[try place(of: snapshot.base)].model as? Model else {
          throw AttentionFileError("attention from a file cannot be trained")
        }
        let model = try training.trained.model(reference) { try snapshot.model(on: base) }
        guard snapshot.parameters != nil else { return 0 }
        if slots.count == EffectHandler.mostModels { slots.removeLast() }
        slots.insert(ModelSlot(reference: reference, model: model, isTrained: true), at: 0)
        return 0
      }
      if let file = AttentionFileReference(reference) {
        let source = try self.file(file, as: reference)
        files[reference] = source
        if slots.count == EffectHandler.mostModels { slots.removeLast() }
        slots.insert(ModelSlot(reference: reference, model: source), at: 0)
        return 0
      }
      let location = try location(of: reference)
      // Its memory is given back before the next one takes as much.
      if slots.count == EffectHandler.mostModels { slots.removeLast() }
      slots.insert(ModelSlot(reference: reference, model: try Model.load(location, allowsDamagedWeights: true)), at: 0)
      places[reference] = location
      training.remember(location, of: reference)
    }
    return 0
  }

  /// A file of attention: one that was opened, another array of it, or one that lies where the reference says.
  private func file(_ named: AttentionFileReference, as reference: String) throws -> AttentionFile {
    if let known = files[reference] { return known }
    if let opened = files.values.first(where: { Files.name(of: $0.path) == named.path }) {
      return try AttentionFile(opened.path, array: named.array)
    }
    return try AttentionFile.load(named, as: reference, locator: locator())
  }

  private func location(of reference: String) throws -> ModelLocation {
    if AttentionFileReference(reference) != nil { throw AttentionFileError("attention from a file cannot be trained") }
    return try locationOfModel(reference)
  }

  private func locationOfModel(_ reference: String) throws -> ModelLocation {
    try places[reference].flatMap { Files.isFolder($0.folder) ? $0 : nil } ?? locator().locate(reference)
  }

  private func measure(
    _ request: HeldOutRequest, _ isCancelled: @Sendable () -> Bool
  ) throws -> Message? {
    if request.measure == .importance {
      guard let worker, worker.id == request.run, worker.step == request.step else { return nil }
      return worker.importance(isCancelled).map { .measured(request, .importance($0)) }
    }
    let measuring = HeldOutMeasuring(ground: training, locator: locator)
    return try withoutActuallyEscaping(isCancelled) { isCancelled in
      try measuring.find(request, isCancelled: isCancelled).map { .measured(request, $0) }
    }
  }

  /// Trains to the end of what is asked for.
  private mutating func train(_ request: TrainingRequest) throws -> [TrainingReport] {
    var reports: [TrainingReport] = []
    if worker?.id != request.id || (worker?.step ?? 0) > request.goal {
      worker = nil
      let new = try TrainingWorker(request, at: try location(of: request.plan.model), on: training)
      try new.begin { reports.append($0) }
      worker = new
    }
    do { try worker?.advance({ .goOn(to: request.goal) }) { reports.append($0) } } catch {
      reports.append(.failed("\(error)"))
    }
    return reports
  }
}
