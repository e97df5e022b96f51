import Activations
import TestSupport
import Testing

@testable import Insights

/// What is taken of probabilities on their way, where they are too many to be kept.
@Suite struct OverviewReaderTests {
  /// Also such as have cells of several tokens, and several parts.
  private static let made =
    Made.variety + [
      Made(words: (0..<150).map { "w\($0)" }, pad: 7, layers: 1, heads: 2, seed: 15),
      Made(
        words: (0..<300).map { "w\($0)" }, second: ["dogs", "bark"], pad: 3, mode: .full, layers: 1, heads: 1, seed: 16),
      Made(words: (0..<600).map { "w\($0)" }, mode: .causal, layers: 1, heads: 1, seed: 17),
    ]

  @Test("it is what is found in the whole map", arguments: made)
  func isTheSame(made: Made) throws {
    let encoding = Encoding(made)
    let count = encoding.input.count
    let reader = OverviewReader(encoding.input)
    var random = SeededGenerator(seed: made.seed)
    for (index, layer) in encoding.trace.layers.enumerated() {
      let layerReader = reader.layer(index, heads: layer.heads, mask: layer.mask)
      let length = reader.partLength(queries: count, keys: count)
      let parts = (0..<layer.heads).flatMap { head in
        stride(from: 0, to: count, by: length).map { (head, $0..<min($0 + length, count)) }
      }
      // Parts come in any order.
      for (head, queries) in parts.shuffled(using: &random) {
        let part = layerReader.part(head: head, queries: queries)
        let map = layer.probabilities(head: head)
        var first = queries.lowerBound
        while first < queries.upperBound {
          let block = first..<min(first + Int.random(in: 1...9, using: &random), queries.upperBound)
          // The keys that any of them sees, and a few others.
          let seen = (0..<count).filter { key in block.contains { layer.mask[$0, key] } }
          let keys =
            seen.isEmpty
            ? 0..<0
            : max(0, (seen.first ?? 0) - 2)..<min(count, (seen.last ?? 0) + 1 + Int.random(in: 0...5, using: &random))
          let numbers = block.flatMap { query in keys.map { map[query, $0] } }
          numbers.withUnsafeBufferPointer { numbers in
            if let start = numbers.baseAddress { part.read(queries: block, keys: keys, start) }
          }
          first = block.upperBound
        }
        part.finish()
      }
      layerReader.finish()
    }
    let table = HeadStatistics.table(of: encoding)
    #expect(reader.layers.count == encoding.trace.layers.count)
    var worst = Worst()
    for (index, overviews) in reader.layers.enumerated() {
      let whole = try #require(HeadOverview.layer(index, of: encoding, isCancelled: { false }))
      for (head, (found, expected)) in zip(overviews, whole).enumerated() {
        #expect(found.cells == expected.cells && found.columns == expected.columns)
        #expect(found.largest == expected.largest && found.strongest == expected.strongest)
        for statistics in [expected.statistics, table[index][head]] {
          #expect(found.statistics.queries == statistics.queries && found.statistics.offset == statistics.offset)
          for measure in HeadStatistic.all { worst.take(found.statistics[measure], statistics[measure]) }
        }
      }
    }
    #expect(worst.difference < 1e-6, "\(worst.difference)")
  }
}
