import Activations
import Encoders
import Explorer
import JSON
import Models
import Support
import Tokenizers
import Training

/// A run of training: takes steps, measures, and hands out weights. It is used by one thread at a time.
final class TrainingWorker {
  /// Whether a run is to go on, and up to which step.
  enum Wish: Equatable {
    case goOn(to: Int)
    case stop
    case forget
  }

  let id: Int
  private let plan: TrainingPlan
  private let training: ClassificationRun
  private let heldOut: ClassificationExamples?
  /// The sentences on which heads are measured.
  private let measured: ClassificationExamples
  private let trained: TrainedModels
  private let bytes: Int
  /// After how many steps held-out sentences were looked at last.
  private var evaluated: Int?
  /// What was found of steps and of held-out sentences so far.
  private var losses: [Double]
  private let kept: Kept?
  private var lastEvaluation: Evaluation?
  private let data: TrainedOn
  private var snapshot = 0
  private var lastSnapshot = MonotonicClock.now
  private var lastReport = MonotonicClock.now

  /// Weights are shown a few times a second at most.
  private static let secondsBetweenSnapshots = 0.25
  private static let secondsBetweenReports = 0.1
  /// On so many sentences heads are measured at most.
  private static let mostMeasured = 256

  /// - Parameter kept: what the run came to, where that is to take the place of its steps.
  init(
    _ request: TrainingRequest, at location: ModelLocation, on ground: TrainingGround, kept: Kept? = nil
  ) throws {
    self.kept = kept
    losses = kept?.losses ?? []
    id = request.id
    plan = request.plan
    trained = ground.trained
    let data = try ground.tasks.data(of: plan.task, digest: plan.digest)
    guard data.sentences.digest == plan.digest else {
      throw TrainingError("the sentences of '\(plan.task)' are not those that it was trained on")
    }
    let pretrained = try PretrainedModel(folder: (kept?.location ?? location).folder, name: location.name)
    let tokenizer = try Tokenizer(folder: location.folder)
    let labels = try TaskData.labels(data.sentences, pretrained)
    let architecture = pretrained.architecture
    let examples = try ClassificationExamples(data.sentences, labels: labels, tokenizer, for: architecture)
    heldOut = try data.heldOut.map { try ClassificationExamples($0, labels: labels, tokenizer, for: architecture) }
    measured = (heldOut ?? examples).spread(Self.mostMeasured)
    var arguments = TrainingArguments()
    arguments.onlyHead = plan.scope == .head
    arguments.steps = plan.steps
    arguments.batchSize = plan.batchSize
    arguments.seed = plan.seed
    let lengths = examples.inputs.map(\.count)
    let count = pretrained.store.count
    let memory = MemoryEstimate(
      pretrained.architecture, parameters: count, trained: arguments.onlyHead ? 0 : count, onlyHead: arguments.onlyHead,
      tokens: lengths.sorted(by: >).prefix(plan.batchSize).reduce(0, +), longest: lengths.max() ?? 0)
    try memory.check(AvailableMemory.now())
    bytes = memory.bytes
    training = try ClassificationRun(pretrained, labels: labels, examples, arguments)
    self.data = TrainedOn(name: plan.task, digest: plan.digest, sentences: examples.labels.count)
  }

  var step: Int { kept?.step ?? training.step }

  /// Whether so many steps can be come to from here; from kept weights no step can be taken, since the optimizer's memory was not kept.
  func canReach(_ goal: Int) -> Bool { kept == nil ? step <= goal : step == goal }

  /// Shows what is there before the first step.
  func begin(_ report: (TrainingReport) -> Void) throws {
    report(
      .began(
        TrainingFacts(
          trained: training.trainedCount, parameters: training.parameterCount, labels: training.labels, bytes: bytes,
          measured: measured.inputs.count, isHeldOut: heldOut != nil)))
    trained.begin(name(0), try newSnapshot(training.snapshot(), isFirst: true), examples: measured)
    report(.stepped([], heldOut: evaluate(), snapshot: 0))
  }

