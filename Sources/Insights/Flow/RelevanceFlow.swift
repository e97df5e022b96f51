import Activations

/// (α ∘ ∂y/∂α)⁺ of a head, [query, key]: where more attention would have made y larger, how much of y it is to first order.
/// NaN stays NaN.
///
/// - Parameters:
///   - probabilities: α, [query, key].
///   - gradients: ∂y/∂α of the same head, [query, key].
///   - unit: a factor for all numbers.
public func positiveProducts(_ probabilities: Tensor, _ gradients: Tensor, unit: Float = 1) -> Tensor {
  precondition(
    probabilities.shape == gradients.shape && probabilities.shape.count == 2, "a gradient for every probability")
  let (a, b) = (probabilities.withPackedRows, gradients.withPackedRows)
  let (queries, keys) = (a.shape[0], a.shape[1])
  return Tensor(shape: [queries, keys]) { result in
    guard let start = result.baseAddress else { return }
    withExtendedLifetime((a, b)) {
      for query in 0..<queries {
        let (row, other, target) = (a.pointer(row: query), b.pointer(row: query), start + query * keys)
        for key in 0..<keys {
          let product = row[key] * other[key] * unit
          target[key] = product < 0 ? 0 : product
        }
      }
    }
  }
}

/// The relevance that flows through the layers to a number y (Chefer, Gur & Wolf, ICCV 2021): R ← R + E_h[(α ∘ ∂y/∂α)⁺] R from
/// R = I, layer by layer, E_h being the mean over the heads. Rows are not normalized.
public struct RelevanceFlow: Sendable {
  /// E_h[(α ∘ ∂y/∂α)⁺] of each layer, [query, key].
  public let steps: [Tensor]
  /// R - I up to and including each layer, [position after the layer, position of the input]: what has been added to the 1 that
  /// each position begins with.
  public let added: [Tensor]

  /// Follows the relevance through all layers that `gradients` has.
  ///
  /// - Parameters:
  ///   - gradients: ∂y/∂α of each layer, [head, query, key].
  ///   - isCancelled: is asked several times a layer.
  /// - Returns: nil where `isCancelled` said yes.
  public init?(_ layers: [LayerTrace], gradients: [Tensor], isCancelled: () -> Bool = { false }) {
    var steps: [Tensor] = []
    var added: [Tensor] = []
    func check() throws(CancellationError) { if isCancelled() { throw CancellationError() } }
    do {
      for (layer, gradients) in zip(layers, gradients) {
        try check()
        let step = layer.meanPositiveProducts(gradients)
        steps.append(step)
        added.append(try added.last.map { try RelevanceFlow.sum(step, $0, check: check) } ?? step)
      }
    } catch {
      return nil
    }
    self.steps = steps
    self.added = added
  }

  /// R - I after a step A is D + A + A D for D = R - I before it, since R + A R = (I + D) + A (I + D).
  private static func sum(_ step: Tensor, _ before: Tensor, check: () throws -> Void) rethrows -> Tensor {
    let product = try matrixProduct(step, before, check: check)
    let size = step.shape[0]
    return Tensor(shape: step.shape) { result in
      for i in 0..<size {
        for j in 0..<size { result[i * size + j] = before[i, j] + step[i, j] + product[i, j] }
      }
    }
  }
}

extension LayerTrace {
  /// E_h[(α ∘ ∂y/∂α)⁺], [query, key], for ∂y/∂α of this layer, [head, query, key].
  public func meanPositiveProducts(_ gradients: Tensor) -> Tensor {
    let (heads, positions) = (heads, gradients.shape[1])
    return Tensor(shape: [positions, positions]) { sums in
      sums.update(repeating: 0)
      for head in 0..<heads {
        let products = positiveProducts(probabilities(head: head), gradients[slice: head])
        withExtendedLifetime(products) {
          let numbers = products.storage.pointer + products.offset
          for index in sums.indices { sums[index] += numbers[index] }
        }
      }
      for index in sums.indices { sums[index] /= Float(max(heads, 1)) }
    }
  }
}
