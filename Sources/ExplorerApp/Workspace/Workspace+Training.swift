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

  /// Says so when training has not come to what was recorded.
  mutating func compareTraining() {
    guard isShowingReplay, let words = replay?.difference(from: state.trainingFingerprint) else { return }
    tell(.notice(words))
  }
}
