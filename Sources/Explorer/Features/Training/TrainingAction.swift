import Activations
import JSON

/// What is done about training.
public enum TrainingAction: Sendable, Equatable {
  /// Another task; what was trained is forgotten.
  case task(String)
  /// What steps update; what was trained is forgotten.
  case scope(TrainingScope)
  case measure(ChangeMeasure)
  case ground(ChangeGround)
  /// Opens a head before, after and in the difference, at a pair of tokens: positions from 0.
  case compare(HeadIndex, query: Int, key: Int)
  /// Begins training, or goes on, up to so many steps.
  case train(ChosenTraining)
  /// Training was stopped after so many steps.
  case stop(at: Int)
}

extension TrainingAction: FeatureAction {
  /// Chooses a task, what is updated and what is shown, or how many steps are to be taken.
  public func perform(on state: inout State) {
    switch self {
    case .task(let name):
      guard name != state.exploration.training.task else { return }
      state.exploration.training.task = name
      state.exploration.training.run = nil
    case .scope(let scope):
      guard scope != state.exploration.training.scope else { return }
      state.exploration.training.scope = scope
      state.exploration.training.run = nil
    case .measure(let measure): state.exploration.training.measure = measure
    case .ground(let ground): state.exploration.training.ground = ground
    case .compare(let head, let query, let key):
      state.exploration.view = .compare
      state.exploration.compare.mode = .tokens
      state.exploration.head = HeadIndex(layer: max(head.layer, 0), head: max(head.head, 0))
      state.exploration.mark(query: query, key: key)
    case .train(var run):
      run.plan.model = state.exploration.model
      run.goal = min(max(run.goal, 0), run.plan.steps)
      state.exploration.training.task = run.plan.task
      state.exploration.training.scope = run.plan.scope
      state.exploration.training.run = run.goal > 0 ? run : nil
    case .stop(let step):
      guard let run = state.exploration.training.run else { return }
      state.exploration.training.run = step > 0 ? ChosenTraining(plan: run.plan, goal: min(step, run.plan.steps)) : nil
    }
  }

  // MARK: In a session

  /// What these actions are called in a session.
  public static let names = [
    "trainingTask", "trainingScope", "changeMeasure", "changeGround", "compareTrained", "train", "stopTraining",
  ]

  /// What of a plan need not be said.
  public static let optionalMembers = ["train": ["batchSize", "seed"]]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .task(let name): RecordedAction("trainingTask", [("task", JSONValue(name))])
    case .scope(let scope): RecordedAction("trainingScope", [("of", JSONValue(scope.rawValue))])
    case .measure(let measure): RecordedAction("changeMeasure", [("by", JSONValue(measure.rawValue))])
    case .ground(let ground): RecordedAction("changeGround", [("on", JSONValue(ground.rawValue))])
    case .compare(let head, let query, let key):
      RecordedAction(
        "compareTrained",
        [
          ("layer", .integer(head.layer)), ("head", .integer(head.head)), ("query", .integer(query)),
          ("key", .integer(key)),
        ])
    case .train(let run):
      RecordedAction(
        "train",
        [
          ("task", JSONValue(run.plan.task)), ("data", JSONValue(run.plan.digest)),
          ("of", JSONValue(run.plan.scope.rawValue)), ("steps", .integer(run.plan.steps)),
          ("batchSize", .integer(run.plan.batchSize)), ("seed", .integer(run.plan.seed)), ("to", .integer(run.goal)),
        ])
    case .stop(let step): RecordedAction("stopTraining", [("at", .integer(step))])
    }
  }

  /// Reads one of them; nil where the name is none of `names`. Throws what is wrong with a member.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> TrainingAction? {
    switch name {
    case "trainingTask": return .task(try reader.string("task"))
    case "trainingScope": return .scope(try reader.choice("of"))
    case "changeMeasure": return .measure(try reader.choice("by"))
    case "changeGround": return .ground(try reader.choice("on"))
    case "compareTrained":
      let head = HeadIndex(layer: try reader.count("layer"), head: try reader.count("head"))
      return .compare(head, query: try reader.count("query"), key: try reader.count("key"))
    case "train":
      // The model is the one in use then.
      var plan = TrainingPlan(
        model: "", task: try reader.string("task"), digest: try reader.string("data"), scope: try reader.choice("of"),
        steps: try reader.count("steps"))
      plan.batchSize = max(try reader.optionalCount("batchSize") ?? plan.batchSize, 1)
      plan.seed = try reader.optionalCount("seed") ?? plan.seed
      return .train(ChosenTraining(plan: plan, goal: try reader.count("to")))
    case "stopTraining": return .stop(at: try reader.count("at"))
    default: return nil
    }
  }

  /// What was done, in plain words.
  public var words: String {
    switch self {
    case .task(let name): "the task \(name)"
    case .scope(let scope): "training updates \(scope.title)"
    case .measure(.cosine): "shows the change of heads by 1 - cosine"
    case .measure(.largest): "shows the change of heads by the largest difference"
    case .ground(.sentence): "shows the change of heads on the sentence"
    case .ground(.heldOut): "shows the change of heads on held-out sentences"
    case .compare(let head, let query, let key):
      "compares layer \(head.layer) head \(head.head) before and after training: query \(query), key \(key)"
    case .train(let run):
      "trains \(run.plan.scope.title) on \(run.plan.task), up to step \(run.goal) of \(run.plan.steps)"
    case .stop(let step): "stops training after step \(step)"
    }
  }
}

extension Action {
  /// One of them.
  public static func training(_ action: TrainingAction) -> Action { .feature(action) }
}
