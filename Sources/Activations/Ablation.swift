/// A head that is switched off, to see what the model makes of its absence.
public struct Ablation: Sendable, Hashable {
  /// How a head is switched off.
  public enum Kind: String, Sendable, CaseIterable {
    /// The head's output is zero (Michel, Levy, Neubig 2019): nothing of its context goes on.
    case zeroOutput
    /// The head attends evenly to all keys that the query may see (after Kovaleva et al. 2019, who give 1/T to all T tokens).
    case uniformAttention
  }

  /// The head that is switched off.
  public var head: HeadIndex
  /// How it is switched off.
  public var kind: Kind

  /// A head, and how it is switched off.
  public init(head: HeadIndex, kind: Kind) {
    self.head = head
    self.kind = kind
  }
}
