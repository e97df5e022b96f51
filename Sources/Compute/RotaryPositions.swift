import Activations
import Glibc

/// Rotary position embeddings (Su et al. 2021), as `rotate_half` in Hugging Face's code: number i of a head and number
/// i + headSize / 2 are a point in a plane that is turned by position · base^(-2i / headSize).
public struct RotaryPositions: Sendable {
  /// [headSize / 2]: the angle of one position.
  private let frequencies: [Float]

  /// `base` is what Hugging Face's configurations call `rope_theta`; `headSize` is even.
  public init(base: Float, headSize: Int) {
    // In single precision, as the reference does it: far from the start a rounding becomes an angle.
    frequencies = stride(from: 0, to: headSize, by: 2).map { 1 / powf(base, Float($0) / Float(headSize)) }
  }

  /// Cosines and sines for so many positions.
  public func table(positions: Int) -> Table {
    let half = frequencies.count
    var (cosines, sines) = ([Float](), [Float]())
    cosines.reserveCapacity(positions * half)
    sines.reserveCapacity(positions * half)
    for position in 0..<positions {
      for frequency in frequencies {
        let angle = Float(position) * frequency
        cosines.append(cosf(angle))
        sines.append(sinf(angle))
      }
    }
    return Table(half: half, cosines: cosines, sines: sines)
  }

  /// The cosine and the sine of every angle of some positions.
  public struct Table {
    fileprivate let half: Int
    /// [position, half]
    fileprivate let cosines: [Float]
    fileprivate let sines: [Float]

    /// Turns the first `heads` heads of every row in place; rows are `stride` numbers apart.
    public func rotate(_ vectors: UnsafeMutablePointer<Float>, rows: Int, heads: Int, stride: Int) {
      for row in 0..<rows {
        for head in 0..<heads {
          let vector = vectors + row * stride + head * 2 * half
          for i in 0..<half {
            let (cosine, sine) = (cosines[row * half + i], sines[row * half + i])
            let (x, y) = (vector[i], vector[i + half])
            vector[i] = x * cosine - y * sine
            vector[i + half] = y * cosine + x * sine
          }
        }
      }
    }
  }
}
