import Explorer
import Sessions

/// What is recorded of training, and compared with what was recorded.
extension Workspace {
  /// Tells the explorer an answer. Where training has come to rest by it, that is noted.
  mutating func takeTraining(_ message: Message) {
    let before = state.trainingFingerprint
    tell(message)
    if case .training(let id, let reports) = message, state.learning?.id == id {
      for case .stopped(let step) in reports where step < state.learning?.goal ?? 0 {
        // From here on it is what was chosen: a replay takes as many steps.
        let action = Action.training(.stop(at: step))
        record(.action(action))
        tell(.action(action))
      }
    }
    guard let found = state.trainingFingerprint, found != before else { return }
    record(.trained(found))
  }

  mutating func perform(_ control: TrainingControl) {
    switch control {
    case .stop: tell(.stopTraining)
    case .openFile: tell(.entry(LineEntry(.sentences)))
    case .keepModel(let name): tell(.entry(LineEntry(.trainedModel, text: name)))
    }
  }

  /// Goes over to sentences that were opened. The session says what they are called; where they lie, it does not.
  mutating func open(_ name: String) {
    tell(.tasksChanged)
    if state.training.task != name {
      let action = Action.training(.task(name))
      record(.action(action))
      tell(.action(action))
    }
    tell(.notice("opened: \(name)"))
  }

  mutating func take(_ model: KeptModel) {
    // A replay finds it by its weights, and need not train anew.
    if let digest = model.digest, state.learning?.id == model.run, var found = state.trainingFingerprint,
      found.step == model.step
    {
      found.weights = digest
      record(.trained(found))
    }
    tell(.notice("kept: \(model.folder); M opens it, as does --model"))
  }

  /// What was typed is not lost.
  mutating func refuse(_ entry: LineEntry, _ reason: String) {
    if state.entry == nil, state.overlay == nil, state.browser == nil { tell(.entry(entry)) }
    tell(.notice(reason))
  }

  /// Says so when training has not come to what was recorded.
  mutating func compareTraining() {
    guard isShowingReplay,
      let words = replay?.difference(from: state.trainingFingerprint, keptIn: state.learning?.keptIn)
    else { return }
    tell(.notice(words))
  }
}
