import CProcessor
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
  /// How many multiplications and additions a round of it is.
  let operationsPerRound: Int
  /// nil where oneDNN multiplies.
  var multiplyByPanel: PanelProduct?
  /// How many columns of a panel there are sums for in the processor's registers.
  let panelColumns: Int
  /// How many scores stay in the second-level cache of processors with these instructions until they are used.
  let scoresInCache: Int

  typealias PanelProduct =
    @Sendable (
      _ a: UnsafePointer<Float>, _ aStride: Int, _ rows: Int, _ inner: Int, _ panel: UnsafePointer<Float>,
      _ panelStride: Int, _ columns: Int, _ scale: Float, _ bias: UnsafePointer<Float>?, _ adds: Bool,
      _ next: UnsafePointer<Float>?, _ c: UnsafeMutablePointer<Float>, _ cStride: Int
    ) -> Void

  /// For every processor.
  static let baseline = Kernels(
    softmaxRows: VectorKernels.softmaxRows, layerNormRows: VectorKernels.layerNormRows,
    addElements: VectorKernels.addElements, multiplyElements: VectorKernels.multiplyElements,
    firstNonFinite: VectorKernels.firstNonFinite,
    packPanels: VectorKernels.packPanels, geluRows: VectorKernels.geluRows,
    multiplyAndAdd: VectorKernels.multiplyAndAdd, operationsPerRound: VectorKernels.operationsPerRound,
    multiplyByPanel: nil, panelColumns: 16,
    scoresInCache: 32_768)

  /// For processors with AVX2.
  static let avx2 = Kernels(
    softmaxRows: VectorKernelsAVX2.softmaxRows, layerNormRows: VectorKernelsAVX2.layerNormRows,
    addElements: VectorKernelsAVX2.addElements, multiplyElements: VectorKernelsAVX2.multiplyElements,
    firstNonFinite: VectorKernelsAVX2.firstNonFinite,
    packPanels: VectorKernelsAVX2.packPanels, geluRows: VectorKernelsAVX2.geluRows,
    multiplyAndAdd: VectorKernelsAVX2.multiplyAndAdd, operationsPerRound: VectorKernelsAVX2.operationsPerRound,
    multiplyByPanel: VectorKernelsAVX2.multiplyByPanel,
    panelColumns: 32, scoresInCache: 32_768)

  /// For processors with AVX-512.
  static let avx512 = Kernels(
    softmaxRows: VectorKernelsAVX512.softmaxRows, layerNormRows: VectorKernelsAVX512.layerNormRows,
    addElements: VectorKernelsAVX512.addElements, multiplyElements: VectorKernelsAVX512.multiplyElements,
    firstNonFinite: VectorKernelsAVX512.firstNonFinite, packPanels: VectorKernelsAVX512.packPanels,
    geluRows: VectorKernelsAVX512.geluRows,
    multiplyAndAdd: VectorKernelsAVX512.multiplyAndAdd, operationsPerRound: VectorKernelsAVX512.operationsPerRound,
    multiplyByPanel: VectorKernelsAVX512.multiplyByPanel,
    panelColumns: VectorKernelsAVX512.widestPanel, scoresInCache: 131_072)

  /// What this processor computes fastest with. Without optimization, that is oneDNN wherever there is a choice.
  static let best: Kernels = {
    #if DEBUG
      var kernels = headscope_has_avx2() ? avx2 : baseline
      kernels.multiplyByPanel = nil
      return kernels
    #else
      return headscope_has_avx512() ? avx512 : headscope_has_avx2() ? avx2 : baseline
    #endif
  }()

  /// Whether our own kernel computes dense layers with this activation.
  func multiply(_ activation: ActivationFunction) -> Bool {
    multiplyByPanel != nil && (activation == .identity || activation.isGelu)
  }
}
