/// Root mean square normalization (Zhang & Sennrich 2019) over the last axis: x / √(mean(x²) + ε) · weight.
public struct RMSNorm: Sendable {
  /// [size]
  public let weight: [Float]
  /// Added to the mean of the squares.
  public let epsilon: Float

  /// `weight` is [size].
  public init(weight: [Float], epsilon: Float) {
    self.weight = weight
    self.epsilon = epsilon
  }

  /// How many numbers a row has.
  public var size: Int { weight.count }

  /// Normalizes some rows of `input`, which lie `stride` numbers apart, and those of `output` as well; both may be the same memory.
  public func apply(
    to input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, rows: Int, stride: Int
  ) {
    weight.withUnsafeBufferPointer { weight in
      for row in 0..<rows {
        let (x, y) = (input + row * stride, output + row * stride)
        let factor = 1 / (RMSNorm.sumOfSquares(x, size) / Float(size) + epsilon).squareRoot()
        for i in 0..<size { y[i] = x[i] * factor * weight[i] }
      }
    }
  }

  /// Σ x², with eight running sums.
  private static func sumOfSquares(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD8<Float>.zero
    var index = 0
    while index + 8 <= count {
      let part = UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self)
      sums += part * part
      index += 8
    }
    var sum = sums.sum()
    while index < count {
      sum += x[index] * x[index]
      index += 1
    }
    return sum
  }
}
