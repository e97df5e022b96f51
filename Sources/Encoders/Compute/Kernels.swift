import COneDNN
import VectorKernels
import VectorKernelsAVX2
import VectorKernelsAVX512

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
  let packPanels:
    @Sendable (
      _ weights: UnsafePointer<Float>, _ outputs: Int, _ inputs: Int, _ stride: Int,
      _ panels: UnsafeMutablePointer<Float>, _ width: Int, _ paddedInputs: Int
    ) -> Void

  let geluRows: @Sendable (UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int) -> Void
  let multiplyAndAdd: @Sendable (_ rounds: Int) -> Float
  /// nil where oneDNN multiplies faster.
  let multiplyByPanel: PanelProduct?

  typealias PanelProduct =
    @Sendable (
      _ a: UnsafePointer<Float>, _ aStride: Int, _ rows: Int, _ inner: Int, _ panel: UnsafePointer<Float>,
      _ panelStride: Int, _ columns: Int, _ scale: Float, _ bias: UnsafePointer<Float>?,
      _ c: UnsafeMutablePointer<Float>, _ cStride: Int
    ) -> Void

  /// For every processor.
  static let baseline = Kernels(
    softmaxRows: VectorKernels.softmaxRows, layerNormRows: VectorKernels.layerNormRows,
    addElements: VectorKernels.addElements, multiplyElements: VectorKernels.multiplyElements,
    firstNonFinite: VectorKernels.firstNonFinite,
    packPanels: VectorKernels.packPanels, geluRows: VectorKernels.geluRows,
    multiplyAndAdd: VectorKernels.multiplyAndAdd, multiplyByPanel: nil)

  /// For processors with AVX2.
  static let avx2 = Kernels(
    softmaxRows: VectorKernelsAVX2.softmaxRows, layerNormRows: VectorKernelsAVX2.layerNormRows,
    addElements: VectorKernelsAVX2.addElements, multiplyElements: VectorKernelsAVX2.multiplyElements,
    firstNonFinite: VectorKernelsAVX2.firstNonFinite,
    packPanels: VectorKernelsAVX2.packPanels, geluRows: VectorKernelsAVX2.geluRows,
    multiplyAndAdd: VectorKernelsAVX2.multiplyAndAdd, multiplyByPanel: nil)

  /// For processors with AVX-512.
  static let avx512 = Kernels(
    softmaxRows: VectorKernelsAVX512.softmaxRows, layerNormRows: VectorKernelsAVX512.layerNormRows,
    addElements: VectorKernelsAVX512.addElements, multiplyElements: VectorKernelsAVX512.multiplyElements,
    firstNonFinite: VectorKernelsAVX512.firstNonFinite, packPanels: VectorKernelsAVX512.packPanels,
    geluRows: VectorKernelsAVX512.geluRows,
    multiplyAndAdd: VectorKernelsAVX512.multiplyAndAdd, multiplyByPanel: VectorKernelsAVX512.multiplyByPanel)

  /// What this processor computes fastest with. Without optimization, that is oneDNN wherever there is a choice.
  static let best: Kernels = {
    #if !DEBUG
      if headscope_has_avx512() { return avx512 }
    #endif
    return headscope_has_avx2() ? avx2 : baseline
  }()
}
