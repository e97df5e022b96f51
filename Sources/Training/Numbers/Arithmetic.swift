import Activations
import Compute
import KernelParameters

/// The inner loops that training is made of, for one type of numbers.
///
/// There are two: float32 on the kernels that everything else is computed with, and a plain one that follows the definitions,
/// in double precision, which gradients are checked with.
package protocol Arithmetic: Sendable {
  associatedtype Real: BinaryFloatingPoint & Sendable

  /// How many columns a panel has.
  var panelColumns: Int { get }

  /// Brings `columns` neighbouring columns of a matrix, the rows of which are `stride` apart, into a panel
  /// [inner, panelColumns], filled up with zeros. `isTransposed`: the matrix is [columns, inner].
  func pack(
    _ matrix: UnsafePointer<Real>, stride: Int, isTransposed: Bool, inner: Int, columns: Int,
    into panel: UnsafeMutablePointer<Real>)

  /// Writes a matrix, [rows, columns], with rows and columns exchanged. The rows of each are `stride` and `targetStride` apart.
  func transpose(
    _ matrix: UnsafePointer<Real>, stride: Int, rows: Int, columns: Int, into target: UnsafeMutablePointer<Real>,
    stride targetStride: Int)

  /// c = scale · a B + bias, or c += a B, for a panel B.
  func multiply(_ product: PanelTimes<Real>)

  /// Scores become probabilities. `scores` is [rows, keys], computed with `scoreScale` as a factor.
  func softmax(
    _ scores: UnsafeMutablePointer<Real>, rows: Range<Int>, _ visible: VisibleKeys, bias: UnsafePointer<Real>?)

  /// What scores are multiplied by before `softmax`.
  var scoreScale: Real { get }

  /// ∂L/∂p becomes ∂L/∂score.
  func softmaxGradient(
    _ gradient: UnsafeMutablePointer<Real>, probabilities: UnsafePointer<Real>, rows: Int, keys: Int)

  /// result = (x - mean) / √(variance + ε) · weight + bias, each [rows, size].
  func normalize(
    _ x: UnsafePointer<Real>, into result: UnsafeMutablePointer<Real>, rows: Int, size: Int,
    weight: UnsafePointer<Real>, bias: UnsafePointer<Real>, epsilon: Float)

  /// ∂L/∂x from ∂L/∂y; `x` becomes the normalized numbers.
  func normalizeGradient(
    _ x: UnsafeMutablePointer<Real>, gradient: UnsafePointer<Real>, into result: UnsafeMutablePointer<Real>, rows: Int,
    size: Int, weight: UnsafePointer<Real>, epsilon: Float)

  /// x becomes f(x).
  func activate(_ function: ActivationFunction, _ x: UnsafeMutablePointer<Real>, count: Int)

  /// ∂L/∂f(x) becomes ∂L/∂x.
  func activationGradient(
    _ function: ActivationFunction, _ x: UnsafePointer<Real>, gradient: UnsafeMutablePointer<Real>, count: Int)

  /// A step of AdamW for `count` numbers.
  func adamW(
    _ parameters: UnsafeMutablePointer<Real>, _ gradients: UnsafePointer<Real>, _ means: UnsafeMutablePointer<Real>,
    _ squares: UnsafeMutablePointer<Real>, count: Int, _ step: AdamWFactors)

  /// Σ x²
  func sumOfSquares(_ numbers: UnsafePointer<Real>, count: Int) -> Double
}

/// c = scale · a B + bias for a panel B, or c += a B.
package struct PanelTimes<Real: BinaryFloatingPoint> {
  /// [rows, inner], its rows `aStride` apart.
  var a: UnsafePointer<Real>
  var aStride: Int
  var rows: Int
  var inner: Int
  /// [inner, panelColumns]
  var panel: UnsafePointer<Real>
  var columns: Int
  var scale: Real = 1
  /// [columns]; not looked at where the product is added.
  var bias: UnsafePointer<Real>?
  var adds = false
  /// [rows, columns], its rows `cStride` apart.
  var c: UnsafeMutablePointer<Real>
  var cStride: Int
}

/// The numbers of a step of AdamW that are the same for many parameters; see `AdamWStep`.
package struct AdamWFactors: Sendable {
  var gradientScale: Float
  var beta1: Float
  var beta2: Float
  var rate: Float
  var squareScale: Float
  var epsilon: Float
  var decay: Float
}
