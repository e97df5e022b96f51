import KernelParameters

/// Brings a matrix, a dense layer's weights for instance, into panels.
@inline(never)
public func packPanels(_ packing: PanelPacking) {
  let (outputs, inputs, stride, width) = (packing.outputs, packing.inputs, packing.stride, packing.width)
  var target = packing.panels
  for first in Swift.stride(from: 0, to: outputs, by: width) {
    let source = packing.weights + first * stride
    let count = min(width, outputs - first)
    for input in 0..<inputs {
      for output in 0..<count { target[output] = source[output * stride + input] }
      if count < width { (target + count).update(repeating: 0, count: width - count) }
      target += width
    }
    let padding = (packing.paddedInputs - inputs) * width
    target.update(repeating: 0, count: padding)
    target += padding
  }
}
