import Activations
import Compute

/// The convolution that some DeBERTa v2 models add to the output of their first layer (`ConvLayer`).
struct DebertaConvolution: Sendable {
  /// The convolution as a product: [row, kernel · hidden] with [hidden, kernel · hidden].
  private let dense: Dense
  private let norm: LayerNorm
  private let kernel: Int
  private let hidden: Int

  init(
    _ configuration: Configuration, _ reader: ParameterReader, _ sizes: Sizes, kernel: Int, epsilon: Float
  ) throws {
    guard kernel % 2 == 1 else {
      throw configuration.failure("conv_kernel_size", "is \(kernel); it has to be odd to keep the length of the text")
    }
    let hidden = sizes.hidden
    let groups = try configuration.optionalInteger("conv_groups", in: 1...hidden) ?? 1
    guard hidden % groups == 0 else {
      throw configuration.failure("conv_groups", "is \(groups), which does not divide the hidden size \(hidden)")
    }
    self.kernel = kernel
    self.hidden = hidden
    let inputs = hidden / groups
    let stored = try reader.tensor("encoder.conv.conv.weight", shape: [hidden, inputs, kernel])
    let weights = WeightPart(rows: hidden, tensor: stored) { target in
      // Stored by output, input of its group, offset; wanted by output, offset, input.
      target.update(repeating: 0, count: hidden * kernel * hidden)
      let values = try stored.values()
      for output in 0..<hidden {
        let first = output / (hidden / groups) * inputs
        for input in 0..<inputs {
          for offset in 0..<kernel {
            target[(output * kernel + offset) * hidden + first + input] =
              values[(output * inputs + input) * kernel + offset]
          }
        }
      }
    }
    dense = reader.dense(
      [weights], inputSize: kernel * hidden, activation: try configuration.activation("conv_act", default: "tanh"),
      bias: try reader.vector("encoder.conv.conv.bias", size: hidden))
    norm = try reader.layerNorm("encoder.conv.LayerNorm", size: hidden, epsilon: epsilon)
  }

  /// Normalizes the convolution of `input` plus `residual`, both [row, hidden]. Rows of PAD become zero.
  func apply(
    to input: FloatStorage, adding residual: FloatStorage, isReal: [Bool], _ pass: ForwardPass
  ) throws -> FloatStorage {
    let rows = pass.rows
    let window = pass.buffer(.window, rows: rows, columns: kernel * hidden)
    for sentence in pass.sentences {
      for row in sentence.rows {
        for offset in 0..<kernel {
          let target = window + (row * kernel + offset) * hidden
          let source = row + offset - kernel / 2
          if sentence.rows.contains(source) {
            target.update(from: input.pointer + source * hidden, count: hidden)
          } else {
            target.update(repeating: 0, count: hidden)
          }
        }
      }
    }
    let result = pass.storage(rows: rows, columns: hidden)
    try pass.dense(dense, window, rows: rows, into: result.pointer)
    norm.apply(to: result.pointer, adding: residual.pointer, into: result.pointer, rows: rows, on: pass.engine)
    pass.clearRows(of: result, columns: hidden, unless: isReal)
    return result
  }
}
