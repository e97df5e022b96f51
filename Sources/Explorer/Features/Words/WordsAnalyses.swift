import Activations
import Insights

/// The similarities of all tokens in one hidden state.
public struct SimilarityMap: Sendable, Equatable {
  /// Which hidden state, from 0, the input of layer 0.
  public let hiddenState: Int
  /// Cosines, [position, position].
  public let cosines: Tensor

  /// Whether both are of the same hidden state and have the same cosines.
  public static func == (a: SimilarityMap, b: SimilarityMap) -> Bool {
    a.hiddenState == b.hiddenState && a.cosines.shape == b.cosines.shape && a.cosines.values() == b.cosines.values()
  }
}

/// What becomes of one token's vector from hidden state to hidden state.
public struct WordHistory: Sendable, Equatable {
  /// Where the token is in the input, from 0.
  public let position: Int
  /// The length of the vector, one entry a hidden state.
  public let norms: [Double]
  /// How long the change is that each layer makes, one entry a layer.
  public let changes: [Double]
  /// The token that is most similar in each hidden state; empty where there is no other.
  public let nearest: [SimilarToken]
}

/// The same word in another sentence of the batch.
public struct SameWord: Sendable, Equatable {
  /// Where the other sentence has it; nil where it does not.
  public let position: Int?
  /// Cosines, one entry a hidden state.
  public let similarities: [Double]
}

/// How similar all tokens are in a hidden state.
struct SimilaritiesTask: AnalysisTask {
  package var needs: Needs { .hiddenStates }
  let hiddenState: Int
  /// The picture is of all pairs of them.
  private static let mostTokens = 4096

  func run(_ results: AnalysisInputs, isCancelled: @Sendable () -> Bool) throws(AnalysisFailure) -> SimilarityMap? {
    let states = results.shown.trace.hiddenStates
    guard states.indices.contains(hiddenState) else { return nil }
    guard states[hiddenState].shape[0] <= SimilaritiesTask.mostTokens else {
      throw AnalysisFailure(
        "the similarities of all pairs of more than \(SimilaritiesTask.mostTokens) tokens are not computed")
    }
    return SimilarityMap(hiddenState: hiddenState, cosines: cosineSimilarities(states[hiddenState]))
  }
}

/// What becomes of the token at a position.
struct WordHistoryTask: AnalysisTask {
  package var needs: Needs { .hiddenStates }
  let position: Int

  func run(_ results: AnalysisInputs, isCancelled: @Sendable () -> Bool) throws(AnalysisFailure) -> WordHistory? {
    let (trace, input) = (results.shown.trace, results.shown.input)
    guard position < input.count else { return nil }
    var nearest: [SimilarToken] = []
    for state in trace.hiddenStates {
      if isCancelled() { return nil }
      if let first = nearestTokens(to: position, in: state, of: input).first { nearest.append(first) }
    }
    let norms = trace.representationNorms()
    let changes = trace.representationChanges()
    return WordHistory(
      position: position, norms: (0..<norms.shape[0]).map { Double(norms[$0, position]) },
      changes: (0..<changes.shape[0]).map { Double(changes[$0, position]) }, nearest: nearest)
  }
}

/// The token at a position, and the same word in another sentence of the batch.
struct SameWordTask: AnalysisTask {
  package var needs: Needs { .hiddenStates }
  let position: Int

  var slots: [Slot] { [.shown, .other] }

  func run(_ results: AnalysisInputs, isCancelled: @Sendable () -> Bool) throws(AnalysisFailure) -> SameWord? {
    guard let other = results.other, position < results.shown.input.count else { return nil }
    let match = sharedTokens(results.shown.input, other.input).first { $0.a == position }?.b
    return SameWord(
      position: match,
      similarities: match.map { results.shown.trace.similarities(at: position, to: other.trace, at: $0) } ?? [])
  }
}

extension Analysis {
  static func similarities(hiddenState: Int) -> Analysis { Analysis(SimilaritiesTask(hiddenState: hiddenState)) }
  static func wordHistory(_ position: Int) -> Analysis { Analysis(WordHistoryTask(position: position)) }
  static func sameWord(_ position: Int) -> Analysis { Analysis(SameWordTask(position: position)) }
}
