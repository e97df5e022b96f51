import JSON

/// What a step of training updates.
public enum TrainingScope: String, Sendable, CaseIterable {
  /// All parameters: fine-tuning.
  case everything
  /// What lies outside of the encoder: the heads of attention stay as they are.
  case head

  /// As the screen names it.
  package var title: String {
    switch self {
    case .everything: "everything"
    case .head: "only the prediction layer"
    }
  }
}

/// By which number the change of heads is shown.
public enum ChangeMeasure: String, Sendable, CaseIterable {
  /// 1 - cosine of the two maps, each written as one vector.
  case cosine
  /// The largest difference of a single probability.
  case largest
}

/// The sentences on which the change of heads is shown.
public enum ChangeGround: String, Sendable, CaseIterable {
  /// The one on the screen.
  case sentence
  /// The mean over held-out sentences.
  case heldOut
}

/// Everything that the result of training follows from, but for how many of the steps are taken.
public struct TrainingPlan: Sendable, Equatable {
  /// The model that is trained: what `--model` would take.
  public var model: String
  /// A bundled task, or the name of a file without its folder.
  public var task: String
  /// Recognises the labelled sentences: FNV-1a of the file's bytes, in hexadecimal digits.
  public var digest: String
  /// What is updated.
  public var scope: TrainingScope
  /// How many steps there are; the learning rate falls to 0 over them.
  public var steps: Int
  /// How many sentences a step sees.
  public var batchSize = 16
  /// What new parameters and the order of sentences follow from.
  public var seed = 0

  /// A plan for a model and a task; see the properties.
  public init(model: String, task: String, digest: String, scope: TrainingScope, steps: Int) {
    self.model = model
    self.task = task
    self.digest = digest
    self.scope = scope
    self.steps = steps
  }
}

/// Training that was asked for.
public struct ChosenTraining: Sendable, Equatable {
  /// What it follows from.
  public var plan: TrainingPlan
  /// How many steps are to be taken.
  public var goal: Int

  /// A plan, of which so many steps are taken.
  public init(plan: TrainingPlan, goal: Int) {
    self.plan = plan
    self.goal = goal
  }
}

/// What was chosen about training.
public struct TrainingChoices: FeatureChoices {
  /// A bundled task, or the name of a file without its folder.
  public var task = "agent"
  /// What a step updates.
  public var scope = TrainingScope.everything
  /// By which number the change of heads is shown.
  public var measure = ChangeMeasure.cosine
  /// On which sentences it is shown.
  public var ground = ChangeGround.sentence
  /// Training that was asked for; nil: what is shown are the pretrained weights.
  public var run: ChosenTraining?

  /// The task of the lecture, everything updated, and no step asked for.
  public init() {}
}

extension Exploration {
  /// About training.
  public var training: TrainingChoices {
    get { choices[TrainingChoices.self] }
    set { choices[TrainingChoices.self] = newValue }
  }

  /// Whether another exploration is the same but for how many steps of its training are taken. All of a run is one change: it is
  /// taken back as a whole.
  func differsInStepsOnly(from other: Exploration) -> Bool {
    guard let run = training.run, let otherRun = other.training.run, run.plan == otherRun.plan else { return false }
    var same = other
    same.training.run = run
    return self == same
  }

  /// Of the same training, another number of steps is taken; any other one stays.
  mutating func follow(_ run: ChosenTraining) {
    if training.run?.plan == run.plan { training.run = run }
  }
}
