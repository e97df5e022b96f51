import Glibc

/// Rotary positions (Su et al. 2021): numbers i and i + headSize / 2 of a head are a point that is turned by
/// position · base^(-2i / headSize). To turn back is also how it is differentiated.
struct Rotary<Real: BinaryFloatingPoint & Sendable> {
  private let half: Int
  /// [position, half]
  private let cosines: [Real]
  private let sines: [Real]

  init(base: Float, headSize: Int, positions: Int) {
    half = headSize / 2
    // In single precision, as the forward pass that is shown has them.
    let frequencies = stride(from: 0, to: headSize, by: 2).map { 1 / powf(base, Float($0) / Float(headSize)) }
    let angles = (0..<positions).flatMap { position in frequencies.map { Float(position) * $0 } }
    cosines = angles.map { Real(cosf($0)) }
    sines = angles.map { Real(sinf($0)) }
  }

  /// Turns the first `heads` heads of every row of each sentence in place; rows are `stride` numbers apart.
  func turn(_ numbers: Numbers<Real>, _ batch: Batch, heads: Int, stride: Int, back: Bool = false) {
    for sentence in batch.sentences {
      for (position, row) in sentence.rows.enumerated() {
        for head in 0..<heads {
          let vector = numbers.pointer + row * stride + head * 2 * half
          for i in 0..<half {
            let cosine = cosines[position * half + i]
            let sine = back ? -sines[position * half + i] : sines[position * half + i]
            let (x, y) = (vector[i], vector[i + half])
            vector[i] = x * cosine - y * sine
            vector[i + half] = y * cosine + x * sine
          }
        }
      }
    }
  }
}
