/// Sums of whole numbers in 128 bits, a row of them for each weight. What is added waits until there are some, so that a row is fetched
/// once for all of them, and is then added in 64 bits.
struct WideSums: Sendable, Equatable {
  private var settled: [Int128]
  private var pending: [Int64]
  /// How often was added to `pending`: no more than `mostPending` times, each time at most 2⁴⁷ · the largest weight.
  private var additions = 0
  private static let mostPending = 256
  private var waiting: [(values: [Int64], weights: [UInt8])] = []
  private static let mostWaiting = 16

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
  var values: [Int128] {
    var all = self
    all.settle()
    return all.settled
  }

  /// Adds `values`, weighted, to each row of as many sums as there are values: row `r` gets `weights[r]` times the values.
  mutating func add(_ values: [Int64], weights: [UInt8]) {
    precondition(pending.count == values.count * weights.count, "a weight a row")
    waiting.append((values, weights))
    if waiting.count == Self.mostWaiting { addWaiting() }
  }

  /// Adds the sums of another part.
  mutating func merge(_ other: WideSums) {
    settle()
    let values = other.values
    for place in settled.indices { settled[place] &+= values[place] }
  }

  private mutating func addWaiting() {
    if additions + waiting.count > Self.mostPending { settlePending() }
    additions += waiting.count
    // Most weights are 0, 1 or 2, and additions are faster than products of 64 bits.
    pending.withUnsafeMutableBufferPointer { pending in
      guard let start = pending.baseAddress, let first = waiting.first else { return }
      let width = first.values.count
      for row in first.weights.indices {
        let sums = start + row &* width
        for (values, weights) in waiting {
          values.withUnsafeBufferPointer { values in
            for _ in 0..<weights[row] { for place in 0..<width { sums[place] &+= values[place] } }
          }
        }
      }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  private mutating func settle() {
    addWaiting()
    settlePending()
  }

  private mutating func settlePending() {
    for place in pending.indices {
      settled[place] &+= Int128(pending[place])
      pending[place] = 0
    }
    additions = 0
  }

  static func == (a: WideSums, b: WideSums) -> Bool { a.values == b.values }
}
