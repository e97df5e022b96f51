import Compute
import KernelParameters

/// A normalization of either kind.
enum Norm: Sendable {
  case layerNorm(LayerNorm)
  case rms(RMSNorm)

  /// Normalizes rows of `input`, [rows, size]; `output` may be the same memory.
  func apply(
    to input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, rows: Int, on engine: Engine
  ) {
    switch self {
    case .layerNorm(let norm): norm.apply(to: input, into: output, rows: rows, on: engine)
    case .rms(let norm):
      let size = norm.size
      // Below some thousand numbers, telling a second thread takes longer than the work.
      engine.team.run(rows * size < 4096 ? 1 : engine.team.size) { member, count in
        let part = ThreadTeam.rows(rows, member: member, of: count)
        norm.apply(
          to: input + part.lowerBound * size, into: output + part.lowerBound * size, rows: part.count, stride: size)
      }
    }
  }

  /// Normalizes rows in place that lie `stride` numbers apart.
  func apply(inPlace rows: UnsafeMutablePointer<Float>, rows count: Int, stride: Int, with kernels: Kernels) {
    switch self {
    case .rms(let norm): norm.apply(to: rows, into: rows, rows: count, stride: stride)
    case .layerNorm(let norm):
      norm.weight.withUnsafeBufferPointer { weight in
        norm.bias.withUnsafeBufferPointer { bias in
          guard let weight = weight.baseAddress, let bias = bias.baseAddress else { return }
          for row in 0..<count {
            let start = rows + row * stride
            kernels.layerNormRows(
              LayerNormRows(
                input: start, output: start, rows: 1, size: norm.size, weight: weight, bias: bias,
                epsilon: norm.epsilon))
          }
        }
      }
    }
  }
}

extension ParameterReader {
  /// The parameters of a norm.
  func norm(_ name: String, _ kind: NormKind, size: Int, epsilon: Float) throws -> Norm {
    switch kind {
    case .layerNorm(let hasBias):
      .layerNorm(try layerNorm(name, size: size, epsilon: epsilon, hasBias: hasBias))
    case .rms: .rms(RMSNorm(weight: try tensor("\(name).weight", shape: [size]).values(), epsilon: epsilon))
    case .rmsAroundOne:
      .rms(RMSNorm(weight: try tensor("\(name).weight", shape: [size]).values().map { 1 + $0 }, epsilon: epsilon))
    }
  }
}
