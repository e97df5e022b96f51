/// A point of a learning curve.
public struct LearningPoint: Sendable, Equatable {
  /// How many steps were taken before it was measured.
  public var step: Int
  /// The mean cross-entropy, in nats.
  public var loss: Double
  /// The share of sentences that get their label.
  public var accuracy: Double

  /// A point after so many steps.
  public init(step: Int, loss: Double, accuracy: Double) {
    self.step = step
    self.loss = loss
    self.accuracy = accuracy
  }
}

/// What is known of a run of training as soon as it has begun.
public struct TrainingFacts: Sendable, Equatable {
  /// How many parameters a step updates.
  public var trained: Int
  /// How many there are.
  public var parameters: Int
  /// By their ids.
  public var labels: [String]
  /// What it takes in memory at most, in bytes.
  public var bytes: Int
  /// On how many sentences heads are measured: held-out ones, or where there are none, those that are learnt.
  public var measured: Int
  /// Whether those are held out.
  public var isHeldOut: Bool

  /// What is known of a run; see the properties.
  public init(
    trained: Int, parameters: Int, labels: [String], bytes: Int, measured: Int = 0, isHeldOut: Bool = true
  ) {
    self.measured = measured
    self.isHeldOut = isHeldOut
    self.trained = trained
    self.parameters = parameters
    self.labels = labels
    self.bytes = bytes
  }
}

/// What is reported of a run of training.
public enum TrainingReport: Sendable, Equatable {
  case began(TrainingFacts)
  /// What was measured since the last report, on the training sentences of each step and on held-out ones. `snapshot`: after how
  /// many steps there are weights to be shown, where there are new ones.
  case stepped([LearningPoint], heldOut: [LearningPoint], snapshot: Int?)
  /// No step is taken: the weights are those that were kept in a folder of this name.
  case kept(in: String)
  /// It stands still because somebody asked for that; after so many steps.
  case stopped(at: Int)
  case failed(String)
}

/// How training goes on.
public struct TrainingStatus: Sendable, Equatable {
  /// Tells it from other runs.
  public let id: Int
  /// What it follows from.
  public let plan: TrainingPlan
  /// How many steps were asked for.
  public internal(set) var goal: Int
  /// What is known of it since it has begun.
  public internal(set) var facts: TrainingFacts?
  /// A point for each step, of the step's own sentences before it.
  public internal(set) var points: [LearningPoint] = []
  /// Of held-out sentences, now and then.
  public internal(set) var heldOut: [LearningPoint] = []
  /// After how many steps the weights were taken that are shown; nil as long as there are none.
  public internal(set) var snapshot: Int?
  /// Whether it has been asked to stop.
  public internal(set) var isStopping = false
  /// Why it does not go on, in one line.
  public internal(set) var failure: String?
  /// The name of the folder that the weights come from, where they were kept and no step was taken; nil where they are trained.
  public internal(set) var keptIn: String?

  init(id: Int, _ run: ChosenTraining) {
    self.id = id
    plan = run.plan
    goal = run.goal
  }

  /// How many steps have been taken, as far as is known.
  public var step: Int { points.count }
  /// Whether all steps were taken that were asked for, or no more will be.
  public var isAtRest: Bool { failure != nil || (snapshot == goal && step >= goal) }
}

/// What a run of training came to, as a session keeps it.
public struct TrainingFingerprint: Sendable, Equatable {
  /// How many steps were taken.
  public var step: Int
  /// The losses of some of the steps, evenly spread, the last one included.
  public var losses: [Double]
  /// The share of held-out sentences that get their label; nil where there are none.
  public var accuracy: Double?
  /// Recognises the weights that it came to, where they were kept in a folder.
  public var weights: String?

  /// How far losses may differ: sums are rounded differently where a processor has other instructions.
  public static let tolerance = 0.001
  private static let most = 16

  /// What was recorded; see the properties.
  public init(step: Int, losses: [Double], accuracy: Double?, weights: String? = nil) {
    self.weights = weights
    self.step = step
    self.losses = losses
    self.accuracy = accuracy
  }

  /// Of a run that has taken at least one step.
  init?(_ status: TrainingStatus) {
    guard let last = status.points.indices.last else { return nil }
    let count = min(Self.most, status.points.count)
    let places = (1...count).map { (last + 1) * $0 / count - 1 }
    self.init(step: last + 1, losses: places.map { status.points[$0].loss }, accuracy: status.heldOut.last?.accuracy)
  }

  /// The largest difference of a loss; infinity where the steps are not the same.
  public func largestDifference(from other: TrainingFingerprint) -> Double {
    guard step == other.step, losses.count == other.losses.count else { return .infinity }
    return zip(losses, other.losses).reduce(0) { largest, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(largest, difference)
    }
  }
}

extension State {
  /// What the run that was asked for came to; nil while it goes on, and where there is none.
  public var trainingFingerprint: TrainingFingerprint? {
    guard let learning, learning.isAtRest, learning.failure == nil else { return nil }
    return TrainingFingerprint(learning)
  }
}
