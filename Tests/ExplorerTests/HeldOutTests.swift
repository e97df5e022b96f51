import Activations
import Insights
import TestSupport
import Testing

@testable import Explorer

/// What is asked for of held-out sentences, and what of it is shown.
struct HeldOutTests {
  private static let heads = [[Double]](repeating: (0..<12).map(Double.init), count: 6)

  /// The Train view after so many steps of 40, of which so many are wanted.
  private func state(after steps: Int, of goal: Int = 40, measured: Int = 80) throws -> (State, id: Int, [Effect]) {
    var state = Synthetic.state()
    state.view = .train
    let plan = TrainingPlan(model: state.loadedModel, task: "agent", digest: "00", scope: .everything, steps: 40)
    _ = reduce(&state, .action(.training(.train(ChosenTraining(plan: plan, goal: goal)))))
    let id = try #require(state.learning?.id)
    let facts = TrainingFacts(trained: 1, parameters: 1, labels: ["a", "b"], bytes: 1, measured: measured)
    let points = (0..<steps).map { LearningPoint(step: $0, loss: 0.7, accuracy: 0.5) }
    let effects = reduce(
      &state, .training(id: id, [.began(facts), .stepped(points, heldOut: [], snapshot: steps)]))
    return (state, id, effects)
  }

  private func measures(_ effects: [Effect]) -> [HeldOutRequest] {
    effects.compactMap { if case .measure(let request) = $0 { request } else { nil } }
  }

  private func step(_ state: inout State, _ id: Int, to step: Int) -> [HeldOutRequest] {
    let first = state.learning?.step ?? 0
    let points = (first..<step).map { LearningPoint(step: $0, loss: 0.7, accuracy: 0.5) }
    return measures(reduce(&state, .training(id: id, [.stepped(points, heldOut: [], snapshot: step)])))
  }

  @Test func importanceIsMeasuredWhenTrainingRests() throws {
    var (state, id, effects) = try state(after: 3)
    #expect(measures(effects).isEmpty && state.headImportance == nil)
    effects = reduce(&state, .action(.training(.stop(at: 3))))
    let request = try #require(measures(effects).first)
    #expect(request == HeldOutRequest(run: id, step: 3, model: state.loadedModel, measure: .importance))
    #expect(state.wantedWork.contains(.measure(request)))
    _ = reduce(&state, .measured(request, .importance(Self.heads)))
    #expect(state.headImportance?.heads == Self.heads && state.headImportance?.step == 3)
    // It is asked for once, and what was found stays while training goes on.
    #expect(measures(reduce(&state, .action(.selectHead(HeadIndex(layer: 1, head: 1))))).isEmpty)
    let plan = try #require(state.learning?.plan)
    _ = reduce(&state, .action(.training(.train(ChosenTraining(plan: plan, goal: 40)))))
    #expect(step(&state, id, to: 9).isEmpty && state.headImportance?.step == 3)
    #expect(!state.wantedWork.contains(.measure(request)))
  }

  @Test func headsThatAreOffAreMeasuredAtOnceAndEachSetForItself() throws {
    var (state, id, _) = try state(after: 10)
    let head = HeadIndex(layer: 5, head: 3)
    var effects = reduce(&state, .action(.intervention(.ablate(head, .zeroOutput))))
    let first = try #require(measures(effects).first)
    #expect(first.measure == .performance(off: [Ablation(head: head, kind: .zeroOutput)]) && state.performance == nil)
    effects = reduce(&state, .action(.intervention(.ablate(head, .uniformAttention))))
    let second = try #require(measures(effects).first)
    #expect(second.measure == .performance(off: [Ablation(head: head, kind: .uniformAttention)]))
    let (off, on) = (
      TaskPerformance(logits: [[1, 0]], labels: [1]), TaskPerformance(logits: [[1, 0]], labels: [0])
    )
    // The answer to the first is late.
    _ = reduce(&state, .measured(first, .performance(off: on, on: on)))
    #expect(state.performance == nil)
    _ = reduce(&state, .measured(second, .performance(off: off, on: on)))
    #expect(state.performance?.off == off && state.performance?.on == on && state.performance?.step == 10)
    // All on again: there is nothing to measure; and with the same head off, nothing to measure anew.
    _ = reduce(&state, .action(.intervention(.restoreHeads)))
    #expect(state.performance == nil)
    effects = reduce(&state, .action(.undo))
    #expect(measures(effects).isEmpty && state.performance?.off == off)
    _ = id
  }

