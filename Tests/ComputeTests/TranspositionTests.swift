import KernelParameters
import TestSupport
import Testing

@testable import Compute

@Suite struct TranspositionTests {
  private static let sizes = [(1, 1), (7, 9), (8, 8), (9, 16), (16, 7), (17, 24), (24, 33), (40, 41)]

  @Test("exchanges rows and columns of every size, and writes nothing between them", arguments: Kernels.available)
  func transposes(kernels: Kernels) {
    for (rows, columns) in Self.sizes {
      let (stride, targetStride) = (columns + 3, rows + 5)
      let source = (0..<rows * stride).map { Float($0) }
      var target = [Float](repeating: -1, count: columns * targetStride)
      source.withUnsafeBufferPointer { source in
        target.withUnsafeMutableBufferPointer { target in
          guard let from = source.baseAddress, let to = target.baseAddress else { return }
          kernels.transpose(
            Transposition(
              source: from, stride: stride, rows: rows, columns: columns, target: to, targetStride: targetStride))
        }
      }
      let expected = (0..<columns * targetStride).map { index in
        let (column, row) = (index / targetStride, index % targetStride)
        return row < rows ? source[row * stride + column] : -1
      }
      #expect(target == expected, "\(rows) rows of \(columns)")
    }
  }

  @Test("panels hold the columns of a matrix, and zeros where there are none", arguments: Kernels.available)
  func packs(kernels: Kernels) {
    let width = kernels.panelColumns
    for (outputs, inputs) in Self.sizes {
      let (stride, padded, count) = (inputs + 2, inputs + 3, (outputs + width - 1) / width)
      let weights = (1...outputs * stride).map { Float($0) }
      var panels = [Float](repeating: -1, count: count * padded * width)
      weights.withUnsafeBufferPointer { weights in
        panels.withUnsafeMutableBufferPointer { panels in
          guard let from = weights.baseAddress, let to = panels.baseAddress else { return }
          kernels.packPanels(
            PanelPacking(
              weights: from, outputs: outputs, inputs: inputs, stride: stride, panels: to, width: width,
              paddedInputs: padded))
        }
      }
      let expected = panels.indices.map { index -> Float in
        let (output, input) = (index / (padded * width) * width + index % width, index / width % padded)
        return output < outputs && input < inputs ? weights[output * stride + input] : 0
      }
      #expect(panels == expected, "\(outputs) outputs of \(inputs)")
    }
  }
}
