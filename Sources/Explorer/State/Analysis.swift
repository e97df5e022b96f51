import Activations
import Insights

/// Numbers about results that take too long to be worked out while drawing. Each view names the ones that it shows.
///
/// Tasks that are equal find the same in the same results. Each is a type in the folder of the feature that shows it.
public protocol AnalysisTask: Sendable, Hashable {
  associatedtype Result: Sendable, Equatable

  /// The results that it is worked out of.
  var slots: [Slot] { get }
  /// What it works with beside single maps of attention: the probabilities of all heads, unless a task says otherwise.
  var needs: Needs { get }
  /// Whether what another task has found is still to be shown until this one has found all: no, unless a task says otherwise.
  func replaces(_ other: Self) -> Bool
  /// Works it out; nil where `isCancelled` said yes on the way, or where there is no such thing in the results.
  ///
  /// - Throws: why nothing can be found, in words.
  func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> Result?
}

extension AnalysisTask {
  /// The sentence on the screen, unless a task says otherwise.
  public var slots: [Slot] { [.shown] }
  /// The probabilities of all heads, unless a task says otherwise.
  public var needs: Needs { .allProbabilities }

  /// No, unless a task says otherwise.
  public func replaces(_ other: Self) -> Bool { false }

  fileprivate func isEqual(to other: any AnalysisTask) -> Bool { self == other as? Self }
  fileprivate func replaces(any other: any AnalysisTask) -> Bool { (other as? Self).map(replaces) ?? false }

  fileprivate func findings(in results: AnalysisInputs, isCancelled: @Sendable () -> Bool) -> Findings? {
    for slot in slots {
      if let obstacle = results.computations[slot]?.encoding.obstacle(to: needs) { return .unavailable(obstacle) }
    }
    do throws(AnalysisFailure) {
      return try run(results, isCancelled: isCancelled).map { .found(AnyFinding(base: $0)) }
    } catch {
      return .unavailable(error.reason)
    }
  }
}

/// The results that an analysis is worked out of.
public struct AnalysisInputs: Sendable {
  /// The sentence on the screen.
  public let shown: Encoding
  /// The picture that was put aside, and another sentence of the batch, where they are asked for.
  public let pictureA: Encoding?
  /// Another sentence of the batch; nil where it is not asked for.
  public let other: Encoding?
  /// The sentence on the screen, before training; nil where nothing is trained.
  public let untrained: Encoding?
  /// All of them, with what belongs to them.
  public var computations: [Slot: Computation] = [:]
  /// What can differentiate them; nil where nothing can.
  public var attributor: (any Attributing)?
  /// Is told what is known on the way; nil where nobody looks at that.
  var tell: (@Sendable (Findings) -> Void)?

  /// Shows what a task has found so far, until all is found.
  func report(_ result: some Sendable & Equatable) { tell?(.found(AnyFinding(base: result))) }
}

/// Why an analysis can find nothing, in words.
public struct AnalysisFailure: Error {
  /// Why, in one line.
  public let reason: String

  /// Why nothing can be found, in one line.
  public init(_ reason: String) { self.reason = reason }
}

/// Any analysis.
public struct Analysis: Sendable, Hashable {
  private let task: any AnalysisTask

  /// Wraps a task (type erasure).
  public init(_ task: some AnalysisTask) { self.task = task }

  /// The results that it is worked out of.
  public var slots: [Slot] { task.slots }

  /// Works it out; nil where `isCancelled` said yes on the way, or where a result is missing.
  ///
  /// - Parameters:
  ///   - attributor: differentiates what was computed, for analyses that need gradients.
  ///   - report: is told what is known on the way, of analyses that take long.
  public func run(
    _ results: [Slot: Computation], attributor: (any Attributing)? = nil,
    report: (@Sendable (Findings) -> Void)? = nil, isCancelled: @Sendable () -> Bool = { false }
  ) -> Findings? {
    guard let shown = results[.shown]?.encoding else { return nil }
    let inputs = AnalysisInputs(
      shown: shown, pictureA: results[.pictureA]?.encoding, other: results[.other]?.encoding,
      untrained: results[.untrained]?.encoding, computations: results, attributor: attributor,
      tell: report)
    return task.findings(in: inputs, isCancelled: isCancelled)
  }

  /// Whether what another analysis has found is shown until this one has found all.
  fileprivate func replaces(_ other: Analysis) -> Bool { task.replaces(any: other.task) }

  /// Whether both are of the same type of task and equal.
  public static func == (a: Analysis, b: Analysis) -> Bool { a.task.isEqual(to: b.task) }

  /// Hashes the task.
  public func hash(into hasher: inout Hasher) { task.hash(into: &hasher) }
}

/// The result of an analysis.
public enum Findings: Sendable, Equatable {
  case found(AnyFinding)
  /// Why nothing can be found, in words.
  case unavailable(String)
}

