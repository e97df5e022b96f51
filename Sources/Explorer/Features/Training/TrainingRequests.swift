import Activations

/// A run of training that is asked for.
public struct TrainingRequest: Sendable, Equatable {
  /// Tells the run from others.
  public let id: Int
  /// What it follows from.
  public let plan: TrainingPlan
  /// How many steps are to be taken.
  public let goal: Int
}

extension State {
  /// The run that is wanted now: the one that was chosen, while its model is the one in use.
  var wantedRun: ChosenTraining? {
    guard let run = exploration.training.run, run.plan.model == exploration.model, wantedModel == exploration.model
    else { return nil }
    return run
  }

  /// What `--model` takes for weights after so many steps of a run.
  package static func trainedModel(_ model: String, run: Int, step: Int) -> String { "\(model)@\(run)/\(step)" }

  /// The model that the screen shows: the present weights of the run under way, or the loaded ones.
  package var shownModel: String {
    guard let learning, let step = learning.snapshot else { return wantedModel }
    return State.trainedModel(learning.plan.model, run: learning.id, step: step)
  }

  /// The same before the first step, its prediction layer new; nil where nothing is trained.
  package var untrainedModel: String? {
    guard let learning, learning.snapshot != nil else { return nil }
    return State.trainedModel(learning.plan.model, run: learning.id, step: 0)
  }

  /// Whether what is shown is what training was to come to.
  var isTrained: Bool { wantedRun == nil || (learning?.isAtRest ?? false) }

  mutating func requestTraining() -> [Effect] {
    guard wantedModel == loadedModel else { return [] }
    return requestTask() + requestRun() + requestHeldOut()
  }

  private mutating func requestRun() -> [Effect] {
    guard let run = wantedRun else {
      guard let learning else { return [] }
      self.learning = nil
      return [.stopTraining(id: learning.id)]
    }
    if let learning, learning.plan == run.plan, learning.step <= run.goal {
      guard learning.goal != run.goal else { return [] }
      self.learning?.goal = run.goal
      self.learning?.isStopping = false
      // What was reached already is what is wanted.
      return learning.failure == nil ? [.train(TrainingRequest(id: learning.id, plan: run.plan, goal: run.goal))] : []
    }
    requestID += 1
    learning = TrainingStatus(id: requestID, run)
    return [.train(TrainingRequest(id: requestID, plan: run.plan, goal: run.goal))]
  }

  private mutating func requestTask() -> [Effect] {
    guard exploration.view == .train, model.recorded == nil else { return [] }
    let question = TaskQuestion(task: exploration.training.task, model: loadedModel)
    guard askedTask != question else { return [] }
    askedTask = question
    return [.describeTask(question)]
  }

  /// Takes what is reported of the run under way; of any other, nothing.
  mutating func take(_ report: TrainingReport, of id: Int) {
    guard learning?.id == id else { return }
    switch report {
    case .began(let facts):
      // It may have begun anew, because it was further than is wanted now.
      learning?.facts = facts
      learning?.points = []
      learning?.heldOut = []
      learning?.snapshot = nil
      learning?.keptIn = nil
    case .kept(let name): learning?.keptIn = name
    case .stepped(let points, let heldOut, let snapshot):
      learning?.points += points
      learning?.heldOut += heldOut
      if let snapshot { learning?.snapshot = snapshot }
    case .stopped: learning?.isStopping = false
    case .failed(let reason):
      learning?.failure = reason
      learning?.isStopping = false
    }
  }

  /// Asks the run under way to stand still after its present step.
  mutating func stopTraining() -> [Effect] {
    guard let learning, !learning.isAtRest, !learning.isStopping else { return [] }
    self.learning?.isStopping = true
    return [.pauseTraining(id: learning.id)]
  }

  /// What is known of the task that was chosen; nil while it is being read.
  package var taskAnswer: TaskAnswer? {
    guard let task, task.question == TaskQuestion(task: exploration.training.task, model: loadedModel) else {
      return nil
    }
    return task
  }
}
