import Activations
import Explorer
import Insights
import JSON
import TestSupport
import Testing

@testable import Sessions

struct CheckTests {
  private let model = Synthetic.model(layers: 2, heads: 3)

  private func work(_ effect: Effect) throws -> Message? {
    switch effect {
    case .encode(let id, let slot, let subject): .computed(compute(id, subject.request), for: slot)
    case .loadModel(let reference): throw SessionError("no model \(reference)")
    case .analyze, .listModels, .describeTask, .train, .pauseTraining, .stopTraining, .measure, .readSurvey: nil
    }
  }

  private func compute(_ id: Int, _ request: EncodeRequest) -> Computation {
    let words = request.texts[request.sentence].split(separator: " ").map(String.init)
    let pad = max((request.padTo ?? 0) - words.count - 2, 0)
    return Synthetic.computation(id: id, words: words, pad: pad, mode: request.maskMode, model: model, request: request)
  }

  private func check(_ events: [SessionEvent], problems: [SessionProblem] = []) -> SessionCheck {
    let header = SessionHeader(
      title: "", created: "", program: "", model: SessionModel(model, digest: nil))
    return SessionCheck(
      Session(header: header, events: events, problems: problems), model: model, work: work)
  }

  /// What a recorder would have written for these actions.
  private func recorded(_ actions: [Action]) -> [SessionEvent] {
    var state = State(model: model)
    var events: [SessionEvent] = []
    func perform(_ effects: [Effect]) {
      for case .encode(let id, _, let subject) in effects {
        let computation = compute(id, subject.request)
        _ = reduce(&state, .computed(computation))
        events.append(SessionEvent(time: 1, .fingerprint(computation.fingerprint)))
      }
    }
    perform(start(&state))
    for action in actions {
      events.append(SessionEvent(time: 1, .action(action)))
      perform(reduce(&state, .action(action)))
    }
    return events
  }

  private let actions: [Action] = [
    .texts(["The cat ran"], pair: nil), .pad(to: 8), .mask(.none), .mask(.full), .mask(.causal), .openPrompt,
    .type("A", cursor: 1), .restoreText,
  ]

  @Test func whatWasRecordedIsFoundAgain() {
    let check = check(recorded(actions))
    #expect(check.isClean && check.remarks.isEmpty)
    #expect(check.actions == 8)
    #expect(check.fingerprints == 7)
    #expect(check.largestDifference < 1e-9)
    #expect(check.state.maskMode == .causal)
  }

  /// Nobody can tell whether a model that is missing now was there when the session was recorded, unless a fingerprint does.
  @Test func aModelThatIsMissingLeavesTheCheckIncomplete() {
    let before = recorded(Array(actions.prefix(3)))
    let load = SessionEvent(time: 2, .action(.loadModel("org/gone")))
    #expect(check(before).isComplete)
    for later in [[], [SessionEvent(time: 3, .action(.openPrompt))]] {
      let check = check(before + [load] + later)
      #expect(check.isClean && !check.isComplete)
      #expect(check.remarks.count == 1)
    }
    let same = check(before + [load, before[before.count - 1]])
    #expect(same.isClean && same.isComplete)
  }

  @Test func aChangedNumberIsFound() {
    var events = recorded(actions)
    let index = 3
    guard case .fingerprint(var fingerprint) = events[index].content else {
      Issue.record("not a fingerprint: \(events[index])")
      return
    }
    fingerprint.meanEntropies[1] += 0.01
    events[index].content = .fingerprint(fingerprint)
    let check = check(events)
    #expect(check.differences.count == 1)
    #expect(check.differences[0].contains("layer 1 has a mean entropy of"))
    #expect(abs(check.largestDifference - 0.01) < 1e-9)
  }

  @Test func aFingerprintOfAnotherModelIsFound() {
    let check = check([SessionEvent(time: 1, .fingerprint(Fingerprint(meanEntropies: [1])))])
    #expect(check.differences == ["at 1.0 s: 2 layers were computed, 1 were recorded"])
  }

  @Test func aTornEndIsNoDifferenceButOtherDamageIs() {
    #expect(check([], problems: [SessionProblem(line: 9, text: "torn", kind: .tornEnd)]).isClean)
    #expect(!check([], problems: [SessionProblem(line: 9, text: "garbage")]).isClean)
  }

  @Test func aModelThatCannotBeLoadedIsADifferenceWhereSomethingElseWasComputedWithIt() {
    let load = SessionEvent(time: 1, .action(.loadModel("x")))
    let check = check([load, SessionEvent(time: 2, .fingerprint(Fingerprint(meanEntropies: [1, 2])))])
    #expect(check.differences.first == "at 1.0 s: no model x")
    #expect(check.differences.count > 1)
  }

  /// The person who recorded it saw the same: the model from before stayed in use.
  @Test func aModelThatCouldNotBeLoadedThenEitherIsWorthARemark() {
    var events = recorded(actions)
    events.insert(SessionEvent(time: 0, .action(.loadModel("x"))), at: 0)
    let same = check(events)
    #expect(same.isClean)
    #expect(same.remarks == ["at 0.0 s: no model x, as when it was recorded"])
    let nothing = check([SessionEvent(time: 1, .action(.loadModel("x")))])
    #expect(nothing.isClean)
    #expect(nothing.remarks == ["at 1.0 s: no model x; nothing was recorded that rests on it"])
  }

  @Test func unknownActionsAreShownAndSteppedOver() {
    let check = check([SessionEvent(time: 1.5, .unknown(JSONObject([("action", "dance")])))])
    #expect(check.isClean)
    #expect(check.remarks == [#"at 1.5 s: "dance" is unknown to this version and was skipped"#])
  }
}
