import Activations
import KernelParameters
import TestSupport
import Testing

@testable import Compute

@Suite struct PanelTests {
  @Test("multiplies by panels of every width, for every number of rows", arguments: Kernels.available)
  func multiplies(kernels: Kernels) {
    var generator = SeededGenerator(seed: 31)
    var worst: Float = 0
    for (rows, inner, columns) in [
      (1, 1, 1), (2, 3, 15), (5, 7, 16), (6, 8, 33), (7, 16, 48), (13, 5, 63), (18, 9, 64),
    ] {
      let stride = (columns + 15) / 16 * 16
      let a = generator.floats(rows * inner, in: -2...2)
      let bias = generator.floats(columns, in: -2...2)
      let panel = generator.floats(inner * stride, in: -2...2)
      // What lies behind the columns belongs to somebody else.
      var c = [Float](repeating: 77, count: rows * (columns + 3))
      kernels.multiply(
        a, inner, rows, inner, panel, stride, columns, 0.5, bias, false, panel, &c, columns + 3)
      for row in 0..<rows {
        for column in 0..<columns {
          let expected = (0..<inner).reduce(bias[column]) { $0 + a[row * inner + $1] * panel[$1 * stride + column] } / 2
          worst = max(worst, abs(c[row * (columns + 3) + column] - expected))
        }
        for column in columns..<columns + 3 { #expect(c[row * (columns + 3) + column] == 77) }
      }
    }
    print("products, \(kernels.name): largest difference \(worst)")
    #expect(worst < 1e-5)
  }

  @Test("a product in parts is the same as in one, bit for bit, and so is a row alone", arguments: Kernels.available)
  func multipliesInParts(kernels: Kernels) {
    var generator = SeededGenerator(seed: 33)
    for (rows, inner, columns) in [(1, 2, 8), (4, 7, 20), (5, 30, 32), (11, 17, 64)] {
      let stride = (columns + 15) / 16 * 16
      let a = generator.floats(rows * inner, in: -2...2)
      let bias = generator.floats(columns, in: -2...2)
      let panel = generator.floats(inner * stride, in: -2...2)
      var (whole, parts, alone) = ([Float](repeating: 0, count: rows * columns), [Float](), [Float]())
      (parts, alone) = (whole, whole)
      kernels.multiply(a, inner, rows, inner, panel, stride, columns, 1, bias, false, nil, &whole, columns)
      let half = inner / 2
      a.withUnsafeBufferPointer { a in
        panel.withUnsafeBufferPointer { panel in
          guard let a = a.baseAddress, let panel = panel.baseAddress else { return }
          kernels.multiply(a, inner, rows, half, panel, stride, columns, 1, bias, false, panel, &parts, columns)
          kernels.multiply(
            a + half, inner, rows, inner - half, panel + half * stride, stride, columns, 1, bias, true, nil, &parts,
            columns)
          alone.withUnsafeMutableBufferPointer { alone in
            guard let alone = alone.baseAddress else { return }
            for row in 0..<rows {
              kernels.multiply(
                a + row * inner, inner, 1, inner, panel, stride, columns, 1, bias, false, nil, alone + row * columns,
                columns)
            }
          }
        }
      }
      #expect(parts == whole)
      #expect(alone == whole)
    }
  }

  @Test(
    "dense layers in many parts follow their definition, and give a row the same numbers in fewer rows",
    arguments: [false, true])
  func multipliesDenseLayers(withGelu: Bool) throws {
    let (rows, inputSize, outputSize) = (110, 400, 70)
    var generator = SeededGenerator(seed: 35)
    let weights = generator.floats(outputSize * inputSize, in: -0.1...0.1)
    let bias = FloatStorage(count: outputSize)
    for (index, value) in generator.floats(outputSize, in: -1...1).enumerated() { bias.pointer[index] = value }
    let input = generator.floats(rows * inputSize, in: -1...1)
    for kernels in Kernels.available {
      let engine = Engine(kernels: kernels)
      let dense = Dense(
        inputSize: inputSize, outputSize: outputSize, activation: withGelu ? .gelu : .identity, bias: bias)
      let source = FloatStorage(count: weights.count)
      source.pointer.update(from: weights, count: weights.count)
      dense.pack(source.pointer, at: PackedWeights(for: dense, with: kernels), with: kernels)
      let packed = try #require(dense.weights)
      func compute(_ rows: Int) -> [Float] {
        let output = FloatStorage(count: rows * outputSize)
        engine.multiply(input, rows: rows, by: dense, packed, into: output.pointer)
        return (0..<rows * outputSize).map { output.pointer[$0] }
      }
      let all = compute(rows)
      var worst = 0.0
      for row in 0..<rows {
        for column in 0..<outputSize {
          let sum = (0..<inputSize).reduce(Double(bias.pointer[column])) {
            $0 + Double(input[row * inputSize + $1]) * Double(weights[column * inputSize + $1])
          }
          let expected = withGelu ? referenceActivation("gelu", sum) : sum
          worst = max(worst, abs(Double(all[row * outputSize + column]) - expected))
        }
      }
      print("dense layers in parts, \(kernels.name): largest difference \(worst)")
      #expect(worst < 1e-5)
      for fewer in [1, 7, 50] { #expect(compute(fewer) == Array(all.prefix(fewer * outputSize))) }
    }
  }

  @Test(
    "multiplies by a transposed matrix of any size", arguments: [(16, 16), (40, 20), (64, 384), (100, 130), (7, 3)])
  func multipliesByTransposed(inner: Int, columns: Int) {
    var generator = SeededGenerator(seed: 32)
    let rows = 5
    let (a, b) = (generator.floats(rows * inner, in: -1...1), generator.floats(columns * (inner + 2), in: -1...1))
    let bias = generator.floats(columns, in: -1...1)
    for kernels in Kernels.available {
      var panels = [Float](repeating: .nan, count: kernels.panelCount(inner: inner, columns: columns))
      var c = [Float](repeating: .nan, count: rows * columns)
      kernels.multiply(
        a, stride: inner, rows: rows, inner: inner, byTransposed: b, stride: inner + 2, columns: columns, scale: 0.5,
        bias: bias, panels: &panels, into: &c, stride: columns)
      for row in 0..<rows {
        for column in 0..<columns {
          let sum = (0..<inner).reduce(bias[column]) { $0 + a[row * inner + $1] * b[column * (inner + 2) + $1] }
          #expect(abs(c[row * columns + column] - sum / 2) < 2e-5)
        }
      }
    }
  }
}

extension Kernels {
  /// A product with a panel, in short, for arrays.
  fileprivate func multiply(
    _ a: UnsafePointer<Float>, _ aStride: Int, _ rows: Int, _ inner: Int, _ panel: UnsafePointer<Float>,
    _ panelStride: Int, _ columns: Int, _ scale: Float, _ bias: UnsafePointer<Float>, _ adds: Bool,
    _ next: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>, _ cStride: Int
  ) {
    multiplyByPanel(
      PanelProduct(
        a: a, aStride: aStride, rows: rows, inner: inner, panel: panel, panelStride: panelStride, columns: columns,
        scale: scale, bias: bias, adds: adds, next: next, c: c, cStride: cStride))
  }
}
