import Activations
import TestSupport
import Testing

@testable import Explorer

/// What is asked for training, and what becomes of its reports.
struct TrainingTests {
  private func plan(_ state: State, scope: TrainingScope = .everything) -> TrainingPlan {
    TrainingPlan(model: state.exploration.model, task: "agent", digest: "00", scope: scope, steps: 40)
  }

  private func train(_ state: inout State, to goal: Int) -> [Effect] {
    reduce(&state, .action(.training(.train(ChosenTraining(plan: plan(state), goal: goal)))))
  }

  private func points(_ steps: Range<Int>) -> [LearningPoint] {
    steps.map { LearningPoint(step: $0, loss: 0.7, accuracy: 0.5) }
  }

  /// A run that has taken so many steps, all of which are shown.
  private func trained(_ steps: Int, to goal: Int) throws -> (State, id: Int) {
    var state = Synthetic.state()
    _ = train(&state, to: goal)
    let id = try #require(state.learning?.id)
    _ = reduce(&state, .training(id: id, [.stepped(points(0..<steps), heldOut: [], snapshot: steps)]))
    return (state, id)
  }

  @Test func aRunIsAskedForOnceAndThenGoesOn() throws {
    var state = Synthetic.state()
    let first = train(&state, to: 3)
    let id = try #require(state.learning?.id)
    #expect(first.contains(.train(TrainingRequest(id: id, plan: plan(state), goal: 3))))
    #expect(!train(&state, to: 3).contains { if case .train = $0 { true } else { false } })
    #expect(train(&state, to: 4).contains(.train(TrainingRequest(id: id, plan: plan(state), goal: 4))))
  }

  @Test func weightsThatCameAreShownUnderANameOfTheirOwn() throws {
    var (state, id) = try trained(0, to: 3)
    #expect(state.subject(of: .shown) == state.subject(of: .untrained))
    let effects = reduce(&state, .training(id: id, [.stepped(points(0..<2), heldOut: [], snapshot: 2)]))
    let subject = try #require(state.subject(of: .shown))
    #expect(subject.model == State.trainedModel(state.loadedModel, run: id, step: 2))
    #expect(effects.contains { if case .encode(_, .shown, subject) = $0 { true } else { false } })
    #expect(state.presentComputation == nil)
  }

  @Test func reportsOfAnotherRunChangeNothing() throws {
    var (state, id) = try trained(1, to: 3)
    let before = state
    _ = reduce(&state, .training(id: id - 1, [.stepped(points(0..<2), heldOut: [], snapshot: 2), .failed("late")]))
    #expect(state == before)
  }

