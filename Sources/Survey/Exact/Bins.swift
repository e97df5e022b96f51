import Insights

/// The fixed edges between which numbers are counted, so that quantiles of parts can be merged.
///
/// Shares: 1,024 bins of 1/1024. Nats: 1,280 bins of 1/128. Positions: 256 bins of 1/16, and from 16 on 128 bins for each doubling, as far
/// as 8,192. What is beyond the last edge is counted in the last bin.
struct Bins: Equatable {
  private let unit: HeadStatistic.Unit

  /// The bins of numbers with this unit.
  init(_ unit: HeadStatistic.Unit) { self.unit = unit }

  /// How many there are.
  var count: Int {
    switch unit {
    case .share: 1024
    case .nats: 1280
    case .positions: 256 + 9 * 128
    }
  }

  /// The bin of a number in multiples of 2⁻³⁰.
  func index(of number: Int64) -> Int {
    let number = max(number, 0)
    let index =
      switch unit {
      case .share: number >> 20
      case .nats: number >> 23
      case .positions where number < 16 << 30: number >> 26
      case .positions:
        // Which doubling, and the seven bits after the highest one.
        256 + 128 * (highestBit(number) - 34) + (number >> (highestBit(number) - 7)) - 128
      }
    return min(Int(index), count - 1)
  }

  private func highestBit(_ number: Int64) -> Int64 { Int64(63 - number.leadingZeroBitCount) }

  /// Where a bin begins.
  func edge(_ index: Int) -> Double {
    switch unit {
    case .share: Double(index) / 1024
    case .nats: Double(index) / 128
    case .positions where index < 256: Double(index) / 16
    case .positions:
      Double(sign: .plus, exponent: 4 + (index - 256) / 128, significand: 1 + Double((index - 256) % 128) / 128)
    }
  }

  /// The number below which `share` of the counted ones lie, as if they were spread evenly within their bin.
  func quantile(_ share: Double, of counts: some RandomAccessCollection<Int>) -> Double {
    let total = counts.reduce(0, +)
    let wanted = share * Double(total)
    var below = 0
    for (index, count) in counts.enumerated() where count > 0 {
      if Double(below + count) >= wanted {
        let start = edge(index)
        return start + (edge(index + 1) - start) * max(wanted - Double(below), 0) / Double(count)
      }
      below += count
    }
    return 0
  }
}