  /// Shows what was kept. Of the steps only the losses are known.
  func showKept(_ report: (TrainingReport) -> Void) throws {
    guard let kept else { return }
    report(.kept(in: kept.location.name))
    let points = losses.enumerated().map { LearningPoint(step: $0, loss: $1, accuracy: .nan) }
    let heldOut = evaluate()
    report(.stepped(points, heldOut: heldOut, snapshot: try publish()))
  }

  /// Takes steps up to what is wished, and reports a few times a second.
  ///
  /// - Throws: where the loss is not a number. What was measured before is reported.
  func advance(_ wish: () -> Wish, _ report: (TrainingReport) -> Void) throws {
    var points: [LearningPoint] = []
    var heldOut: [LearningPoint] = []
    func tell(snapshot: Int?) {
      lastReport = MonotonicClock.now
      report(.stepped(points, heldOut: heldOut, snapshot: snapshot))
      (points, heldOut) = ([], [])
    }
    while true {
      let goal: Int
      switch wish() {
      case .forget: return
      case .stop:
        heldOut += evaluate()
        tell(snapshot: try publish())
        report(.stopped(at: step))
        return
      case .goOn(let wanted): goal = wanted
      }
      guard step < goal, kept == nil else { return }
      do {
        let found = try training.takeStep()
        losses.append(found.loss)
        points.append(LearningPoint(step: found.step, loss: found.loss, accuracy: found.accuracy))
      } catch {
        tell(snapshot: try publish())
        throw error
      }
      let now = MonotonicClock.now
      if step == goal || step % evaluationInterval == 0 { heldOut += evaluate() }
      if step == goal || isShown, step == goal || (now - lastSnapshot).seconds >= Self.secondsBetweenSnapshots {
        tell(snapshot: try publish())
      } else if (now - lastReport).seconds >= Self.secondsBetweenReports {
        tell(snapshot: nil)
      }
    }
  }

  /// How much each head matters now for the loss of the sentences that are measured, [layer][head].
  ///
  /// - Returns: nil where `isCancelled` said yes on the way.
  func importance(_ isCancelled: () -> Bool) -> [[Double]]? {
    var sums: [[Double]] = []
    // As many at a time as a step sees, for which there is memory; where nothing of the encoder is trained, there may be less.
    let size = max(plan.scope == .everything ? plan.batchSize : min(plan.batchSize, 8), 1)
    for first in stride(from: 0, to: measured.inputs.count, by: size) {
      if isCancelled() { return nil }
      let some = first..<min(first + size, measured.inputs.count)
      let part = ClassificationExamples(inputs: Array(measured.inputs[some]), labels: Array(measured.labels[some]))
      let found = training.importance(part).values.map { $0.map { $0 * Double(some.count) } }
      sums = sums.isEmpty ? found : zip(sums, found).map { zip($0, $1).map { $0 + $1 } }
    }
    let count = Double(max(measured.inputs.count, 1))
    return sums.map { $0.map { $0 / count } }
  }

  /// Writes what there is as a folder, as `headscope train` does.
  ///
  /// - Parameter name: a name for it, or a path.
  /// - Throws: where something is there already, and where it cannot be written.
  func keep(as name: String, _ surroundings: Surroundings) throws -> KeptModel {
    let locator = surroundings.locator()
    guard let path = locator.newFolder(name) else { throw TrainingError("\(name): there is no folder of models") }
    guard !Files.exists(path) else { throw TrainingError("\(path): is there already; another name keeps both") }
    var record = TrainingRecord(training, data: data, program: surroundings.version)
    record.add(steps: step, interrupted: step < plan.steps, losses: losses, evaluation: lastEvaluation)
    try ModelFolder(path, replaces: false).write(
      configuration: training.configuration, parameters: training.snapshot(),
      tokenizerFrom: training.pretrained.folder, record: record.object)
    let location = ModelLocation(name: Files.name(of: path), folder: path, source: .folder)
    let digest = location.weightsDigest()
    locator.remember(location, weights: digest)
    return KeptModel(run: id, step: step, folder: path, digest: digest)
  }

