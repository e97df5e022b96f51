import JSON
import Support

/// What a model was trained on, as `training.json` says it.
package struct TrainedOn: Sendable {
  /// The name of a task, or of a file without its folder.
  package let name: String
  package let digest: String
  package let sentences: Int

  package init(name: String, digest: String, sentences: Int) {
    self.name = name
    self.digest = digest
    self.sentences = sentences
  }
}

/// What `training.json` says of how a model was trained.
package struct TrainingRecord: Sendable {
  package private(set) var object: JSONObject

  /// - Parameter program: which version of the program trained it.
  package init(_ run: some TrainingRun, data: TrainedOn, program: String) {
    let arguments = run.arguments
    var object = JSONObject()
    object["program"] = JSONValue("headscope \(program)")
    object["base_model"] = JSONValue(run.pretrained.name)
    object["data"] = JSONValue(data.name)
    object["data_digest"] = JSONValue(data.digest)
    object["sentences"] = .integer(data.sentences)
    object["only_head"] = .bool(arguments.onlyHead)
    object["steps"] = .integer(run.stepCount)
    object["batch_size"] = .integer(arguments.batchSize)
    object["learning_rate"] = .number(arguments.usedLearningRate)
    object["head_learning_rate"] = .number(arguments.usedHeadLearningRate)
    object["weight_decay"] = .number(arguments.weightDecay)
    object["warmup"] = .number(arguments.warmup)
    object["dropout"] = .number(arguments.dropout)
    object["seed"] = .integer(arguments.seed)
    object["shuffle"] = .bool(arguments.shuffles)
    object["trained_parameters"] = .integer(run.trainedCount)
    self.object = object
  }

  /// What came of it, so far.
  ///
  /// - Parameters:
  ///   - losses: of each step, before it.
  ///   - evaluation: how it does on held-out sentences; nil where there are none.
  package mutating func add(steps: Int, interrupted: Bool, losses: [Double], evaluation: Evaluation?) {
    object["steps_taken"] = .integer(steps)
    object["interrupted"] = .bool(interrupted)
    object["losses"] = .array(losses.map { .number($0) })
    guard let evaluation else { return }
    object["test_loss"] = .number(evaluation.loss)
    object["test_accuracy"] = .number(evaluation.accuracy)
  }
}
