import UserInput

/// What a key can mean to training.
enum TrainingCommand: FeatureCommand {
  case run, step, scope, nextTask, previousTask, example, measure, ground, mostChanged
  case openFile, keepModel

  var needsModel: Bool { true }

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { TrainingKeys(state: state).resolve(self) }
}

/// What concerns a run of training that is under way.
public enum TrainingControl: Sendable, Equatable {
  /// It is to stand still after the present step.
  case stop
  /// A file of labelled sentences is to be named.
  case openFile
  /// A folder for the trained model is to be named; a name for it is proposed.
  case keepModel(as: String)
}

extension Command {
  static func training(_ command: TrainingCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let training: [KeyBinding] = [
    KeyBinding(
      .training(.run), .training, [.view(.train)], [.character(" ")], "train; stop after this step; go on",
      hint: "train, stop"),
    KeyBinding(
      .training(.step), .training, [.view(.train)], [.character(".")], "one step of training", hint: "one step"),
    KeyBinding(
      .training(.scope), .training, [.view(.train)], [.character("v")],
      "update everything, or only the prediction layer",
      hint: "everything?"),
    KeyBinding(.training(.nextTask), .training, [.view(.train)], [.character("t")], "next task", hint: "task"),
    KeyBinding(.training(.previousTask), .training, [.view(.train)], [.character("T")], "the task before"),
    KeyBinding(
      .training(.example), .training, [.view(.train)], [.character("x")], "a sentence of the task to look at",
      hint: "example"),
    KeyBinding(
      .open, .training, [.view(.train)], [.enter], "the marked head before, after, and the difference", hint: "compare"),
    KeyBinding(
      .training(.mostChanged), .training, [.view(.train)], [.character("n")],
      "the head with the largest change, then the next", hint: "most changed"),
    KeyBinding(
      .training(.measure), .training, [.view(.train)], [.character("w")],
      "change by 1 - cosine of the maps, or by the largest difference"),
    KeyBinding(
      .training(.ground), .training, [.view(.train)], [.character("f")],
      "change on this sentence, or the mean over held-out ones", hint: "held out"),
    KeyBinding(
      .training(.openFile), .training, [.view(.train)], [.character("o")],
      "a file of one's own: .tsv, .csv or .jsonl with text and label", hint: "file"),
    KeyBinding(
      .training(.keepModel), .training, [.view(.train)], [.character("F")],
      "keep the trained model in a folder, as headscope train does", hint: "keep"),
  ]
}

extension State {
  /// What opens the marked head from the Train view.
  package var openTrained: Resolution { TrainingKeys(state: self).open }
}

/// Works out what these commands come to.
struct TrainingKeys {
  let state: State

  func resolve(_ command: TrainingCommand) -> Resolution {
    switch command {
    case .run:
      guard let learning = state.learning, !learning.isAtRest else { return train(to: .max) }
      return learning.isStopping ? .ignored : .control(.training(.stop))
    case .step:
      guard let learning = state.learning else { return train(to: 1) }
      guard learning.isAtRest else { return .refused("it trains; Space stops it") }
      return train(to: learning.goal + 1)
    case .scope:
      return .action(.training(.scope(state.training.scope == .everything ? .head : .everything)))
    case .nextTask: return task(1)
    case .previousTask: return task(-1)
    case .example:
      guard let answer = state.taskAnswer else { return .awaiting }
      guard let sentence = answer.description?.sentence else { return .refused("the task has no sentence to look at") }
      return .action(.texts([sentence], pair: nil))
    case .measure:
      return .action(.training(.measure(state.training.measure == .cosine ? .largest : .cosine)))
    case .ground:
      return .action(.training(.ground(state.training.ground == .sentence ? .heldOut : .sentence)))
    case .mostChanged: return mostChanged
    case .openFile: return .control(.training(.openFile))
    case .keepModel: return keepModel
    }
  }

  private var keepModel: Resolution {
    guard let learning = state.learning, learning.snapshot ?? 0 > 0 else {
      return .refused("nothing has been trained that could be kept: Space does")
    }
    guard learning.isAtRest else { return .refused("it trains; Space stops it, then F keeps what there is") }
    let model = learning.plan.model.split(separator: "/").last.map(String.init) ?? "model"
    let task = learning.plan.task.split(separator: ".").first.map(String.init) ?? "trained"
    return .control(.training(.keepModel(as: "\(model)-\(task)")))
  }

  /// The marked head before, after, and the difference, at the pair that changed most in it. The untrained model is the one that is
  /// compared with, unless something was put aside. Where nothing is trained, the head alone.
  var open: Resolution {
    guard state.learning?.snapshot != nil else { return .action(.show(.head)) }
    let pair = state.headChanges?.pairs.first { $0.head == state.head }
    return .action(
      .training(.compare(state.head, query: pair?.query ?? state.query, key: pair?.key ?? state.key)))
  }

  /// Begins, or goes on.
  private func train(to step: Int) -> Resolution {
    if let run = state.training.run {
      if let failure = state.learning?.failure { return .refused(failure) }
      guard run.goal < run.plan.steps else {
        return .refused("all \(run.plan.steps) steps have been taken; u goes back to the pretrained weights")
      }
      return .action(.training(.train(ChosenTraining(plan: run.plan, goal: min(step, run.plan.steps)))))
    }
    guard let answer = state.taskAnswer else { return .awaiting }
    guard let task = answer.description else { return .refused(answer.reason ?? "there is nothing to learn from") }
    let scope = state.training.scope
    let plan = TrainingPlan(
      model: state.exploration.model, task: task.task, digest: task.digest, scope: scope, steps: task.steps[scope] ?? 1)
    return .action(.training(.train(ChosenTraining(plan: plan, goal: min(step, plan.steps)))))
  }

  private func task(_ step: Int) -> Resolution {
    guard let answer = state.taskAnswer else { return .awaiting }
    guard answer.tasks.count > 1 else { return .refused("there is no other task") }
    return .action(.training(.task(neighbour(of: state.training.task, in: answer.tasks, by: step))))
  }

  /// To the pair that changed most of all, or to the next one after the head that is marked.
  private var mostChanged: Resolution {
    guard let changes = state.headChanges else { return .refused("nothing has been trained: Space does") }
    guard !changes.pairs.isEmpty else { return .refused("no head has changed: every change is exactly 0") }
    let place = changes.pairs.firstIndex { $0.head == state.head && $0.query == state.query && $0.key == state.key }
    let pair = changes.pairs[place.map { ($0 + 1) % changes.pairs.count } ?? 0]
    let goal = DiagnosisPlace(view: .train, head: pair.head, query: pair.query, key: pair.key)
    return .action(.feature(DiagnosisAction.visit(goal)))
  }
}
