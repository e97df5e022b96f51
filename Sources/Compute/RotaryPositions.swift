import Activations
import Glibc

/// Rotary position embeddings (Su et al. 2021), as `rotate_half` in Hugging Face's code: number i of a head and number
/// i + headSize / 2 are a point in a plane that is turned by position · base^(-2i / headSize).
public struct RotaryPositions: Sendable {
  /// Which numbers of a head are a point together.
  public enum Pairs: Sendable {
    /// Number i and number i + headSize / 2 (`rotate_half`).
    case halves
    /// Neighbours: 2i and 2i + 1.
    case neighbours
  }

  /// [headSize / 2]: the angle of one position.
  private let frequencies: [Float]
  private var pairs = Pairs.halves
  /// What cosines and sines are multiplied by.
  private var scale: Float = 1
  /// The angles of one position, where they are taken in double precision; else nil.
  private var exactFrequencies: [Double]?
  /// The sines and then the cosines of positions, [position, headSize], where they are given; else nil.
  private var given: [Float]?

  /// `base` is what Hugging Face's configurations call `rope_theta`; `headSize` is even.
  public init(base: Float, headSize: Int) {
    // In single precision, as the reference does it: far from the start a rounding becomes an angle.
    frequencies = stride(from: 0, to: headSize, by: 2).map { 1 / powf(base, Float($0) / Float(headSize)) }
  }

  /// Rotation by given angles: `frequencies` are those of one position, [headSize / 2]. `scale` multiplies what is turned.
  public init(frequencies: [Float], scale: Float = 1) {
    self.frequencies = frequencies
    self.scale = scale
  }

  /// Rotation of neighbouring numbers by angles in double precision, as RoFormer's implementation has them; `headSize` is even.
  public init(neighboursOf headSize: Int, base: Double) {
    let exact = stride(from: 0, to: headSize, by: 2).map { 1 / pow(base, Double($0) / Double(headSize)) }
    frequencies = exact.map { Float($0) }
    exactFrequencies = exact
    pairs = .neighbours
  }

  /// Rotation of neighbouring numbers by sines and cosines that are given, [position, headSize]: sines, then cosines. No position may
  /// lie beyond them.
  public init(neighboursOf headSize: Int, sinesAndCosines: [Float]) {
    self.init(neighboursOf: headSize, base: 10_000)
    given = sinesAndCosines
  }

  /// Cosines and sines for so many positions.
  public func table(positions: Int) -> Table {
    let half = frequencies.count
    var (cosines, sines) = ([Float](), [Float]())
    cosines.reserveCapacity(positions * half)
    sines.reserveCapacity(positions * half)
    for position in 0..<positions {
      if let given, (position + 1) * 2 * half <= given.count {
        sines += given[position * 2 * half..<position * 2 * half + half]
        cosines += given[position * 2 * half + half..<(position + 1) * 2 * half]
      } else if let exactFrequencies {
        for frequency in exactFrequencies {
          cosines.append(Float(cos(Double(position) * frequency)))
          sines.append(Float(sin(Double(position) * frequency)))
        }
      } else {
        for frequency in frequencies {
          let angle = Float(position) * frequency
          cosines.append(cosf(angle) * scale)
          sines.append(sinf(angle) * scale)
        }
      }
    }
    return Table(half: half, cosines: cosines, sines: sines, pairs: pairs)
  }

  /// The cosine and the sine of every angle of some positions.
  public struct Table {
    fileprivate let half: Int
    /// [position, half]
    fileprivate let cosines: [Float]
    fileprivate let sines: [Float]
    fileprivate let pairs: Pairs

    /// Turns the first `heads` heads of every row in place; rows are `stride` numbers apart.
    public func rotate(_ vectors: UnsafeMutablePointer<Float>, rows: Int, heads: Int, stride: Int) {
      guard pairs == .halves else { return rotateNeighbours(vectors, rows: rows, heads: heads, stride: stride) }
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

    private func rotateNeighbours(_ vectors: UnsafeMutablePointer<Float>, rows: Int, heads: Int, stride: Int) {
      for row in 0..<rows {
        for head in 0..<heads {
          let vector = vectors + row * stride + head * 2 * half
          for i in 0..<half {
            let (cosine, sine) = (cosines[row * half + i], sines[row * half + i])
            let (x, y) = (vector[2 * i], vector[2 * i + 1])
            vector[2 * i] = x * cosine - y * sine
            vector[2 * i + 1] = y * cosine + x * sine
          }
        }
      }
    }
  }
}
