// What the kernels are given. They are compiled several times, once for each set of instructions; what they are given is
// not, so that callers need not know which of them they call.

/// c = scale · (a B + bias) for a panel B: neighbouring columns of a matrix, each of its rows in one piece.
public struct PanelProduct {
  /// [rows, inner], its rows `aStride` apart.
  public var a: UnsafePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows of `a`.
  public var aStride: Int
  /// How many rows `a` and `c` have.
  public var rows: Int
  /// How many columns `a`, and how many rows the panel has.
  public var inner: Int
  /// [inner, columns], its rows `panelStride` apart; up to the next multiple of 16 columns can be read.
  public var panel: UnsafePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows of the panel.
  public var panelStride: Int
  /// At most `widestPanel`.
  public var columns: Int
  /// What sum and bias are multiplied by.
  public var scale: Float
  /// [columns], or nil.
  public var bias: UnsafePointer<Float>?
  /// Whether the sums go on from what `c` holds, for a product in several parts; the bias is then not looked at.
  public var adds: Bool
  /// The panel of as many numbers that is multiplied next, or nil; it is prefetched into the cache meanwhile.
  public var next: UnsafePointer<Float>?
  /// [rows, columns], its rows `cStride` apart.
  public var c: UnsafeMutablePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows of `c`.
  public var cStride: Int

  /// A product; see the properties.
  public init(
    a: UnsafePointer<Float>, aStride: Int, rows: Int, inner: Int, panel: UnsafePointer<Float>, panelStride: Int,
    columns: Int, scale: Float = 1, bias: UnsafePointer<Float>? = nil, adds: Bool = false,
    next: UnsafePointer<Float>? = nil, c: UnsafeMutablePointer<Float>, cStride: Int
  ) {
    self.a = a
    self.aStride = aStride
    self.rows = rows
    self.inner = inner
    self.panel = panel
    self.panelStride = panelStride
    self.columns = columns
    self.scale = scale
    self.bias = bias
    self.adds = adds
    self.next = next
    self.c = c
    self.cStride = cStride
  }
}

/// The most columns that a panel can have.
public let widestPanel = 64

/// Rows of scores that become probabilities.
public struct SoftmaxRows {
  /// [rows, keys], in base 2: multiplied by `log2OfE`.
  public var scores: UnsafeMutablePointer<Float>
  /// How many queries there are.
  public var rows: Int
  /// How many keys a row has.
  public var keys: Int
  /// [rows, 3]: the first visible key, one past the last, and whether keys between them are blocked. Keys outside get
  /// exactly 0, and a row without visible keys is all 0. They are counted from the first of all keys, not of those that a row has.
  public var visible: UnsafePointer<Int32>
  /// The first key that a row has; all that are visible lie among the `keys` from there on.
  public var firstKey: Int
  /// [rows, keys], its rows `allowedStride` apart: false for a blocked key. Only looked at where keys between visible ones are blocked.
  public var allowed: UnsafePointer<Bool>
  /// How far apart the rows of `allowed` lie.
  public var allowedStride: Int
  /// Added to the scores first, in base e; nil where nothing is.
  public var bias: UnsafePointer<Float>?
  /// How far apart the rows of the bias lie.
  public var biasStride: Int

  /// Rows of scores; see the properties.
  public init(
    scores: UnsafeMutablePointer<Float>, rows: Int, keys: Int, visible: UnsafePointer<Int32>, firstKey: Int = 0,
    allowed: UnsafePointer<Bool>, allowedStride: Int? = nil, bias: UnsafePointer<Float>? = nil, biasStride: Int = 0
  ) {
    self.scores = scores
    self.rows = rows
    self.keys = keys
    self.visible = visible
    self.firstKey = firstKey
    self.allowed = allowed
    self.allowedStride = allowedStride ?? keys
    self.bias = bias
    self.biasStride = biasStride
  }
}

/// log₂ e. Scores are brought to base 2 by their scale, which costs nothing.
@inlinable @inline(__always)
public var log2OfE: Float { 1.442_695_04 }

/// Rows that are normalized: (x - mean) / √(variance + ε) · weight + bias, where x is `input` plus `residual`.
public struct LayerNormRows {
  /// [rows, size]
  public var input: UnsafePointer<Float>
  /// [rows, size], or nil.
  public var residual: UnsafePointer<Float>?
  /// [rows, size]; may be the same memory as `input`.
  public var output: UnsafeMutablePointer<Float>
  /// How many rows there are.
  public var rows: Int
  /// How many numbers a row has.
  public var size: Int
  /// [size]
  public var weight: UnsafePointer<Float>
  /// [size]
  public var bias: UnsafePointer<Float>
  /// What is added to the variance (ε).
  public var epsilon: Float

  /// Rows to normalize; see the properties.
  public init(
    input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil, output: UnsafeMutablePointer<Float>, rows: Int,
    size: Int, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float
  ) {
    self.input = input
    self.residual = residual
    self.output = output
    self.rows = rows
    self.size = size
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
  }
}

/// A matrix that is written with rows and columns exchanged.
public struct Transposition {
  /// [rows, columns], its rows `stride` apart.
  public var source: UnsafePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows of the matrix.
  public var stride: Int
  /// How many rows the matrix has.
  public var rows: Int
  /// How many columns the matrix has.
  public var columns: Int
  /// [columns, rows], its rows `targetStride` apart.
  public var target: UnsafeMutablePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows of the result.
  public var targetStride: Int

  /// A matrix and where its transpose goes; see the properties.
  public init(
    source: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, target: UnsafeMutablePointer<Float>,
    targetStride: Int
  ) {
    self.source = source
    self.stride = stride
    self.rows = rows
    self.columns = columns
    self.target = target
    self.targetStride = targetStride
  }
}

/// A matrix that is brought into panels: neighbouring outputs beside each other, one input after the other.
public struct PanelPacking {
  /// [outputs, inputs], its rows `stride` apart.
  public var weights: UnsafePointer<Float>
  /// How many rows the matrix has.
  public var outputs: Int
  /// How many columns the matrix has.
  public var inputs: Int
  /// How many numbers lie between the beginnings of neighbouring rows of the matrix.
  public var stride: Int
  /// [panel, paddedInputs, width]; what is padding is set to 0.
  public var panels: UnsafeMutablePointer<Float>
  /// How many outputs a panel holds.
  public var width: Int
  /// How many inputs a panel has room for.
  public var paddedInputs: Int

  /// A matrix and its panels; see the properties.
  public init(
    weights: UnsafePointer<Float>, outputs: Int, inputs: Int, stride: Int, panels: UnsafeMutablePointer<Float>,
    width: Int, paddedInputs: Int
  ) {
    self.weights = weights
    self.outputs = outputs
    self.inputs = inputs
    self.stride = stride
    self.panels = panels
    self.width = width
    self.paddedInputs = paddedInputs
  }
}

/// Some columns of some rows, whose numbers are replaced one by one.
public struct ElementRows {
  /// [rows, columns], its rows `stride` apart.
  public var x: UnsafeMutablePointer<Float>
  /// How many rows there are.
  public var rows: Int
  /// How many columns there are.
  public var columns: Int
  /// How many numbers lie between the beginnings of neighbouring rows.
  public var stride: Int

  /// Some columns of some rows; see the properties.
  public init(x: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.x = x
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }
}
