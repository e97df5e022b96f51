import Activations
import Encoders
import JSON
import Support

/// What is known of a step of training.
package struct TrainingStep: Sendable, Equatable {
  /// Counted from 0.
  package var step: Int
  /// The mean loss of the step's batch, before the step.
  package var loss: Double
  /// The learning rate of the encoder, or of the head where only that is trained.
  package var learningRate: Double
  /// The share of the batch's sentences that were classified correctly, before the step.
  package var accuracy: Double
  /// The Euclidean norm of the gradients before they are clipped.
  package var gradientNorm: Double
}

/// How a classifier does on sentences that it is not trained on.
package struct Evaluation: Sendable, Equatable {
  package var loss: Double
  package var accuracy: Double
}

/// Sentences as a network reads them, and the ids of their labels.
package struct ClassificationExamples: Sendable {
  package var inputs: [TokenizedInput]
  package var labels: [Int]

  package init(inputs: [TokenizedInput], labels: [Int]) {
    self.inputs = inputs
    self.labels = labels
  }
}

/// The training of a classifier: of everything, or only of the prediction layer. It is used by one thread at a time.
package final class ClassificationRun: TrainingRun {
  package let pretrained: PretrainedModel
  package let arguments: TrainingArguments
  /// By their ids.
  package let labels: [String]
  package let stepCount: Int
  /// How many steps have been taken.
  package private(set) var step = 0
  /// Whether the head is new, and which of its parts the checkpoint lacks.
  package let newParameters: [String]

  private let examples: ClassificationExamples
  let state: TrainingState<VectorArithmetic>
  private let schedule: LinearSchedule
  private var order: BatchOrder
  /// What a frozen encoder gives for each sentence, [sentence, hidden].
  private var features: Numbers<Float>?
  private var heldOutFeatures: Numbers<Float>?

  /// - Parameters:
  ///   - labels: by their ids. Where they are those of the checkpoint's head, that goes on; else the head is new.
  /// - Throws: where the checkpoint cannot be trained.
  package init(
    _ pretrained: PretrainedModel, labels: [String], _ examples: ClassificationExamples, _ arguments: TrainingArguments,
    machine: Machine<VectorArithmetic> = Machine(VectorArithmetic())
  ) throws(TrainingError) {
    self.pretrained = pretrained
    self.arguments = arguments
    self.labels = labels
    self.examples = examples
    let network = try Network(pretrained.architecture, .classification(labels: labels.count))
    let weights = try Weights<Float>(
      network, from: pretrained.store, drawsHead: pretrained.labels != labels,
      seed: UInt64(bitPattern: Int64(arguments.seed)))
    newParameters = weights.newEntries.sorted().map { network.layout.entries[$0].name }
    state = TrainingState(
      network, weights, onlyHead: arguments.onlyHead, weightDecay: arguments.weightDecay, on: machine)
    stepCount = arguments.stepCount(sentences: examples.labels.count)
    schedule = arguments.schedule(sentences: examples.labels.count)
    order = BatchOrder(
      count: examples.labels.count, batchSize: arguments.batchSize, shuffles: arguments.shuffles, seed: arguments.seed)
  }

  /// How many parameters a step updates, and how many there are.
  package var trainedCount: Int { state.trainedCount }
  package var parameterCount: Int { state.network.layout.count + state.network.layout.words.count }

  // MARK: - Steps

  /// The loss of the next batch and its gradients, without a step.
  @discardableResult
  package func differentiate() -> TrainingStep {
    let batch = order.batch(step: step)
    let labels = batch.map { examples.labels[$0] }
    let dropout = arguments.dropout(step: step)
    let (loss, logits): (Double, [[Double]])
    if arguments.onlyHead {
      (loss, logits) = state.differentiate(pooled: frozen(batch), labels: labels, dropout: dropout)
    } else {
      (loss, logits) = state.differentiate(batch.map { examples.inputs[$0] }, labels: labels, dropout: dropout)
    }
    return TrainingStep(
      step: step, loss: loss, learningRate: arguments.toldLearningRate * schedule.factor(step: step),
      accuracy: accuracy(logits, labels),
      gradientNorm: state.gradientNorm())
  }

  /// Takes a step.
  ///
  /// - Throws: where the loss, or its gradient, is not a number; nothing has changed then.
  package func takeStep() throws(TrainingError) -> TrainingStep {
    let found = differentiate()
    try state.step(found, arguments, factor: schedule.factor(step: step))
    step += 1
    return found
  }

  /// What a frozen encoder gives for some sentences; all are computed when the first ones are wanted.
  private func frozen(_ batch: [Int]) -> Numbers<Float> {
    let all = features ?? pooled(examples.inputs)
    features = all
    let size = state.network.architecture.hidden
    let result = Numbers<Float>(batch.count * size)
    for (place, index) in batch.enumerated() {
      (result.pointer + place * size).update(from: all.pointer + index * size, count: size)
    }
    return result
  }

  /// How many sentences are computed together where nothing is learnt from them.
  private static let sentencesTogether = 32

  private func pooled(_ inputs: [TokenizedInput]) -> Numbers<Float> {
    let size = state.network.architecture.hidden
    let result = Numbers<Float>(inputs.count * size)
    for first in stride(from: 0, to: inputs.count, by: Self.sentencesTogether) {
      let some = Array(inputs[first..<min(inputs.count, first + Self.sentencesTogether)])
      let part = state.pooled(some)
      withExtendedLifetime(part) {
        (result.pointer + first * size).update(from: part.pointer, count: some.count * size)
      }
    }
    return result
  }

  private func accuracy(_ logits: [[Double]], _ labels: [Int]) -> Double {
    let correct = zip(logits, labels).count { logits, label in
      logits.indices.max { logits[$0] < logits[$1] } == label
    }
    return Double(correct) / Double(max(1, labels.count))
  }

  // MARK: - Results

  /// How the classifier does now on held-out sentences. A frozen encoder's features of them are computed once: they are
  /// always the same ones.
  package func evaluate(_ heldOut: ClassificationExamples) -> Evaluation {
    let pooled = heldOutFeatures ?? pooled(heldOut.inputs)
    if arguments.onlyHead { heldOutFeatures = pooled }
    let logits = state.logits(pooled: pooled, sentences: heldOut.inputs.count)
    let loss = zip(logits, heldOut.labels).reduce(0.0) { $0 - softmax($1.0).logarithms[$1.1] }
    return Evaluation(
      loss: loss / Double(max(1, heldOut.labels.count)), accuracy: accuracy(logits, heldOut.labels))
  }

  /// The parameters as they are now, by the names that `save_pretrained` writes.
  package func snapshot() -> ParameterStore { state.store() }

  /// The gradients that were computed last.
  package func gradients() -> ParameterStore { state.gradientStore() }

  /// `config.json` of the trained model.
  package var configuration: JSONObject {
    pretrained.configuration.forSequenceClassification(pretrained.architecture.classPrefix, labels: labels)
  }
}