  private var isShown: Bool { trained.newestWasShown }
  /// To look at held-out sentences takes a moment where all of the encoder has to be computed for it.
  private var evaluationInterval: Int { plan.scope == .everything ? 5 : 4 }

  private func evaluate() -> [LearningPoint] {
    guard let heldOut, evaluated != step else { return [] }
    evaluated = step
    let found = training.evaluate(heldOut)
    lastEvaluation = found
    return [LearningPoint(step: step, loss: found.loss, accuracy: found.accuracy)]
  }

  /// Hands out the weights as they are now; nil where they were handed out already.
  private func publish() throws -> Int? {
    guard snapshot != step else { return nil }
    trained.add(name(step), try newSnapshot(training.snapshot(), isFirst: false))
    (snapshot, lastSnapshot) = (step, MonotonicClock.now)
    return step
  }

  private func newSnapshot(_ parameters: ParameterStore, isFirst: Bool) throws -> TrainedModels.Snapshot {
    TrainedModels.Snapshot(
      base: plan.model, parameters: isFirst ? nil : parameters, configuration: training.configuration,
      head: try SentenceClassifier(training.pretrained.architecture, labels: training.labels, parameters))
  }

  private func name(_ step: Int) -> String { State.trainedModel(plan.model, run: id, step: step) }
}

extension TrainingWorker {
  /// What a run came to, in a folder.
  struct Kept {
    let location: ModelLocation
    let step: Int
    /// Of each step.
    let losses: [Double]

    /// Nil where the folder does not hold what the request would come to.
    init?(_ location: ModelLocation, _ request: TrainingRequest) {
      let plan = request.plan
      guard let bytes = Files.read(Files.join(location.folder, "training.json"), limit: 64 << 20),
        let record = (try? JSONValue(parsing: bytes))?.objectValue,
        record["data_digest"]?.stringValue == plan.digest, record["steps_taken"]?.intValue == request.goal,
        record["steps"]?.intValue == plan.steps, record["seed"]?.intValue == plan.seed,
        record["batch_size"]?.intValue == plan.batchSize,
        record["only_head"]?.boolValue == (plan.scope == .head)
      else { return nil }
      let losses = record["losses"]?.arrayValue?.compactMap(\.doubleValue) ?? []
      guard losses.count == request.goal else { return nil }
      (self.location, step, self.losses) = (location, request.goal, losses)
    }
  }
}

extension TaskData {
  /// The labels by their ids: those of the checkpoint's head, where it knows all that occur; else of a new one.
  static func labels(_ data: LabelledData, _ pretrained: PretrainedModel) throws -> [String] {
    guard let known = pretrained.labels, (try? data.ids(among: known)) != nil else { return try data.labelNames() }
    return known
  }
}

extension ClassificationExamples {
  /// So many of them at most, evenly spread.
  fileprivate func spread(_ most: Int) -> ClassificationExamples {
    guard inputs.count > most else { return self }
    let places = (0..<most).map { $0 * inputs.count / most }
    return ClassificationExamples(inputs: places.map { inputs[$0] }, labels: places.map { labels[$0] })
  }

  /// The tokens of labelled sentences; texts longer than a model takes are cut.
  fileprivate init(
    _ data: LabelledData, labels: [String], _ tokenizer: Tokenizer, for architecture: Architecture
  ) throws(TrainingError) {
    let ids = try data.ids(among: labels)
    var inputs: [TokenizedInput] = []
    for sentence in data.sentences {
      let input = tokenizer.encode(sentence.text, pair: sentence.pair, maximumLength: architecture.positions)
      guard input.count > 0, input.specialTokensMask.contains(false) else {
        throw TrainingError("\(data.name), line \(sentence.line): the text has no tokens")
      }
      try input.check(embeddings: architecture.vocabulary, "\(data.name), line \(sentence.line)")
      inputs.append(input)
    }
    self.init(inputs: inputs, labels: ids)
  }
}
