import Activations

/// What each head of a layer adds to one query's output: its context, taken through its part of the output projection.
///
/// The sum over all heads, plus the projection's bias b_O, is the attention's output before the residual connection.
public struct HeadShares: Sendable, Equatable {
  /// [head][hidden]
  public let outputs: [[Float]]
  /// b_O, [hidden]; nil where the projection has none.
  public let bias: [Float]?

  /// `context` is [head, position, headSize], `weight` W_O as Hugging Face stores it, [hidden, heads · headSize], `bias`
  /// [hidden]. Nil where the shapes do not fit together or there is no such query.
  public init?(context: Tensor, weight: Tensor, bias: Tensor?, query: Int) {
    guard context.shape.count == 3, weight.shape.count == 2, weight.shape[1] == context.shape[0] * context.shape[2],
      (0..<context.shape[1]).contains(query), bias.map({ $0.shape == [weight.shape[0]] }) ?? true
    else { return nil }
    let (heads, headSize) = (context.shape[0], context.shape[2])
    let (context, weight) = (context.withPackedRows, weight.withPackedRows)
    outputs = withExtendedLifetime((context, weight)) {
      (0..<heads).map { head in
        let vector = context.pointer(head, row: query)
        return (0..<weight.shape[0]).map { output in
          Float(preciseDotProduct(weight.pointer(row: output) + head * headSize, vector, count: headSize))
        }
      }
    }
    self.bias = bias?.values()
  }

  /// How long each head's share is: ‖share‖, [head].
  public var norms: [Double] {
    outputs.map { share in share.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
  }

  /// All shares and the bias together: the attention's output before the residual connection, [hidden].
  public var sum: [Float] {
    var sum = bias ?? [Float](repeating: 0, count: outputs.first?.count ?? 0)
    for share in outputs { for index in share.indices { sum[index] += share[index] } }
    return sum
  }
}
