import Activations
import CProcessor
import Testing
import VectorKernels

@testable import Encoders

extension Kernels {
  /// The kernels with our own product in them, which replaces oneDNN's where there is AVX-512. Compiled without
  /// optimization, as for tests, they run on every processor.
  static var own: Kernels {
    #if DEBUG
      .avx512
    #else
      headscope_has_avx512() ? .avx512 : .best
    #endif
  }
}

extension Kernels {
  /// Compiled without optimization, as for tests, all of them are.
  fileprivate var isForThisProcessor: Bool {
    #if DEBUG
      true
    #else
      panelColumns == 64 ? headscope_has_avx512() : headscope_has_avx2()
    #endif
  }
}

@Suite struct PanelTests {
  static let kernels = Kernels.own

  @Test("multiplies by panels of every width, for every number of rows")
  func multiplies() {
    guard let multiply = Self.kernels.multiplyByPanel else { return }
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
      multiply(a, inner, rows, inner, panel, stride, columns, 0.5, bias, false, panel, &c, columns + 3)
      for row in 0..<rows {
        for column in 0..<columns {
          let expected = (0..<inner).reduce(bias[column]) { $0 + a[row * inner + $1] * panel[$1 * stride + column] } / 2
          worst = max(worst, abs(c[row * (columns + 3) + column] - expected))
        }
        for column in columns..<columns + 3 { #expect(c[row * (columns + 3) + column] == 77) }
      }
    }
    print("products: largest difference \(worst)")
    #expect(worst < 1e-5)
  }

  @Test("a product in parts is the same as in one, bit for bit, and so is a row alone")
  func multipliesInParts() {
    guard let multiply = Self.kernels.multiplyByPanel else { return }
    var generator = SeededGenerator(seed: 33)
    for (rows, inner, columns) in [(1, 2, 8), (4, 7, 20), (5, 30, 32), (11, 17, 64)] {
      let stride = (columns + 15) / 16 * 16
      let a = generator.floats(rows * inner, in: -2...2)
      let bias = generator.floats(columns, in: -2...2)
      let panel = generator.floats(inner * stride, in: -2...2)
      var (whole, parts, alone) = ([Float](repeating: 0, count: rows * columns), [Float](), [Float]())
      (parts, alone) = (whole, whole)
      multiply(a, inner, rows, inner, panel, stride, columns, 1, bias, false, nil, &whole, columns)
      let half = inner / 2
      a.withUnsafeBufferPointer { a in
        panel.withUnsafeBufferPointer { panel in
          guard let a = a.baseAddress, let panel = panel.baseAddress else { return }
          multiply(a, inner, rows, half, panel, stride, columns, 1, bias, false, panel, &parts, columns)
          multiply(
            a + half, inner, rows, inner - half, panel + half * stride, stride, columns, 1, bias, true, nil, &parts,
            columns)
          alone.withUnsafeMutableBufferPointer { alone in
            guard let alone = alone.baseAddress else { return }
            for row in 0..<rows {
              multiply(
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
    for kernels in [Kernels.avx2, .avx512] where kernels.isForThisProcessor {
      let engine = try Engine(kernels: kernels)
      let workspace = try Workspace(on: engine)
      let dense = Dense(
        inputSize: inputSize, outputSize: outputSize, activation: withGelu ? .gelu : .identity, bias: bias)
      let source = FloatStorage(count: weights.count)
      source.pointer.update(from: weights, count: weights.count)
      try dense.pack(
        source.pointer, into: BlockLayout(panelsOf: inputSize, outputSize, width: kernels.panelColumns), on: engine,
        Stream(on: engine))
      func compute(_ rows: Int) throws -> [Float] {
        let pass = ForwardPass(workspace: workspace, inputs: [], ablations: []) { false }
        let output = pass.storage(rows: rows, columns: outputSize)
        try pass.dense(dense, input, rows: rows, into: output.pointer)
        return (0..<rows * outputSize).map { output.pointer[$0] }
      }
      let all = try compute(rows)
      var worst = 0.0
      for row in 0..<rows {
        for column in 0..<outputSize {
          let sum = (0..<inputSize).reduce(Double(bias.pointer[column])) {
            $0 + Double(input[row * inputSize + $1]) * Double(weights[column * inputSize + $1])
          }
          let expected = withGelu ? activation("gelu", sum) : sum
          worst = max(worst, abs(Double(all[row * outputSize + column]) - expected))
        }
      }
      print("dense layers in parts, panels of \(kernels.panelColumns) columns: largest difference \(worst)")
      #expect(worst < 1e-5)
      for fewer in [1, 7, 50] { #expect(try compute(fewer) == Array(all.prefix(fewer * outputSize))) }
    }
  }

  @Test("packs weights as oneDNN would", arguments: [(16, 16), (40, 20), (64, 384), (100, 130), (7, 3)])
  func packs(inputSize: Int, outputSize: Int) throws {
    let engine = try Engine()
    let stream = try Stream(on: engine)
    var generator = SeededGenerator(seed: 32)
    let weights = generator.floats(inputSize * outputSize, in: -1...1)
    let shape = ProductShape(inputSize: inputSize, outputSize: outputSize, activation: .identity, hasBias: false)
    let product = try Product(shape, rows: 3, places: 1, on: engine)
    let dense = Dense(inputSize: inputSize, outputSize: outputSize, activation: .identity, bias: nil)
    let source = FloatStorage(count: weights.count)
    source.pointer.update(from: weights, count: weights.count)
    try dense.pack(source.pointer, into: product.weightsLayout, on: engine, stream)
    let input = generator.floats(3 * inputSize, in: -1...1)
    var output = [Float](repeating: 0, count: 3 * outputSize)
    try check(
      product.execute(
        0, on: stream, input, dense.weights(in: product.weightsLayout, on: engine, stream), bias: nil, into: &output),
      "multiply")
    for row in 0..<3 {
      for column in 0..<outputSize {
        let expected = (0..<inputSize).reduce(Float(0)) {
          $0 + input[row * inputSize + $1] * weights[column * inputSize + $1]
        }
        #expect(abs(output[row * outputSize + column] - expected) < 1e-4)
      }
    }
  }

  @Test("the vectorized GELU follows its definition far out too")
  func geluIsRight() {
    var worst = 0.0
    let xs = (-1300...1300).map { Float($0) / 100 }
    var results = xs
    Self.kernels.geluRows(&results, 1, xs.count, xs.count)
    for (x, result) in zip(xs, results) {
      worst = max(worst, abs(Double(result) - activation("gelu", Double(x))) / max(1, abs(Double(x))))
    }
    print("gelu: largest difference \(worst)")
    #expect(worst < 1e-6)
  }
}
