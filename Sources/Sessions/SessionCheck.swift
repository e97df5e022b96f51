import Activations
import Explorer
import Insights
import Support

/// Replays a session without a screen, computes everything anew, and compares it with what was recorded.
public struct SessionCheck: Sendable {
  /// What was found, one line each.
  public private(set) var differences: [String] = []
  /// What is worth saying, but no difference.
  public private(set) var remarks: [String] = []
  /// How many actions were replayed.
  public private(set) var actions = 0
  /// How many runs of training were compared, and the largest difference of a loss.
  public private(set) var trainings = 0
  /// The largest difference of a loss, in nats.
  public private(set) var largestLossDifference = 0.0
  /// How many recorded fingerprints were compared, or could not be for want of a computation.
  public private(set) var fingerprints = 0
  /// The largest difference of a mean entropy, in nats.
  public private(set) var largestDifference = 0.0

  /// What the session says, compared with what is computed.
  private(set) var claims: ClaimCheck

  /// Models that could not be read, in words, as long as nothing has shown whether that was so when it was recorded.
  private var unreadable: [String] = []

  /// The state that the session leads to.
  public private(set) var state: State

  /// - Parameters:
  ///   - model: the model of the header.
  ///   - work: does the work of an effect; nil where it has no answer.
  public init(_ session: Session, model: EncoderDescription, work: (Effect) throws -> Message?) {
    state = State(model: model, reference: session.header.model.name)
    claims = ClaimCheck(session)
    for problem in session.problems {
      if problem.kind == .mistake {
        differences.append(problem.description)
      } else {
        remarks.append(problem.description)
      }
    }
    compare(session.header.model, with: model)
    perform(start(&state), at: 0, work)
    let events = session.withTrainingAsItWent.events
    for (place, event) in events.enumerated() {
      switch event.content {
      case .action(let action):
        actions += 1
        perform(reduce(&state, .action(action)), at: event.time, work)
        lookForWhatIsNotThere(action, at: event.time)
        if events.isLookedAt(after: place) { claims.look(at: state, time: event.time) }
      case .fingerprint(let recorded): compare(recorded, at: event.time)
      case .trained(let recorded): compare(recorded, at: event.time)
      case .note(let text):
        show(claims.quantities(of: text), at: event.time, work)
        claims.answer(in: state)
        claims.read(text, in: state, at: event.time)
      case .question(let question):
        show(claims.quantities(of: question.text), at: event.time, work)
        claims.answer(in: state)
        claims.read(question.text, in: state, at: event.time)
        claims.ask(question, in: state, at: event.time)
      case .mark, .guess: break
      case .unknown(let object):
        let name = object["action"]?.stringValue ?? "something"
        let remark: MessageText =
          "at \(seconds(event.time)): \"\(name)\" is unknown to this version and was skipped"
        remarks.append(remark.description)
      }
    }
    show(claims.quantities(of: ""), at: session.duration, work)
    claims.answer(in: state)
    differences += claims.differences
    remarks += claims.remarks
    remarks += unreadable.map { "\($0); nothing was recorded that rests on it" }
  }

  /// As a replay does, asks for what the words of this place need.
  private mutating func show(_ quantities: [Quantity], at time: Double, _ work: (Effect) throws -> Message?) {
    guard !quantities.isEmpty || state.playback != nil else { return }
    var playback = PlaybackStatus(
      title: "", position: actions, count: actions, time: time, duration: time, isPaused: true, speed: 1)
    playback.quantities = quantities
    perform(reduce(&state, .playback(playback)), at: time, work)
  }

  /// How many numbers in notes and questions were computed.
  public var numbers: Int { claims.numbers }
  /// How many answers were computed.
  public var answers: Int { claims.answers }
  /// Decimal numbers in notes that nothing computes.
  public var plainNumbers: Int { claims.plainNumbers }
  /// Answers that nothing computes.
  public var plainAnswers: Int { claims.plainAnswers }
  /// The largest difference of a computed number from the one that was written.
  public var largestNumberDifference: Double { claims.largestDifference }

