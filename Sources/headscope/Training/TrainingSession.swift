import Encoders
import Glibc
import JSON
import Support
import Tokenizers
import Training

/// One run of `headscope train`: steps, their log and progress, and the folder at the end.
final class TrainingSession<Run: TrainingRun> {
  private let folder: ModelFolder
  private let pretrained: PretrainedModel
  /// What `training.json` says of the data.
  private let data: TrainedOn
  private let arguments: TrainingArguments
  private let gradients: String?
  private let keep: KeptSnapshot
  private let patience: Int?
  private let training: Run
  private let heldOut: Run.Examples?
  private let log: TrainingLog?
  private let progress = TrainingProgress()
  private let start = MonotonicClock.now

  /// What has been found so far.
  private var losses: [Double] = []
  private var evaluations: [(step: Int, found: Evaluation)] = []
  private var best: (step: Int, loss: Double, parameters: ParameterStore)?
  private var evaluationsSinceBest = 0
  /// The parameters before the last ten steps: what is left where the loss is no number any more.
  private var lastGood: (step: Int, parameters: ParameterStore)?

  init(
    _ training: Run, heldOut: Run.Examples?, folder: ModelFolder, data: TrainedOn, outputs: TrainingOutputs
  ) throws {
    self.training = training
    self.heldOut = heldOut
    self.folder = folder
    self.data = data
    (pretrained, arguments) = (training.pretrained, training.arguments)
    (gradients, keep, patience) = (outputs.gradients, outputs.keep, outputs.patience)
    log = try outputs.log.map { try TrainingLog($0) }
  }

  /// `memory`: what was estimated; `about`: what messages say of the data.
  func run(memory: MemoryEstimate, about: String) throws {
    progress.begin(training, memory: memory, about: about)
    Interruption.watch()
    if let gradients {
      training.differentiate()
      try training.gradients().write(to: gradients)
    }
    var interruption: Interruption?
    while !training.isFinished {
      if training.step % 10 == 0 { lastGood = (training.step, training.snapshot()) }
      let step: TrainingStep
      do throws(TrainingError) { step = try training.takeStep() } catch { try diverged(error) }
      losses.append(step.loss)
      let evaluation = try isEvaluated ? evaluate() : nil
      try log?.write(step, evaluation, seconds: MonotonicClock.now - start)
      progress.show(training, step, evaluation ?? evaluations.last?.found)
      if let patience, evaluationsSinceBest >= patience { break }
      if Interruption.isRequested {
        do throws(Interruption) { try Interruption.check() } catch { interruption = error }
        break
      }
    }
    progress.end()
    try save(interrupted: interruption != nil)
    try log?.finish()
    if let interruption { throw interruption }
  }

  /// Whether held-out sentences are looked at after this step.
  private var isEvaluated: Bool {
    guard heldOut != nil else { return false }
    if training.isFinished { return true }
    let batches = arguments.batchCount(sentences: data.sentences)
    let every = arguments.evaluateEvery ?? (keep == .best || patience != nil ? batches : nil)
    return every.map { training.step % $0 == 0 } ?? false
  }

  private func evaluate() throws -> Evaluation? {
    guard let heldOut else { return nil }
    let found = training.evaluate(heldOut)
    evaluations.append((training.step, found))
    if found.loss < best?.loss ?? .infinity {
      best = (training.step, found.loss, keep == .best ? training.snapshot() : ParameterStore())
      evaluationsSinceBest = 0
    } else {
      evaluationsSinceBest += 1
    }
    return found
  }

  /// The loss is no number: what was last good is written, and the error names the cause.
  private func diverged(_ error: TrainingError) throws -> Never {
    progress.end()
    guard let lastGood, lastGood.step > 0 else { throw error }
    try write(lastGood.parameters, step: lastGood.step, interrupted: true)
    throw TrainingError("\(error.text); \(folder.path) holds the parameters of step \(lastGood.step)")
  }

  private func save(interrupted: Bool) throws {
    if keep == .best, let best {
      try write(best.parameters, step: best.step, interrupted: interrupted)
    } else {
      try write(training.snapshot(), step: training.step, interrupted: interrupted)
    }
    progress.saved(
      folder.path, step: keep == .best ? best?.step ?? training.step : training.step, of: training.stepCount)
  }

  private func write(_ parameters: ParameterStore, step: Int, interrupted: Bool) throws {
    var record = TrainingRecord(training, data: data, program: programVersion)
    record.add(steps: step, interrupted: interrupted, losses: losses, evaluation: evaluations.last?.found)
    try folder.write(
      configuration: training.configuration, parameters: parameters, tokenizerFrom: pretrained.folder,
      record: record.object)
  }
}

/// What a training writes besides the model, and which model.
struct TrainingOutputs {
  var log: String?
  var gradients: String?
  var keep = KeptSnapshot.last
  var patience: Int?
}
