/// Brings a matrix, a dense layer's weights for instance, into panels: neighbouring outputs beside each other, one input
/// after the other.
///
/// - Parameters:
///   - weights: [outputs, inputs], its rows `stride` apart.
///   - panels: [panel, paddedInputs, width]; what is padding is set to 0.
@inline(never)
public func packPanels(
  _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, stride: Int, into panels: UnsafeMutablePointer<Float>,
  width: Int, paddedInputs: Int
) {
  var target = panels
  for first in Swift.stride(from: 0, to: outputs, by: width) {
    let source = weights + first * stride
    let count = min(width, outputs - first)
    for input in 0..<inputs {
      for output in 0..<count { target[output] = source[output * stride + input] }
      if count < width { (target + count).update(repeating: 0, count: width - count) }
      target += width
    }
    let padding = (paddedInputs - inputs) * width
    target.update(repeating: 0, count: padding)
    target += padding
  }
}
