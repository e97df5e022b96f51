import Activations

/// Applies a message to the state, and returns the effects that have to be carried out for it.
///
/// The only writer of the state: it knows no clock, no randomness, no file and no terminal, so that the same messages
/// always lead to the same state.
public func reduce(_ state: inout State, _ message: Message) -> [Effect] {
  switch message {
  case .action(let action):
    perform(action, on: &state)
  case .computed(let computation, let slot):
    state.take(computation, for: slot)
  case .computationFailed(let id, let reason):
    state.fail(id, reason)
  case .progress(let progress): state.progress = progress
  case .stopComputing: state.stopComputing()
  case .analyzed(let analysis, let finding):
    if state.sources(of: analysis) == finding.sources { state.findings[analysis] = finding }
  case .modelLoaded(let model, let reference):
    state.take(model, reference: reference)
  case .modelFailed(let reference, let reason):
    if state.loadingModel == reference { state.loadingModel = nil }
    state.unreadable[reference] = reason
  case .modelsListed(let models):
    state.models = models
    state.awaitsModels = false
  case .taskDescribed(let answer): state.task = answer
  case .training(let id, let reports): for report in reports { state.take(report, of: id) }
  case .stopTraining: return state.stopTraining()
  case .tasksChanged: (state.askedTask, state.task) = (nil, nil)
  case .measured(let request, let finding): state.take(finding, of: request)
  case .surveyRead(let request, let answer): state.take(answer, of: request)
  case .recording(let status): state.recording = status
  case .playback(let status): state.playback = status
  case .scene(let scene): state.show(scene)
  case .lesson(let title): state.lesson = title
  case .entry(let entry): state.entry = entry
  case .browser(let browser): state.browser = browser
  case .notice(let text): state.notice = text
  }
  return state.requestWhatIsNeeded()
}

/// Applies an action to the choices of a state without asking for any computation. Repeated for each action, this reaches any
/// place in a session.
public func fold(_ state: inout State, _ action: Action) { perform(action, on: &state) }

/// Sets a state to a scene without asking for any computation.
public func fold(_ state: inout State, _ scene: Scene) { state.show(scene) }

/// The first computation of a new state.
public func start(_ state: inout State) -> [Effect] { state.requestWhatIsNeeded() }

/// Does everything that a state asks for, and what that leads to, until it asks for nothing more.
///
/// For pictures and checks without a screen. `answer` carries out an effect; nil if it has no result.
public func settle(_ state: inout State, _ effects: [Effect], answer: (Effect) -> Message?) {
  var waiting = effects[...]
  while let effect = waiting.popFirst() {
    if let message = answer(effect) { waiting += reduce(&state, message) }
  }
}

/// Applies an action to the state.
private func perform(_ action: Action, on state: inout State) {
  state.notice = nil
  state.modelIsNews = false
  state.isFresh = false
  let before = state.exploration
  switch action {
  case .undo:
    guard let last = state.past.popLast() else { break }
    state.future.append(before)
    state.exploration = last
  case .redo:
    guard let next = state.future.popLast() else { break }
    state.past.append(before)
    state.exploration = next
  case .begin:
    (state.past, state.future) = ([], [])
    state.modelIsNews = true
  default:
    change(action, &state)
    if case .stop(at: 0)? = action.of(TrainingAction.self), let run = before.training.run {
      state.forgetTraining(run.plan)
    } else if state.exploration.differsInStepsOnly(from: before) {
      state.followTraining()
    } else if state.exploration != before {
      state.remember(before)
    }
  }
  if state.exploration.model != before.model { state.modelIsNews = true }
}

private func change(_ action: Action, _ state: inout State) {
  switch action {
  case .undo, .redo, .begin: break
  case .reset:
    state.exploration.reset()
    if state.wantedModel == state.loadedModel { state.exploration.take(state.model.recorded) }
    state.prompt = nil
    state.filterPrompt = nil
    state.overlay = nil
  case .feature(let action):
    action.base.perform(on: &state)
    if !(action.base is TourAction) { state.exploration.followTour() }
  }
}

extension State {
  /// How many steps can be taken back at least.
  static let leastPast = 1000

  fileprivate mutating func remember(_ before: Exploration) {
    past.append(before)
    // Many are dropped at a time: removing the first one with every action would move all others each time.
    if past.count >= 2 * State.leastPast { past.removeFirst(past.count - State.leastPast) }
    future = []
  }

  /// Whatever else is taken back, it is not how many steps of the present run were taken.
  fileprivate mutating func followTraining() {
    guard let run = exploration.training.run else { return }
    for place in past.indices { past[place].follow(run) }
    for place in future.indices { future[place].follow(run) }
  }

  /// A run was stopped before its first step: nothing was trained, so there is nothing that undo could bring again.
  fileprivate mutating func forgetTraining(_ plan: TrainingPlan) {
    let tail = past.reversed().prefix { $0.training.run?.plan == plan }.count
    let kept = past.count - tail
    let forgotten = past[kept...]
    past.removeSubrange(kept...)
    for var step in forgotten {
      step.training.run = nil
      if past.last != step { past.append(step) }
    }
    if past.last == exploration { past.removeLast() }
    for place in future.indices where future[place].training.run?.plan == plan { future[place].training.run = nil }
  }

  fileprivate mutating func take(_ description: EncoderDescription, reference: String) {
    // A model that is not wanted any more changes nothing.
    guard loadingModel == reference else { return }
    model = description
    loadedModel = reference
    loadingModel = nil
    // Results of the other model are dropped, except those of the picture put aside.
    for slot in [Slot.shown, .other, .untrained] {
      asked[slot] = nil
      results[slot] = nil
      failures[slot] = nil
    }
  }
}
