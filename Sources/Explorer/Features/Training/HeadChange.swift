import Activations

/// How far the attention of a head has changed.
public struct HeadChange: Sendable, Equatable {
  /// 1 - cosine of its maps; exactly 0 where no probability differs.
  public var distance: Double
  /// The largest difference of a probability.
  public var largest: Double

  /// The change of a head; see the properties.
  public init(distance: Double, largest: Double) {
    self.distance = distance
    self.largest = largest
  }

  /// By one of both numbers.
  package subscript(measure: ChangeMeasure) -> Double { measure == .cosine ? distance : largest }
}

/// The change of all heads, as the grid shows it.
package struct ShownChange: Sendable, Equatable {
  /// [layer][head]
  package let heads: [[HeadChange]]
  /// After how many steps.
  package let step: Int

  /// How far a head has changed.
  package func change(of head: HeadIndex, by measure: ChangeMeasure) -> Double? {
    guard heads.indices.contains(head.layer), heads[head.layer].indices.contains(head.head) else { return nil }
    return heads[head.layer][head.head][measure]
  }

  /// The largest change of any head; 0 where no head has changed.
  package func largest(by measure: ChangeMeasure) -> Double {
    heads.joined().lazy.map { $0[measure] }.filter(\.isFinite).max() ?? 0
  }

  /// How many heads have changed at all.
  package var changed: Int { heads.joined().count { $0.largest != 0 } }
}

extension State {
  /// How far every head has changed, on the sentences that were chosen; nil while that is worked out, and where nothing is trained.
  package var shownChange: ShownChange? {
    switch exploration.training.ground {
    case .heldOut: return heldOutChanges
    case .sentence:
      guard let changes = headChanges, let step = learning?.snapshot else { return nil }
      return ShownChange(heads: changes.values, step: step)
    }
  }
}
