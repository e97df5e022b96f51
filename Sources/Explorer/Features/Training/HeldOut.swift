import Activations
import Insights

/// What is measured on held-out sentences with the weights that are shown.
public enum HeldOutMeasure: Sendable, Hashable {
  /// How the prediction layer does with some heads off, and with all of them on.
  case performance(off: [Ablation])
  /// How far the attention of each head has changed, in the mean.
  case change
  /// How much each head matters for the loss.
  case importance

  /// What tells measures apart: of each there is one that is wanted at a time.
  enum Kind: Sendable, Hashable { case performance, change, importance }

  var kind: Kind {
    switch self {
    case .performance: .performance
    case .change: .change
    case .importance: .importance
    }
  }
}

/// A measure that is asked for.
public struct HeldOutRequest: Sendable, Hashable {
  /// The run whose weights they are.
  public let run: Int
  /// After how many of its steps.
  public let step: Int
  /// The model that is trained: what `--model` would take.
  public let model: String
  /// What is measured.
  public let measure: HeldOutMeasure

  /// What `--model` takes for the weights.
  package var weights: String { State.trainedModel(model, run: run, step: step) }
  /// What `--model` takes for those before the first step.
  package var untrained: String { State.trainedModel(model, run: run, step: 0) }
}

/// What was measured.
public enum HeldOutFinding: Sendable, Equatable {
  case performance(off: TaskPerformance, on: TaskPerformance)
  /// [layer][head]
  case change([[HeadChange]])
  /// [layer][head]
  case importance([[Double]])
  /// Why there is none, in one line.
  case unavailable(String)
}

/// What was asked for last, and what is known, of each kind.
struct HeldOutResults: Sendable, Equatable {
  var asked: [HeldOutMeasure.Kind: HeldOutRequest] = [:]
  var found: [HeldOutMeasure.Kind: Found] = [:]

  struct Found: Sendable, Equatable {
    let request: HeldOutRequest
    let finding: HeldOutFinding
  }
}

extension State {
  /// So many times at most a measure is taken while a run goes on: training is not to be slowed.
  private static let mostMeasuresInRun = 8

  /// What the Train view shows of held-out sentences.
  private var neededMeasures: [HeldOutMeasure] {
    let isTraining = exploration.view == .train
    guard isTraining || showsTaskImportance, let learning, let step = learning.snapshot,
      (learning.facts?.measured ?? 0) > 0
    else {
      return []
    }
    var measures: [HeldOutMeasure] = []
    if isTraining, !headsOff.isEmpty { measures.append(.performance(off: headsOff)) }
    if isTraining, exploration.training.ground == .heldOut, step > 0 { measures.append(.change) }
    // It takes a backward pass, for which a run would have to wait.
    if learning.isAtRest { measures.append(.importance) }
    return measures
  }

  /// The heads that are switched off, layer by layer.
  var headsOff: [Ablation] {
    request.ablations.sorted { ($0.head.layer, $0.head.head) < ($1.head.layer, $1.head.head) }
  }

  mutating func requestHeldOut() -> [Effect] {
    guard let learning, let step = learning.snapshot else {
      heldOut = HeldOutResults()
      return []
    }
    if heldOut.found.values.contains(where: { $0.request.run != learning.id }) { heldOut = HeldOutResults() }
    let needed = neededMeasures
    heldOut.asked = heldOut.asked.filter { asked in needed.contains { $0.kind == asked.key } }
    return needed.compactMap { measure in
      let wanted = HeldOutRequest(run: learning.id, step: step, model: learning.plan.model, measure: measure)
      let kind = measure.kind
      if let found = heldOut.found[kind], found.request == wanted {
        heldOut.asked[kind] = wanted
        return nil
      }
      if let asked = heldOut.asked[kind], asked.run == wanted.run, asked.measure == measure {
        guard asked.step != step else { return nil }
        let pause = max(learning.plan.steps / Self.mostMeasuresInRun, 1)
        // While a run goes on: not before the last answer is there, and not often.
        if !learning.isAtRest, heldOut.found[kind]?.request != asked || step - asked.step < pause { return nil }
      }
      heldOut.asked[kind] = wanted
      return .measure(wanted)
    }
  }

  /// Takes what was measured, unless it is not wanted any more.
  mutating func take(_ finding: HeldOutFinding, of request: HeldOutRequest) {
    guard heldOut.asked[request.measure.kind] == request else { return }
    heldOut.found[request.measure.kind] = HeldOutResults.Found(request: request, finding: finding)
  }

  // MARK: What the view shows

  private func found(_ kind: HeldOutMeasure.Kind) -> HeldOutResults.Found? {
    guard let learning, let found = heldOut.found[kind], found.request.run == learning.id else { return nil }
    return found
  }

  /// How the prediction layer does without the heads that are off, and after how many steps that was measured; nil while it is.
  package var performance: (off: TaskPerformance, on: TaskPerformance, step: Int)? {
    guard let found = found(.performance), found.request.measure == .performance(off: headsOff),
      case .performance(let off, let on) = found.finding
    else { return nil }
    return (off, on, found.request.step)
  }

  /// How much heads matter for the loss, [layer][head], and after how many steps that was measured; nil while it is not known.
  package var headImportance: (heads: [[Double]], step: Int)? {
    guard let found = found(.importance), case .importance(let heads) = found.finding else { return nil }
    return (heads, found.request.step)
  }

  /// How far heads have changed on the sentences that are measured, and after how many steps that was measured; nil while it is.
  var heldOutChanges: ShownChange? {
    guard let learning, let step = learning.snapshot else { return nil }
    if step == 0 {
      let none = [HeadChange](repeating: HeadChange(distance: 0, largest: 0), count: model.heads)
      return ShownChange(heads: Array(repeating: none, count: model.layers), step: 0)
    }
    guard let found = found(.change), case .change(let heads) = found.finding else { return nil }
    return ShownChange(heads: heads, step: found.request.step)
  }

  /// Why something cannot be measured, in one line; nil where it can.
  package var noMeasure: String? {
    for found in heldOut.found.values where found.request.run == learning?.id {
      if case .unavailable(let reason) = found.finding { return reason }
    }
    return nil
  }

  /// The rank correlation of the shown change of heads and of their importance; nil where one is not known, or has no order.
  package var changeAndImportance: Double? {
    guard let change = shownChange, let importance = headImportance else { return nil }
    let changes = change.heads.joined().map { $0[exploration.training.measure] }
    return rankCorrelation(changes, Array(importance.heads.joined()))
  }
}