/// What any analysis has found.
public struct AnyFinding: Sendable, Equatable {
  let base: any Sendable & Equatable

  /// Whether both are of one type and equal.
  public static func == (a: AnyFinding, b: AnyFinding) -> Bool { areEqual(a.base, b.base) }

  private static func areEqual<Value: Equatable>(_ a: Value, _ b: any Equatable) -> Bool { a == b as? Value }
}

/// Findings, and the numbers of the results that they were worked out of.
public struct Finding: Sendable, Equatable {
  /// The numbers of the results, in the order of the slots of the analysis.
  public var sources: [Int]
  /// What was found, or why nothing was.
  public var findings: Findings
  /// Whether this is all; else it is what is known so far.
  public var isComplete = true
  /// The numbers of the results that it is shown for: its sources, or their successors with newer weights of the same run of training.
  var shownFor: [Int]

  /// Findings in the results of these numbers, which are in the order of the slots of the analysis; all of them, or what is known
  /// so far.
  public init(sources: [Int], findings: Findings, isComplete: Bool = true) {
    self.sources = sources
    self.findings = findings
    self.isComplete = isComplete
    shownFor = sources
  }
}

extension State {
  /// The numbers of the results that an analysis would now be worked out of; nil while one of them is missing.
  func sources(of analysis: Analysis) -> [Int]? {
    // What is shown may just have gone over from tokens to whole words, or back.
    let ids = analysis.slots.compactMap { slot in
      results[slot].flatMap { result in
        // A text that is so long that attention is computed in parts is shown token by token.
        (result.joined != nil) == (wantsWords && !result.encoding.trace.computesRows) ? result.id : nil
      }
    }
    return ids.count == analysis.slots.count ? ids : nil
  }

  /// What an analysis has found in the results on the screen; nil while it is being worked out.
  public func findings(_ analysis: Analysis) -> Findings? {
    guard let finding = findings[analysis], finding.shownFor == sources(of: analysis) else { return nil }
    return finding.findings
  }

  /// While training goes on, what was found in the weights before stays until the same is found in newer ones.
  mutating func keepFindings(in replaced: Computation, for computation: Computation, of slot: Slot) {
    guard let learning, replaced.id > learning.id, replaced.encoding.request == computation.encoding.request,
      replaced.joined == computation.joined
    else {
      return
    }
    for (analysis, finding) in findings {
      guard let place = analysis.slots.firstIndex(of: slot), finding.shownFor.indices.contains(place),
        finding.shownFor[place] == replaced.id
      else { continue }
      findings[analysis]?.shownFor[place] = computation.id
    }
  }

  /// What an analysis has found in the results on the screen; nil while it is being worked out, and where there is nothing.
  package func found<Task: AnalysisTask>(_ task: Task) -> Task.Result? {
    guard case .found(let result)? = findings(Analysis(task)) else { return nil }
    return result.base as? Task.Result
  }

  /// What a task before this one has found, while this one is being worked out.
  func foundBefore<Task: AnalysisTask>(_ task: Task) -> Task.Result? {
    let analysis = Analysis(task)
    for other in findings.keys where analysis.replaces(other) && isComplete(other) {
      if case .found(let result)? = findings(other), let found = result.base as? Task.Result { return found }
    }
    return nil
  }

  /// Why an analysis has found nothing, in words; nil where it has, and while it is being worked out.
  package func reason(against analysis: Analysis) -> String? {
    guard case .unavailable(let reason)? = findings(analysis) else { return nil }
    return reason
  }

  /// What the picture needs.
  private var neededAnalyses: [Analysis] {
    let ofView = obstacle == nil ? exploration.view.feature.analyses(self) : []
    return (ofView + diagnosisAnalyses + overviewAnalyses + hiddenOverviewAnalyses).uniqued
  }

  /// Whether an analysis is being worked out, or will be with the next result.
  func awaits(_ analysis: Analysis) -> Bool {
    failure == nil && !isComplete(analysis) && neededAnalyses.contains(analysis)
  }

  /// Whether all is found that an analysis finds in the results on the screen, and not only the beginning of it.
  package func isComplete(_ analysis: Analysis) -> Bool {
    findings(analysis) != nil && findings[analysis]?.isComplete == true
  }

  mutating func requestAnalyses() -> [Effect] {
    let needed = neededAnalyses
    findings = findings.filter { known in
      needed.contains { $0 == known.key || $0.replaces(known.key) && !isComplete($0) }
    }
    askedAnalyses = askedAnalyses.filter { needed.contains($0.key) }
    return needed.compactMap { analysis in
      guard let sources = sources(of: analysis), askedAnalyses[analysis] != sources else { return nil }
      askedAnalyses[analysis] = sources
      var inputs: [Slot: Computation] = [:]
      for slot in analysis.slots { inputs[slot] = results[slot] }
      return .analyze(analysis, inputs, sources: sources)
    }
  }
}