  @Test func whileARunGoesOnAMeasureIsTakenAFewTimesOnly() throws {
    var (state, id, _) = try state(after: 1)
    var asked = measures(reduce(&state, .action(.training(.ground(.heldOut)))))
    #expect(asked.map(\.step) == [1] && state.shownChange == nil)
    // The first is not answered yet.
    #expect(step(&state, id, to: 20).isEmpty)
    // Then newer weights are there already.
    asked = measures(reduce(&state, .measured(try #require(asked.first), .change(change(0.25)))))
    #expect(state.shownChange?.step == 1 && state.shownChange?.largest(by: .cosine) == 0.25)
    #expect(asked.map(\.step) == [20])
    _ = reduce(&state, .measured(try #require(asked.first), .change(change(0.5))))
    #expect(step(&state, id, to: 24).isEmpty && step(&state, id, to: 25).map(\.step) == [25])
    // The last weights are measured in any case.
    #expect(Set(step(&state, id, to: 40).map(\.measure)) == [.change, .importance])
    #expect(state.shownChange?.largest(by: .largest) == 0.5)
  }

  private func change(_ value: Double) -> [[HeadChange]] {
    [[HeadChange]](
      repeating: [HeadChange](repeating: HeadChange(distance: value, largest: value), count: 12), count: 6)
  }

  @Test func nothingIsLeftOfARunThatWasForgotten() throws {
    var (state, id, effects) = try state(after: 40)
    let request = try #require(measures(effects).first)
    _ = reduce(&state, .action(.undo))
    #expect(state.learning == nil && !state.wantedWork.contains(.measure(request)))
    effects = reduce(&state, .measured(request, .importance(Self.heads)))
    #expect(state.headImportance == nil && effects.isEmpty)
    _ = id
  }

  @Test func nothingIsMeasuredInOtherViewsNorWhereThereAreNoSentences() throws {
    var (state, _, effects) = try state(after: 40, measured: 0)
    #expect(measures(effects).isEmpty)
    (state, _, effects) = try self.state(after: 3)
    state.view = .heads
    #expect(measures(reduce(&state, .action(.training(.stop(at: 3))))).isEmpty)
    #expect(!measures(reduce(&state, .action(.show(.train)))).isEmpty)
  }

  @Test func beforeTheFirstStepEveryChangeIsZero() throws {
    var (state, _, _) = try state(after: 0)
    _ = reduce(&state, .action(.training(.ground(.heldOut))))
    #expect(state.shownChange?.changed == 0 && state.shownChange?.heads.count == 6)
    #expect(state.changeAndImportance == nil)
  }

  @Test func changeAndImportanceAreCorrelatedByTheirRanks() throws {
    var (state, _, effects) = try state(after: 40)
    let importance = try #require(measures(effects).first)
    _ = reduce(&state, .measured(importance, .importance(Self.heads)))
    let change = try #require(measures(reduce(&state, .action(.training(.ground(.heldOut))))).first)
    let changes = Self.heads.map { $0.map { HeadChange(distance: -$0, largest: $0 * $0) } }
    _ = reduce(&state, .measured(change, .change(changes)))
    #expect(state.changeAndImportance == -1)
    _ = reduce(&state, .action(.training(.measure(.largest))))
    #expect(state.changeAndImportance == 1)
  }
}
