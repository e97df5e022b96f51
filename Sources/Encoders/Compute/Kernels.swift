import COneDNN
import VectorKernels
import VectorKernelsAVX2

/// The operations that are not matrix products, as they were compiled for this processor.
struct Kernels: Sendable {
  let softmaxRows:
    @Sendable (
      _ scores: UnsafeMutablePointer<Float>, _ rows: Int, _ keys: Int, _ visible: UnsafePointer<Int32>,
      _ allowed: UnsafePointer<Bool>, _ bias: UnsafePointer<Float>?, _ biasStride: Int
    ) -> Void
  let layerNormRows:
    @Sendable (
      _ input: UnsafePointer<Float>, _ residual: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>,
      _ rows: Int, _ size: Int, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ epsilon: Float
    ) -> Void
  let addElements: @Sendable (UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  let multiplyElements: @Sendable (UnsafePointer<Float>, _ into: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  let firstNonFinite: @Sendable (UnsafePointer<Float>, _ count: Int) -> Int

  /// For every processor.
  static let baseline = Kernels(
    softmaxRows: VectorKernels.softmaxRows, layerNormRows: VectorKernels.layerNormRows,
    addElements: VectorKernels.addElements, multiplyElements: VectorKernels.multiplyElements,
    firstNonFinite: VectorKernels.firstNonFinite)

  /// For processors with AVX2.
  static let avx2 = Kernels(
    softmaxRows: VectorKernelsAVX2.softmaxRows, layerNormRows: VectorKernelsAVX2.layerNormRows,
    addElements: VectorKernelsAVX2.addElements, multiplyElements: VectorKernelsAVX2.multiplyElements,
    firstNonFinite: VectorKernelsAVX2.firstNonFinite)

  static let best = headscope_has_avx2() ? avx2 : baseline
}
