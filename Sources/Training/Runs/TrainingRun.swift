import Encoders
import JSON

/// A training that goes on step by step. It is used by one thread at a time.
package protocol TrainingRun: AnyObject {
  /// What a batch is made of.
  associatedtype Examples

  var pretrained: PretrainedModel { get }
  var arguments: TrainingArguments { get }
  /// How many steps will be taken.
  var stepCount: Int { get }
  /// How many steps have been taken.
  var step: Int { get }
  /// The parameters that the checkpoint lacks, which were drawn at random.
  var newParameters: [String] { get }
  /// How many parameters a step updates.
  var trainedCount: Int { get }
  /// How many parameters there are.
  var parameterCount: Int { get }
  /// `config.json` of the trained model.
  var configuration: JSONObject { get }

  /// The loss of the next batch and its gradients, without a step.
  @discardableResult func differentiate() -> TrainingStep
  /// Takes a step. Throws where the loss, or its gradient, is not a number; nothing has changed then.
  func takeStep() throws(TrainingError) -> TrainingStep
  /// How the network does on what it is not trained on.
  func evaluate(_ heldOut: Examples) -> Evaluation
  /// The parameters as they are now, by the names that `save_pretrained` writes.
  func snapshot() -> ParameterStore
  /// The gradients that were computed last.
  func gradients() -> ParameterStore
}

extension TrainingRun {
  package var isFinished: Bool { step >= stepCount }
}

extension TrainingState {
  /// Takes a step with the gradients that were computed last, at the rates of `arguments`.
  func step(_ found: TrainingStep, _ arguments: TrainingArguments, factor: Double) throws(TrainingError) {
    guard found.loss.isFinite, found.gradientNorm.isFinite else {
      throw TrainingError(
        "the loss of step \(found.step) is not a number: the learning rate \(arguments.usedLearningRate) is too large for this model"
      )
    }
    step(
      norm: found.gradientNorm, rate: arguments.usedLearningRate * factor,
      headRate: arguments.usedHeadLearningRate * factor)
  }
}

extension TrainingArguments {
  /// What is dropped in a step; nil where nothing is.
  func dropout(step: Int) -> Dropout? {
    dropout > 0 ? Dropout(rate: dropout, seed: UInt64(bitPattern: Int64(seed)), step: step) : nil
  }

  /// The rate that is told of a step: the encoder's, or the head's where only that is trained.
  var toldLearningRate: Double { onlyHead ? usedHeadLearningRate : usedLearningRate }
}
