import Activations
import Glibc
import KernelParameters
import TestSupport
import Testing

@testable import Compute
@testable import VectorKernels

@Suite struct KernelTests {
  /// What the system says of the processor is the measure.
  @Test("all kernels that this processor can run are compared with one another")
  func allAreCompared() {
    let words =
      String(decoding: Fixtures.bytes("/proc/cpuinfo"), as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
    let flags = Set(words.map(String.init))
    var expected = ["baseline"]
    if flags.isSuperset(of: ["avx2", "fma"]) { expected.append("AVX2") }
    if flags.isSuperset(of: ["avx2", "fma", "avx512f", "avx512vl", "avx512dq", "avx512bw"]) {
      expected.append("AVX-512")
    }
    #expect(Kernels.available.map(\.name) == expected)
    print("kernels that are compared with one another: \(expected.joined(separator: ", "))")
  }

  @Test("powers of 2 are accurate to 2.5e-7, very small far below, and let NaN through")
  func powersAreAccurate() {
    var worst = 0.0
    var x: Float = -110
    while x <= 0 {
      let vector = powerOf2(Vector(repeating: x))
      worst = max(worst, abs(Double(vector[3]) / exp2(Double(x)) - 1))
      x += 0.000_37
    }
    #expect(worst < 2.5e-7)
    #expect(powerOf2(Vector(repeating: 0))[0] == 1)
    for x: Float in [-111, -1e30, -.infinity] { #expect(powerOf2(Vector(repeating: x))[0] == 0x1p-110) }
    #expect(powerOf2(Vector(repeating: .nan))[0].isNaN)
    print("powers of 2: largest relative error \(worst)")
  }

  private func probabilities(
    _ kernels: Kernels, _ scores: [Float], allowed: [Bool]? = nil, bias: [Float]? = nil
  ) -> [Float] {
    let allowed = allowed ?? scores.map { _ in true }
    let mask = AttentionMask(size: scores.count, allowed: (0..<scores.count).flatMap { _ in allowed })
    var result = scores.map { $0 * log2OfE }
    result.withUnsafeMutableBufferPointer { result in
      VisibleKeys(mask).withUnsafePointers { allowed, visible in
        guard let scores = result.baseAddress else { return }
        var row = SoftmaxRows(scores: scores, rows: 1, keys: result.count, visible: visible, allowed: allowed)
        (bias ?? []).withUnsafeBufferPointer {
          if bias != nil { row.bias = $0.baseAddress }
          kernels.softmaxRows(row)
        }
      }
    }
    return result
  }

  @Test("the softmax is right for every length, range and size of scores", arguments: Kernels.available)
  func softmaxIsRight(kernels: Kernels) {
    var generator = SeededGenerator(seed: 20)
    for count in Array(1...70) + [128, 511, 512, 513] {
      for magnitude: Float in [0, 1, 30, 1e4, 1e30] {
        let scores = generator.floats(count, in: -max(magnitude, .leastNonzeroMagnitude)...magnitude)
        let bias = generator.floats(count, in: -3...3)
        var allowed = (0..<count).map { _ in true }
        switch count % 3 {
        case 0: for key in allowed.indices { allowed[key] = Bool.random(using: &generator) }
        case 1: for key in 0..<count / 4 { allowed[key] = false }
        default: for key in count / 2..<count { allowed[key] = key == count / 2 }
        }
        let result = probabilities(kernels, scores, allowed: allowed, bias: bias)
        // The sum in float32, as the softmax sees it.
        let visible = allowed.indices.filter { allowed[$0] }
        let largest = visible.map { Double(scores[$0] + bias[$0]) }.max() ?? 0
        let exponentials = allowed.indices.map {
          allowed[$0] ? exp(Double(scores[$0] + bias[$0]) - largest) : 0
        }
        let sum = exponentials.reduce(0, +)
        for key in 0..<count {
          let expected = sum == 0 ? 0 : exponentials[key] / sum
          // Float32 knows the difference of two scores only to within their last place.
          let tolerance = 5e-7 + expected * Double(magnitude) * 1.2e-7
          #expect(abs(Double(result[key]) - expected) <= tolerance, "\(count), \(magnitude), key \(key)")
          if !allowed[key] { #expect(result[key] == 0) }
        }
      }
    }
  }

  @Test("the softmax shows NaN instead of hiding it", arguments: Kernels.available)
  func softmaxShowsNaN(kernels: Kernels) {
    var scores = [Float](repeating: 1, count: 20)
    scores[7] = .nan
    let everywhere = probabilities(kernels, scores).allSatisfy(\.isNaN)
    #expect(everywhere)
    // A blocked NaN is not looked at.
    var allowed = [Bool](repeating: true, count: 20)
    allowed[7] = false
    let result = probabilities(kernels, scores, allowed: allowed)
    #expect(result[7] == 0)
    #expect(abs(result.reduce(0, +) - 1) < 1e-6)
  }

  @Test("normalizes rows of every size, with and without a residual", arguments: [1, 2, 15, 16, 17, 36, 64, 384, 1000])
  func normalizes(size: Int) {
    var generator = SeededGenerator(seed: UInt64(size))
    let rows = size == 384 ? 100 : 3
    let norm = LayerNorm(
      weight: generator.floats(size, in: -2...2), bias: generator.floats(size, in: -1...1), epsilon: 1e-5)
    let input = generator.floats(size * rows, in: 90...110)
    let residual = generator.floats(size * rows, in: -1...1)
    for (isAdding, kernels) in Kernels.available.flatMap({ [(false, $0), (true, $0)] }) {
      var output = [Float](repeating: 0, count: input.count)
      input.withUnsafeBufferPointer { input in
        residual.withUnsafeBufferPointer { residual in
          output.withUnsafeMutableBufferPointer { output in
            guard let input = input.baseAddress, let output = output.baseAddress else { return }
            norm.weight.withUnsafeBufferPointer { weight in
              norm.bias.withUnsafeBufferPointer { bias in
                guard let weight = weight.baseAddress, let bias = bias.baseAddress else { return }
                kernels.layerNormRows(
                  LayerNormRows(
                    input: input, residual: isAdding ? residual.baseAddress : nil, output: output, rows: rows,
                    size: size, weight: weight, bias: bias, epsilon: norm.epsilon))
              }
            }
          }
        }
      }
      var worst = 0.0
      for row in 0..<rows {
        let x = (row * size..<(row + 1) * size).map { Double(input[$0] + (isAdding ? residual[$0] : 0)) }
        let mean = x.reduce(0, +) / Double(size)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
        for i in 0..<size {
          let expected =
            (x[i] - mean) / (variance + Double(norm.epsilon)).squareRoot() * Double(norm.weight[i])
            + Double(norm.bias[i])
          worst = max(worst, abs(Double(output[row * size + i]) - expected))
        }
      }
      #expect(worst < 2e-5, "size \(size): \(worst)")
    }
  }

  @Test("activation functions follow their definitions far out too", arguments: ActivationFunction.names)
  func activates(name: String) throws {
    let function = try #require(ActivationFunction(named: name))
    var xs: [Float] = (-13_000...13_000).map { Float($0) / 1000 }
    for exponent in 1...60 {
      let small = exp2f(-Float(exponent))
      xs += [small, -small]
    }
    for kernels in Kernels.available {
      var results = xs
      results.withUnsafeMutableBufferPointer {
        guard let x = $0.baseAddress else { return }
        kernels.applyActivation(function, ElementRows(x: x, rows: 1, columns: xs.count, stride: xs.count))
      }
      var (worst, place) = (0.0, Float(0))
      for (x, result) in zip(xs, results) {
        let difference = abs(Double(result) - referenceActivation(name, Double(x))) / max(1, abs(Double(x)))
        if !(difference <= worst) { (worst, place) = (difference, x) }
      }
      print("\(name), \(kernels.name): largest difference \(worst) at \(place)")
      #expect(worst < 1e-6)
    }
  }

  @Test("activation functions keep NaN, and are finite at the ends of what is", arguments: Kernels.available)
  func activatesAtTheEnds(kernels: Kernels) {
    for function in ActivationFunction.allCases {
      var xs: [Float] = [.nan, 3e38, -3e38, 1e30, -1e30, 100, -100]
      let count = xs.count
      xs.withUnsafeMutableBufferPointer {
        guard let x = $0.baseAddress else { return }
        kernels.applyActivation(function, ElementRows(x: x, rows: 1, columns: count, stride: count))
      }
      #expect(xs[0].isNaN, "\(function)")
      // What is squared, or multiplied by 6 before it is divided, may be too large.
      let isFinite = xs[3...].allSatisfy(\.isFinite) || function == .reluSquared
      #expect(isFinite, "\(function): \(xs)")
      switch function {
      case .gelu:
        // Far below 0 there are the last digits of ½ x (1 + erf(x/√2)).
        #expect(xs[5] == 100)
        #expect(abs(xs[6]) < 100 * 1e-7 && abs(xs[4]) < 1e30 * 1e-7, "\(function): \(xs)")
      case .geluTanh, .quickGelu, .silu, .mish, .hardSwish, .relu:
        #expect(xs[5] == 100)
        #expect(abs(xs[6]) < 1e-20 && abs(xs[4]) < 1e-20, "\(function): \(xs)")
      default: break
      }
    }
  }

  @Test("finds what is not finite wherever it stands", arguments: Kernels.available)
  func findsNonFinite(kernels: Kernels) {
    var numbers = [Float](repeating: 0, count: 200)
    for (index, value) in [
      Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0, .leastNormalMagnitude,
    ]
    .enumerated() { numbers[index * 20] = value }
    #expect(kernels.firstNonFinite(&numbers, 200) == -1)
    for value in [Float.nan, .infinity, -.infinity, Float(bitPattern: 0xFFC0_0001), .signalingNaN] {
      for position in [0, 1, 15, 16, 63, 64, 127, 191, 192, 199] {
        let kept = numbers[position]
        numbers[position] = value
        #expect(kernels.firstNonFinite(&numbers, 200) == position)
        #expect(kernels.firstNonFinite(&numbers, position) == -1)
        numbers[position] = kept
      }
    }
  }
}

extension Kernels: CustomTestStringConvertible {
  /// The name, for the log of tests.
  public var testDescription: String { name }
}
