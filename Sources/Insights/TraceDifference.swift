import Activations

/// How far two computations of the same sentence lie apart, over the tokens that both share.
public struct TraceDifference: Sendable, Equatable {
  /// The largest absolute difference of any probability between two real tokens, in any layer and head.
  public var attention: Float
  /// The largest absolute difference in any component of a real token's last hidden state.
  public var hidden: Float

  public init(attention: Float, hidden: Float) {
    self.attention = attention
    self.hidden = hidden
  }

  /// Compares the real tokens of two encodings one by one, in order: PAD may stand anywhere in either.
  ///
  /// Nil where they do not have as many real tokens, or not the same layers and heads.
  public init?(_ a: Encoding, _ b: Encoding) {
    let positionsA = a.input.realPositions
    let positionsB = b.input.realPositions
    guard positionsA.count == positionsB.count, a.trace.layers.count == b.trace.layers.count,
      a.trace.heads == b.trace.heads, let lastA = a.trace.hiddenStates.last, let lastB = b.trace.hiddenStates.last,
      lastA.shape[1] == lastB.shape[1]
    else { return nil }
    attention = 0
    hidden = 0
    let pairs = Array(zip(positionsA, positionsB))
    for (layerA, layerB) in zip(a.trace.layers, b.trace.layers) {
      let probabilitiesA = layerA.attentionProbabilities
      let probabilitiesB = layerB.attentionProbabilities
      for head in 0..<a.trace.heads {
        for (queryA, queryB) in pairs {
          for (keyA, keyB) in pairs {
            let difference = abs(probabilitiesA[head, queryA, keyA] - probabilitiesB[head, queryB, keyB])
            attention = difference.isNaN ? .nan : max(attention, difference)
          }
        }
      }
    }
    for (positionA, positionB) in pairs {
      for i in 0..<lastA.shape[1] {
        let difference = abs(lastA[positionA, i] - lastB[positionB, i])
        hidden = difference.isNaN ? .nan : max(hidden, difference)
      }
    }
  }
}