  /// Says which heads and positions an action names that this model, or this sentence, does not have.
  private mutating func lookForWhatIsNotThere(_ action: Action, at time: Double) {
    func look(_ what: String, _ place: Int, _ count: Int) {
      guard count > 0, place >= count else { return }
      remarks.append("at \(seconds(time)): there is no \(what) \(place): they count from 0 to \(count - 1)")
    }
    switch action.of(NavigationAction.self) {
    case .selectHead(let head):
      look("layer", head.layer, state.model.layers)
      look("head", head.head, state.model.heads)
    case .selectPair(let query, let key):
      look("query", query, state.positions)
      look("key", key, state.positions)
    case .show, nil: break
    }
    if case .pad(let length?)? = action.of(PaddingAction.self), length > state.model.maximumPositions {
      remarks.append(
        "at \(seconds(time)): pad to \(length) is more than the \(state.model.maximumPositions) positions of the model")
    }
  }

  /// Whether there is no difference; remarks do not count.
  public var isClean: Bool { differences.isEmpty }
  /// Whether all of it could be computed anew. A model that cannot be read now, and that no fingerprint follows, may have been
  /// read when the session was recorded.
  public var isComplete: Bool { unreadable.isEmpty }

  private mutating func compare(_ recorded: SessionModel, with model: EncoderDescription) {
    func check(_ what: String, _ old: Int, _ new: Int) {
      if old != 0, old != new { differences.append("the model has \(new) \(what), the recorded one had \(old)") }
    }
    check("layers", recorded.layers, model.layers)
    check("heads", recorded.heads, model.heads)
    check("hidden", recorded.hidden, model.hiddenSize)
  }

  private mutating func perform(_ effects: [Effect], at time: Double, _ work: (Effect) throws -> Message?) {
    var failures: [String] = []
    var missing: [String] = []
    var unread: [String] = []
    let place = "at \(seconds(time))"
    settle(&state, effects) { effect in
      do {
        let message = try work(effect)
        if case .surveyRead(_, .unavailable(let reason))? = message { unread.append("\(place): \(reason)") }
        return message
      } catch {
        switch effect {
        case .encode(let id, _, _):
          failures.append("cannot be computed: \(error)")
          return .computationFailed(id: id, reason: "\(error)")
        case .loadModel(let reference):
          missing.append("\(place): \(error)")
          return .modelFailed(reference: reference, reason: "\(error)")
        case .describeTask, .train:
          failures.append("cannot be trained: \(error)")
          return effect.failure("\(error)")
        case .analyze, .listModels, .pauseTraining, .stopTraining, .measure, .readSurvey: return nil
        }
      }
    }
    differences += failures
    unreadable += missing
    remarks += unread
  }

  private mutating func compare(_ recorded: Fingerprint, at time: Double) {
    fingerprints += 1
    guard let computed = state.computation?.fingerprint else {
      differences.append("at \(seconds(time)): there is nothing to compare the fingerprint with")
      return
    }
    let difference = recorded.largestDifference(from: computed)
    largestDifference = max(largestDifference, difference.isNaN ? .infinity : difference)
    guard !(difference <= Fingerprint.tolerance) else {
      // What was recorded was computed without them, too.
      remarks += unreadable.map { "\($0), as when it was recorded" }
      unreadable = []
      return
    }
    differences += unreadable
    unreadable = []
    guard recorded.meanEntropies.count == computed.meanEntropies.count else {
      differences.append(
        "at \(seconds(time)): \(computed.meanEntropies.count) layers were computed, \(recorded.meanEntropies.count) were recorded"
      )
      return
    }
    for (layer, pair) in zip(recorded.meanEntropies, computed.meanEntropies).enumerated()
    where !(abs(pair.0 - pair.1) <= Fingerprint.tolerance) {
      differences.append(
        "at \(seconds(time)): layer \(layer) has a mean entropy of \(rounded(pair.1)) nats, \(rounded(pair.0)) was recorded"
      )
    }
  }

  private mutating func compare(_ recorded: TrainingFingerprint, at time: Double) {
    trainings += 1
    let place = "at \(seconds(time))"
    guard let found = state.trainingFingerprint else {
      differences.append(
        "\(place): \(recorded.step) steps of training were recorded; \(state.learning?.failure ?? "nothing was trained now")"
      )
      return
    }
    let difference = recorded.largestDifference(from: found)
    largestLossDifference = max(largestLossDifference, difference)
    if found.step != recorded.step {
      differences.append("\(place): \(found.step) steps were trained, \(recorded.step) were recorded")
    } else if !(difference <= TrainingFingerprint.tolerance) {
      differences.append(
        "\(place): losses of training differ from the recorded ones by up to \(rounded(difference)) nats")
    }
  }

  private func seconds(_ time: Double) -> String { "\((time * 1000).rounded() / 1000) s" }
  private func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
