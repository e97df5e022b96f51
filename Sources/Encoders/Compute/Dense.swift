import Activations
import KernelParameters
import Synchronization

/// A dense layer: y = f(x Wᵀ + b) for any number of rows x, with the weights in a layout that is multiplied fast.
final class Dense: Sendable {
  let inputSize: Int
  let outputSize: Int
  let activation: ActivationFunction
  /// [outputSize], or nil.
  let bias: FloatStorage?
  private let packed = Mutex<PackedWeights?>(nil)

  init(inputSize: Int, outputSize: Int, activation: ActivationFunction, bias: FloatStorage?) {
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.activation = activation
    self.bias = bias
  }

  /// The weights. Throws where they have not been packed yet.
  func weights() throws -> PackedWeights {
    guard let weights = packed.withLock({ $0 }) else {
      throw EncoderError("a dense layer of \(inputSize) × \(outputSize) was used before its weights were there")
    }
    return weights
  }

  /// Takes the weights, [outputSize, inputSize] in row-major order, into `place`. They are not needed afterwards.
  func pack(_ weights: UnsafePointer<Float>, at place: PackedWeights, with kernels: Kernels) {
    kernels.packPanels(
      PanelPacking(
        weights: weights, outputs: outputSize, inputs: inputSize, stride: inputSize, panels: place.start,
        width: place.width, paddedInputs: place.panelSize / place.width))
    packed.withLock { $0 = place }
  }
}

/// A matrix in panels of neighbouring outputs, one whole panel behind the other: [panel, input, width].
struct PackedWeights: Sendable {
  let storage: FloatStorage
  /// Where the first panel begins; others may share the storage.
  let offset: Int
  /// How many outputs a panel holds. The last one is filled up with zeros.
  let width: Int
  /// How many numbers a panel has: inputs are filled up to whole lines of the cache.
  let panelSize: Int

  /// A place in `storage`, or in one of its own, for the weights of `dense` as `kernels` multiply by them.
  init(for dense: Dense, with kernels: Kernels, in storage: FloatStorage? = nil, offset: Int = 0) {
    width = kernels.panelColumns
    panelSize = PackedWeights.panelSize(dense, width)
    self.storage = storage ?? FloatStorage(count: PackedWeights.count(for: dense, with: kernels))
    self.offset = offset
  }

  var start: UnsafeMutablePointer<Float> { storage.pointer + offset }

  /// How many numbers the weights of `dense` take.
  static func count(for dense: Dense, with kernels: Kernels) -> Int {
    let width = kernels.panelColumns
    return (dense.outputSize + width - 1) / width * panelSize(dense, width)
  }

  private static func panelSize(_ dense: Dense, _ width: Int) -> Int { (dense.inputSize + 15) / 16 * 16 * width }
}
