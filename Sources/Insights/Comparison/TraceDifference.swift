import Activations

/// How far two computations of the same sentence lie apart, over the tokens that both share.
public struct TraceDifference: Sendable, Equatable {
  /// The largest absolute difference of any probability between two real tokens, in any layer and head.
  public var attention: Float
  /// The largest absolute difference in any component of a real token's last hidden state.
  public var hidden: Float
  /// Where attention differs most, heads that were switched off in either left out; nil where it nowhere does.
  public var mostDifferent: HeadIndex?

  /// The largest absolute differences, and the head whose probabilities differ most.
  public init(attention: Float, hidden: Float, mostDifferent: HeadIndex? = nil) {
    self.attention = attention
    self.hidden = hidden
    self.mostDifferent = mostDifferent
  }

  /// Compares the real tokens of two encodings one by one, in order: PAD may stand anywhere in either.
  ///
  /// Nil where they do not have as many real tokens, or not the same layers and heads, and where the probabilities of one are read in
  /// parts: that would take as long as computing both again. NaN where any difference is.
  public init?(_ a: Encoding, _ b: Encoding) {
    let positionsA = a.input.realPositions
    let positionsB = b.input.realPositions
    guard !a.trace.isReadInParts, !b.trace.isReadInParts, positionsA.count == positionsB.count,
      a.trace.layers.count == b.trace.layers.count,
      a.trace.heads == b.trace.heads, let lastA = a.trace.hiddenStates.last, let lastB = b.trace.hiddenStates.last,
      lastA.shape[1] == lastB.shape[1]
    else { return nil }
    let alignment = PositionAlignment(positionsA, positionsB)
    var attention = LargestDifference()
    var (most, mostDifferent) = (Float(0), HeadIndex?.none)
    for (layer, (layerA, layerB)) in zip(a.trace.layers, b.trace.layers).enumerated() {
      let (probabilitiesA, probabilitiesB) = (layerA.attentionProbabilities, layerB.attentionProbabilities)
      for head in 0..<a.trace.heads {
        alignment.forEachRow(probabilitiesA[slice: head], probabilitiesB[slice: head]) { _, rowA, rowB in
          let difference = largestDifference(rowA, rowB, count: alignment.count)
          attention.take(difference)
          if difference > most, layerA.ablations[head] == nil, layerB.ablations[head] == nil {
            (most, mostDifferent) = (difference, HeadIndex(layer: layer, head: head))
          }
        }
      }
    }
    var hidden = LargestDifference()
    let (statesA, statesB) = (lastA.withPackedRows, lastB.withPackedRows)
    withExtendedLifetime((statesA, statesB)) {
      for (positionA, positionB) in zip(positionsA, positionsB) {
        hidden.take(
          largestDifference(statesA.pointer(row: positionA), statesB.pointer(row: positionB), count: lastA.shape[1]))
      }
    }
    self.init(attention: attention.value, hidden: hidden.value, mostDifferent: mostDifferent)
  }
}

/// A largest value that NaN, once seen, does not leave.
struct LargestDifference {
  private(set) var value: Float = 0

  mutating func take(_ difference: Float) {
    if difference > value || difference.isNaN { value = difference }
  }
}
