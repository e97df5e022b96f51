import KernelParameters

/// Brings a matrix, a dense layer's weights for instance, into panels.
@inline(never)
public func packPanels(_ packing: PanelPacking) {
  let (outputs, inputs, stride, width) = (packing.outputs, packing.inputs, packing.stride, packing.width)
  var target = packing.panels
  for first in Swift.stride(from: 0, to: outputs, by: width) {
    let count = min(width, outputs - first)
    transpose(
      Transposition(
        source: packing.weights + first * stride, stride: stride, rows: count, columns: inputs, target: target,
        targetStride: width))
    if count < width {
      for input in 0..<inputs { (target + input * width + count).update(repeating: 0, count: width - count) }
    }
    target += inputs * width
    let padding = (packing.paddedInputs - inputs) * width
    target.update(repeating: 0, count: padding)
    target += padding
  }
}
