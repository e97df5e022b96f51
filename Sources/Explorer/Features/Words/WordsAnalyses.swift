import Activations
import Insights

/// The similarities of all tokens in one hidden state.
public struct SimilarityMap: Sendable, Equatable {
  public let hiddenState: Int
  /// Cosines, [position, position].
  public let cosines: Tensor

  public static func == (a: SimilarityMap, b: SimilarityMap) -> Bool {
    a.hiddenState == b.hiddenState && a.cosines.shape == b.cosines.shape && a.cosines.values() == b.cosines.values()
  }
}

/// What becomes of one token's vector from hidden state to hidden state.
public struct WordHistory: Sendable, Equatable {
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

extension Analysis {
  /// The analyses of words.
  func words(_ encoding: Encoding, _ other: Encoding?, _ isCancelled: @Sendable () -> Bool) -> Findings? {
    let trace = encoding.trace
    switch self {
    case .similarities(let index):
      guard trace.hiddenStates.indices.contains(index) else { return nil }
      return .similarities(
        SimilarityMap(hiddenState: index, cosines: cosineSimilarities(trace.hiddenStates[index])))
    case .wordHistory(let position):
      guard position < encoding.input.count else { return nil }
      var nearest: [SimilarToken] = []
      for state in trace.hiddenStates {
        if isCancelled() { return nil }
        if let first = nearestTokens(to: position, in: state, of: encoding.input).first { nearest.append(first) }
      }
      let norms = trace.representationNorms()
      let changes = trace.representationChanges()
      return .wordHistory(
        WordHistory(
          position: position, norms: (0..<norms.shape[0]).map { Double(norms[$0, position]) },
          changes: (0..<changes.shape[0]).map { Double(changes[$0, position]) }, nearest: nearest))
    case .sameWord(let position):
      guard let other, position < encoding.input.count else { return nil }
      let match = sharedTokens(encoding.input, other.input).first { $0.a == position }?.b
      return .sameWord(
        SameWord(
          position: match,
          similarities: match.map { trace.similarities(at: position, to: other.trace, at: $0) } ?? []))
    default: return nil
    }
  }
}
