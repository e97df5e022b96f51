import Explorer

extension Player {
  /// Whether the next thing to happen is that training had come to an end: time waits for that.
  public var awaitsTraining: Bool {
    if case .trained? = nextEvent?.content { true } else { false }
  }

  /// What was recorded of training that belongs to this place, if anything was.
  public var lastTraining: TrainingFingerprint? {
    for event in session.events[..<next].reversed() {
      if case .trained(let found) = event.content { return found }
      guard event.content.isOfComputation else { return nil }
    }
    return nil
  }
}

extension SessionEvent.Content {
  /// Whether it says what had been computed.
  var isOfComputation: Bool {
    switch self {
    case .fingerprint, .trained: true
    default: false
    }
  }
}

/// What a run of a session came to, where its weights were kept in a folder.
public struct KeptTraining: Sendable, Equatable {
  /// What it follows from; its model is the one in use.
  public let plan: TrainingPlan
  /// After how many steps.
  public let step: Int
  /// Recognises the weights.
  public let weights: String
}

extension Session {
  /// The runs whose weights were kept.
  public var keptTrainings: [KeptTraining] {
    var plan: TrainingPlan?
    return events.compactMap { event in
      if case .action(let action) = event.content, case .train(let run)? = action.of(TrainingAction.self) {
        plan = run.plan
      }
      guard case .trained(let found) = event.content, let weights = found.weights, var plan else { return nil }
      plan.model = ""
      return KeptTraining(plan: plan, step: found.step, weights: weights)
    }
  }

  /// The same, with training that was stopped asked for up to there only: whoever replays it, faster perhaps, takes no step that
  /// was not taken then.
  package var withTrainingAsItWent: Session {
    var result = self
    var begun: Int?
    for (place, event) in events.enumerated() {
      guard case .action(let action) = event.content else { continue }
      switch action {
      case .undo, .redo, .reset, .begin: begun = nil
      case .feature:
        switch action.of(TrainingAction.self) {
        case .train: begun = place
        case .task, .scope: begun = nil
        case .stop(let step):
          guard let start = begun, case .action(let action) = events[start].content,
            case .train(var run)? = action.of(TrainingAction.self)
          else { continue }
          run.goal = min(run.goal, step)
          result.events[start].content = .action(.training(.train(run)))
          begun = nil
        case .measure, .ground, .compare, nil: if case .load? = action.of(ModelsAction.self) { begun = nil }
        }
      }
    }
    return result
  }
}
