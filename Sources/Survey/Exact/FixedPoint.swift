import Support

/// Numbers of sentences as whole multiples of 2⁻³⁰. Each number is rounded once, when it is measured; from then on sums are sums of whole
/// numbers, and so the same in any order.
enum FixedPoint {
  /// How many multiples make 1.
  static let unit = 0x1p30
  /// No number of a sentence is larger: distances in positions are the largest, and no encoder has so many.
  static let largest = 0x1p17

  /// The nearest multiple; nil for what is no number.
  static func rounded(_ value: Double) -> Int64? {
    guard value.isFinite else { return nil }
    return Int(saturating: min(max(value, -largest), largest) * unit, rule: .toNearestOrAwayFromZero).map(Int64.init)
  }

  /// What so many multiples are.
  static func value(_ multiples: Int128) -> Double { Double(multiples) / unit }
}

/// Sums of whole numbers in 128 bits, which are added to in 64.
struct WideSums: Equatable {
  private var settled: [Int128]
  private var pending: [Int64]
  /// How often was added to `pending`: no more than `mostPending` times, each time at most 2⁴⁷ · the largest weight.
  private var additions = 0
  private static let mostPending = 256

  /// So many sums, all 0.
  init(count: Int) {
    settled = [Int128](repeating: 0, count: count)
    pending = [Int64](repeating: 0, count: count)
  }

  init(_ sums: [Int128]) {
    settled = sums
    pending = [Int64](repeating: 0, count: sums.count)
  }

  /// The sums.
  var values: [Int128] { zip(settled, pending).map { $0 &+ Int128($1) } }

  /// Adds `values`, weighted, to each row of as many sums as there are values: row `r` gets `weights[r]` times the values.
  mutating func add(_ values: [Int64], weights: [UInt8]) {
    precondition(pending.count == values.count * weights.count, "a weight a row")
    if additions == Self.mostPending { settle() }
    additions += 1
    let width = values.count
    // Most weights are 0, 1 or 2, and additions are faster than products of 64 bits.
    values.withUnsafeBufferPointer { values in
      pending.withUnsafeMutableBufferPointer { pending in
        for (row, weight) in weights.enumerated() {
          for _ in 0..<weight { for place in 0..<width { pending[row &* width &+ place] &+= values[place] } }
        }
      }
    }
  }

  /// Adds the sums of another part.
  mutating func merge(_ other: WideSums) {
    settle()
    let values = other.values
    for place in settled.indices { settled[place] &+= values[place] }
  }

  private mutating func settle() {
    for place in pending.indices {
      settled[place] &+= Int128(pending[place])
      pending[place] = 0
    }
    additions = 0
  }

  static func == (a: WideSums, b: WideSums) -> Bool { a.values == b.values }
}
