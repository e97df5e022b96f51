import Activations
import KernelParameters
import Synchronization

/// A dense layer: y = f(x Wᵀ + b) for any number of rows x, with the weights in a layout that is multiplied fast.
public final class Dense: Sendable {
  /// How many numbers a row x has.
  public let inputSize: Int
  /// How many numbers a row y has.
  public let outputSize: Int
  /// The function f.
  public let activation: ActivationFunction
  /// [outputSize], or nil.
  public let bias: FloatStorage?
  private let packed = Mutex<PackedWeights?>(nil)

  /// A layer without weights; `pack` brings them.
  public init(inputSize: Int, outputSize: Int, activation: ActivationFunction, bias: FloatStorage?) {
    self.inputSize = inputSize
    self.outputSize = outputSize
    self.activation = activation
    self.bias = bias
  }

  /// The weights; nil where they have not been packed yet.
  public var weights: PackedWeights? { packed.withLock { $0 } }

  /// Takes the weights, [outputSize, inputSize] in row-major order, into `place`. They are not needed afterwards.
  public func pack(_ weights: UnsafePointer<Float>, at place: PackedWeights, with kernels: Kernels) {
    kernels.packPanels(
      PanelPacking(
        weights: weights, outputs: outputSize, inputs: inputSize, stride: inputSize, panels: place.start,
        width: place.width, paddedInputs: place.panelSize / place.width))
    packed.withLock { $0 = place }
  }
}

/// A matrix in panels of neighbouring outputs, one whole panel behind the other: [panel, input, width].
public struct PackedWeights: Sendable {
  /// The memory of the panels.
  public let storage: FloatStorage
  /// Where the first panel begins; others may share the storage.
  public let offset: Int
  /// How many outputs a panel holds. The last one is filled up with zeros.
  public let width: Int
  /// How many numbers a panel has: inputs are filled up to whole lines of the cache.
  public let panelSize: Int

  /// A place in `storage`, or in one of its own, for the weights of `dense` as `kernels` multiply by them.
  public init(for dense: Dense, with kernels: Kernels, in storage: FloatStorage? = nil, offset: Int = 0) {
    width = kernels.panelColumns
    panelSize = PackedWeights.panelSize(dense, width)
    self.storage = storage ?? FloatStorage(count: PackedWeights.count(for: dense, with: kernels))
    self.offset = offset
  }

  /// Where the first panel begins, in memory.
  public var start: UnsafeMutablePointer<Float> { storage.pointer + offset }

  /// How many numbers the weights of `dense` take.
  public static func count(for dense: Dense, with kernels: Kernels) -> Int {
    let width = kernels.panelColumns
    return (dense.outputSize + width - 1) / width * panelSize(dense, width)
  }

  private static func panelSize(_ dense: Dense, _ width: Int) -> Int { (dense.inputSize + 15) / 16 * 16 * width }
}
