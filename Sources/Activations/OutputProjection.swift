/// A layer's output projection: what takes the contexts of all heads, one after the other, to the hidden size.
///
/// The forward pass keeps its weights in a layout of its own. Here they are read from the checkpoint when they are
/// asked for, each time again; callers that need them more than once keep them.
public struct OutputProjection: Sendable {
  private let readWeight: @Sendable () throws -> Tensor
  private let readBias: @Sendable () throws -> Tensor?

  /// `weight` reads W_O, [hidden, heads · headSize]; `bias` reads b_O, [hidden], or says nil. Both are called each time.
  public init(
    weight: @escaping @Sendable () throws -> Tensor, bias: @escaping @Sendable () throws -> Tensor?
  ) {
    readWeight = weight
    readBias = bias
  }

  /// W_O as Hugging Face stores it, [hidden, heads · headSize]: head h reads the columns from h · headSize on.
  public func weight() throws -> Tensor { try readWeight() }

  /// b_O, [hidden]; nil where the projection has none.
  public func bias() throws -> Tensor? { try readBias() }
}
