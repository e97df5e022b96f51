/// A layer's output projection: what takes the contexts of all heads, one after the other, to the hidden size.
///
/// The forward pass keeps its weights in a layout of its own. For everybody else they are read from the checkpoint when
/// they are asked for, each time anew: whoever needs them again keeps them.
public struct OutputProjection: Sendable {
  private let readWeight: @Sendable () throws -> Tensor
  private let readBias: @Sendable () throws -> Tensor?

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
