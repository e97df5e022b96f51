import Activations
import Glibc
import Support

/// Distances of query and key in buckets (Raffel et al. 2020): half of the buckets are for keys on the right; on each side one bucket
/// for each of the smallest distances, then logarithmically larger ones.
struct DistanceBuckets: Sendable {
  /// How many buckets there are, at least 4.
  let count: Int
  /// Distances from here on have the last bucket of their side.
  let largestDistance: Int

  /// The bucket of a distance, from 0.
  func bucket(keyMinusQuery: Int) -> Int {
    let half = count / 2
    let exact = half / 2
    let distance = abs(keyMinusQuery)
    var bucket = keyMinusQuery > 0 ? half : 0
    if distance < exact {
      bucket += distance
    } else {
      // In single precision, as the reference does it: at the limits of buckets it matters.
      let scale = Float(log(Double(largestDistance) / Double(exact)))
      let logarithm = logf(Float(distance) / Float(exact)) / scale * Float(half - exact)
      bucket += min(exact + (Int(saturating: logarithm) ?? 0), half - 1)
    }
    return bucket
  }
}

/// What is added to scores and only depends on the head and the distance of query and key.
struct DistanceBias: Sendable {
  /// The same for layers that add the same.
  let name: String
  private let kind: Kind

  private enum Kind {
    /// [bucket, head]
    case table([Float], DistanceBuckets)
    /// [head]
    case slopes([Float])
  }

  /// A learned number for each bucket: `table` is [bucket, head].
  init(name: String, table: [Float], _ buckets: DistanceBuckets) {
    self.name = name
    kind = .table(table, buckets)
  }

  /// ALiBi on both sides (Press, Smith, Lewis 2022): minus the distance, times a slope of the head.
  init(slopesOf heads: Int) {
    name = "slopes"
    kind = .slopes(DistanceBias.slopes(heads: heads))
  }

  /// [head, query, key]: the numbers of a head are kept once a distance, and the tensor is a view of them in which a step to the
  /// next query is a step back.
  func tensor(heads: Int, positions: Int) -> Tensor {
    let distances = 2 * positions - 1
    let storage = FloatStorage(count: heads * distances)
    for index in 0..<distances {
      let keyMinusQuery = index - (positions - 1)
      switch kind {
      case .table(let table, let buckets):
        let bucket = buckets.bucket(keyMinusQuery: keyMinusQuery)
        for head in 0..<heads { storage.pointer[head * distances + index] = table[bucket * heads + head] }
      case .slopes(let slopes):
        for head in 0..<heads { storage.pointer[head * distances + index] = -slopes[head] * Float(abs(keyMinusQuery)) }
      }
    }
    return Tensor(
      storage: storage, offset: positions - 1, shape: [heads, positions, positions], strides: [distances, -1, 1])
  }

  /// One slope a head: powers of 2^(-8 / heads) where the number of heads is a power of 2; else those of the next smaller power, and
  /// then every second one of the next larger.
  static func slopes(heads: Int) -> [Float] {
    var power = 1
    while power * 2 <= heads { power *= 2 }
    func regular(_ count: Int) -> [Double] {
      let start = pow(2, -8 / Double(count))
      return (0..<count).map { pow(start, Double($0 + 1)) }
    }
    let further = regular(2 * power).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    return (regular(power) + further).prefix(heads).map { Float($0) }
  }
}