  @Test func allOfARunIsTakenBackAtOnce() throws {
    var (state, id) = try trained(1, to: 1)
    _ = train(&state, to: 2)
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 1, head: 1))))
    _ = train(&state, to: 5)
    _ = reduce(&state, .action(.undo))
    #expect(state.exploration.training.run?.goal == 5)
    let effects = reduce(&state, .action(.undo))
    #expect(state.exploration.training.run == nil && state.learning == nil)
    #expect(effects.contains(.stopTraining(id: id)))
    #expect(state.subject(of: .shown)?.model == state.loadedModel)
  }

  @Test func fewerStepsThanWereTakenBeginAnew() throws {
    var (state, id) = try trained(3, to: 3)
    _ = train(&state, to: 2)
    let new = try #require(state.learning)
    #expect(new.id != id && new.points.isEmpty && new.snapshot == nil)
  }

  @Test func stoppingIsChosenWhenItHasHappened() throws {
    var (state, id) = try trained(1, to: 40)
    #expect(reduce(&state, .stopTraining) == [.pauseTraining(id: id)])
    #expect(state.learning?.isStopping == true)
    #expect(reduce(&state, .stopTraining).isEmpty)
    _ = reduce(&state, .training(id: id, [.stepped(points(1..<4), heldOut: [], snapshot: 4), .stopped(at: 4)]))
    _ = reduce(&state, .action(.training(.stop(at: 4))))
    #expect(state.learning?.isAtRest == true && state.exploration.training.run?.goal == 4)
  }

  @Test func anotherTaskScopeOrModelEndsIt() throws {
    for action in [Action.training(.task("bank")), .training(.scope(.head)), .loadModel("other"), .reset] {
      var (state, _) = try trained(1, to: 40)
      _ = reduce(&state, .action(action))
      #expect(state.exploration.training.run == nil, "\(action)")
    }
  }

  @Test func whatDoesNotChangeIsExactlyZero() throws {
    var (state, id) = try trained(0, to: 1)
    state.view = .train
    let computation = Synthetic.computation(answering: state)
    for slot in [Slot.shown, .untrained] {
      let asked = try #require(state.asked[slot]?.id)
      _ = reduce(&state, .computed(computation.numbered(asked), for: slot))
    }
    _ = reduce(&state, .training(id: id, [.stepped(points(0..<1), heldOut: [], snapshot: 1)]))
    let shown = try #require(state.asked[.shown]?.id)
    for effect in reduce(&state, .computed(computation.numbered(shown))) {
      guard case .analyze(let analysis, let results, let sources) = effect, let found = analysis.run(results) else {
        continue
      }
      _ = reduce(&state, .analyzed(analysis, Finding(sources: sources, findings: found)))
    }
    let changes = try #require(state.shownChange)
    #expect(changes.changed == 0 && state.headChanges?.pairs.isEmpty == true)
    for measure in ChangeMeasure.allCases { #expect(changes.largest(by: measure) == 0) }
    #expect(changes.heads.joined().allSatisfy { $0.distance == 0 })
  }

  // MARK: What is kept on the screen

  @Test func newerWeightsOfARunDoNotMakeTheScreenFlicker() throws {
    var (state, id) = try trained(0, to: 40)
    let first = Synthetic.computation(answering: state)
    _ = reduce(&state, .computed(first))
    #expect(!state.isComputing)
    _ = reduce(&state, .training(id: id, [.stepped(points(0..<2), heldOut: [], snapshot: 2)]))
    #expect(state.isComputing && state.isFollowingTraining)
    // Another sentence is another matter, and so are the pretrained weights.
    var typed = state
    _ = reduce(&typed, .action(.texts(["a dog"], pair: nil)))
    #expect(typed.isComputing && !typed.isFollowingTraining)
    _ = reduce(&state, .action(.undo))
    #expect(state.learning == nil && state.isComputing && !state.isFollowingTraining)
  }

  @Test func whatWasFoundInOlderWeightsOfARunStaysUntilTheSameIsFoundInNewerOnes() throws {
    var (state, id) = try trained(0, to: 40)
    state.view = .words
    let analysis = try #require(state.view.feature.analyses(state).first)
    func show() -> [Effect] { reduce(&state, .computed(Synthetic.computation(answering: state))) }
    func answer(_ effects: [Effect]) {
      for case .analyze(let analysis, let results, let sources) in effects {
        guard let found = analysis.run(results) else { continue }
        _ = reduce(&state, .analyzed(analysis, Finding(sources: sources, findings: found)))
      }
    }
    answer(show())
    let found = try #require(state.findings(analysis))
    _ = reduce(&state, .training(id: id, [.stepped(points(0..<2), heldOut: [], snapshot: 2)]))
    let effects = show()
    #expect(state.findings(analysis) == found)
    // It is worked out anew all the same.
    #expect(effects.contains { if case .analyze(analysis, _, _) = $0 { true } else { false } })
    answer(effects)
    // Of another sentence nothing is kept.
    _ = reduce(&state, .action(.texts(["a dog and a cat"], pair: nil)))
    _ = show()
    #expect(state.findings(analysis) == nil)
  }

  @Test func whatIsStoppedBeforeItsFirstStepIsNotStartedAgainByUndo() throws {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 1, head: 1))))
    let before = state.scene
    _ = train(&state, to: 40)
    _ = reduce(&state, .action(.training(.stop(at: 0))))
    #expect(state.learning == nil && state.exploration == before.exploration && state.past == before.past)
    _ = reduce(&state, .action(.undo))
    #expect(state.learning == nil && state.head == HeadIndex(layer: 0, head: 0))
    // What was done meanwhile is taken back as ever.
    _ = train(&state, to: 40)
    _ = reduce(&state, .action(.selectHead(HeadIndex(layer: 2, head: 2))))
    _ = reduce(&state, .action(.training(.stop(at: 0))))
    _ = reduce(&state, .action(.undo))
    #expect(state.learning == nil && state.head == HeadIndex(layer: 0, head: 0) && state.training.run == nil)
    _ = reduce(&state, .action(.redo))
    #expect(state.learning == nil && state.head == HeadIndex(layer: 2, head: 2))
  }
}
