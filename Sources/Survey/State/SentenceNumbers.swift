import Activations
import Insights

/// The numbers of every head in one sentence, ready to be added.
struct SentenceNumbers: Sendable {
  /// In multiples of 2⁻³⁰, [statistic][layer · heads + head]; statistics as in `HeadStatistic.all`.
  let values: [[Int64]]
  /// What each head does in this sentence.
  let kinds: [HeadPattern.Kind]
  /// The offset at which each head's largest probability lies most often.
  let offsets: [Int]

  /// Nil where no query counts, or some number is none.
  init?(_ encoding: Encoding, where isCounted: ((Int) -> Bool)? = nil) {
    guard
      let table = HeadStatistics.table(of: encoding, where: isCounted, isCancelled: { false })?.flatMap({ $0 }),
      let first = table.first, first.queries > 0
    else { return nil }
    var values: [[Int64]] = []
    for statistic in HeadStatistic.all {
      var row: [Int64] = []
      row.reserveCapacity(table.count)
      for head in table {
        guard let number = FixedPoint.rounded(head[statistic]) else { return nil }
        row.append(number)
      }
      values.append(row)
    }
    self.values = values
    offsets = table.map(\.offset)
    kinds = table.map {
      // Which token it is says nothing about other sentences.
      let kind = HeadPattern.kind(of: $0)
      if case .key = kind { return .key(0) }
      return kind
    }
  }
}
