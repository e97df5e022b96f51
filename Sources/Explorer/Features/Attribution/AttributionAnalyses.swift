import Activations
import Insights

/// What is to be attributed.
public struct AttributionQuestion: Sendable {
  /// What y is; nil for what the model predicts.
  public let target: AttributionTarget?
  /// Which `[MASK]` is looked at where nothing else was chosen, counted from 0.
  public let mask: Int
  /// The results that it is about: the sentence on the screen, and another one for a cosine.
  public let results: [Slot: Computation]
}

/// Differentiates what is shown. Explorer itself knows no gradients: who has the weights does.
public protocol Attributing: Sendable {
  /// Attributes a number of the sentence on the screen.
  ///
  /// - Returns: nil where `isCancelled` said yes on the way.
  /// - Throws: what keeps it from being done, in one line.
  func attribution(
    _ question: AttributionQuestion, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Attribution?

  /// What y is with the output of each head set to zero, [layer][head].
  ///
  /// - Returns: nil where `isCancelled` said yes on the way.
  /// - Throws: what keeps it from being done, in one line.
  func withoutHeads(
    _ question: AttributionQuestion, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[Double]]?
}

/// The attribution of a number of the sentence on the screen.
package struct AttributionTask: AnalysisTask {
  package var needs: Needs { [.hiddenStates, .allProbabilities] }
  let target: AttributionTarget?
  let mask: Int
  package let slots: [Slot]

  package init(target: AttributionTarget?, mask: Int, slots: [Slot]) {
    self.target = target
    self.mask = mask
    self.slots = slots
  }

  fileprivate func question(_ results: AnalysisInputs) -> AttributionQuestion {
    AttributionQuestion(target: target, mask: mask, results: results.computations)
  }

  fileprivate static func attributor(_ results: AnalysisInputs) throws(AnalysisFailure) -> any Attributing {
    guard let attributor = results.attributor else { throw AnalysisFailure("nothing can be differentiated here") }
    return attributor
  }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Attribution? {
    try Self.attributor(results).attribution(question(results), isCancelled: isCancelled)
  }
}

/// How much y changes when a head is switched off: |y - y without its output|, [layer][head].
package struct HeadEffectsTask: AnalysisTask {
  package var needs: Needs { [.hiddenStates, .allProbabilities] }
  let attribution: AttributionTask

  package var slots: [Slot] { attribution.slots }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [[Double]]? {
    guard let present = try attribution.run(results, isCancelled: isCancelled) else { return nil }
    return try AttributionTask.attributor(results).withoutHeads(
      attribution.question(results), isCancelled: isCancelled)?.map { $0.map { abs(present.value - $0) } }
  }
}

extension State {
  /// What the attribution is worked out of; nil where it is not shown.
  package var attributionTask: AttributionTask? {
    guard exploration.showsAttribution else { return nil }
    let chosen = exploration.attribution.target
    return AttributionTask(target: chosen, mask: chosen == nil ? maskOfQuery : 0, slots: [.shown] + attributedSlots)
  }

  /// Which `[MASK]` the crosshair's query is at, counted from 0; the first one where it is at none.
  private var maskOfQuery: Int { encoding?.predictions?.firstIndex { $0.position == query } ?? 0 }

  /// The result that a cosine is made with.
  private var attributedSlots: [Slot] {
    switch exploration.attribution.target {
    case .label, .token: []
    case .nextSentence: needsOtherSentence ? [.other] : []
    case .putAside: exploration.pictureA == nil ? [] : [.pictureA]
    case nil: needsOtherSentence ? [.other] : exploration.pictureA == nil ? [] : [.pictureA]
    }
  }

  /// Whether attribution needs another sentence of the batch.
  var needsOtherSentence: Bool {
    guard exploration.showsAttribution, shownTexts.count > 1 else { return false }
    return [nil, .nextSentence].contains(exploration.attribution.target)
  }

  /// Whether the importance of heads for held-out sentences is among the numbers on the screen.
  var showsTaskImportance: Bool {
    guard exploration.showsAttribution else { return false }
    return exploration.view == .heads || exploration.view == .grid && exploration.heads.gridColumn == .taskImportance
  }

  /// What pictures and numbers of attribution need besides the result.
  var attributionAnalyses: [Analysis] {
    guard let task = attributionTask else { return [] }
    let showsEffects =
      exploration.view == .heads || exploration.heads.gridColumn == .effect && exploration.view == .grid
    return [Analysis(task)] + (showsEffects ? [Analysis(HeadEffectsTask(attribution: task))] : [])
  }

  /// The attribution of what is on the screen; nil while it is worked out, and where there is none.
  package var attribution: Attribution? { attributionTask.flatMap { found($0) } }

  /// Why there is no attribution, in words; nil where there is, and while it is worked out.
  package var noAttribution: String? {
    guard let task = attributionTask else { return nil }
    if let reason = reason(against: Analysis(task)) { return reason }
    return task.slots.dropFirst().lazy.compactMap { failures[$0] }.first.map { "the other sentence: \($0)" }
  }

  /// How much y changes when a head is switched off, [layer][head]; nil while it is worked out, and where there is none.
  var headEffects: [[Double]]? { attributionTask.flatMap { found(HeadEffectsTask(attribution: $0)) } }
}
