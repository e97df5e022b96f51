import Activations
import Foundation
import Testing

@testable import Insights

@Suite struct HeadPatternTests {
  private struct Example: Sendable {
    let name: String
    var second: [String] = []
    var pad = 0
    let kind: HeadPattern.Kind
    let shape: AttentionShape
    /// What is odd about the attention from a query to a key; rows are normalised.
    let weight: @Sendable (_ query: Int, _ key: Int) -> Float
  }

  /// [CLS] a b c . d e [SEP], or with a second text f g h i [SEP].
  private static let examples: [Example] = [
    Example(name: "previous", kind: .previous, shape: .diagonal) { $1 == $0 - 1 ? 20 : 1 },
    Example(name: "next", kind: .next, shape: .diagonal) { $1 == $0 + 1 ? 20 : 1 },
    Example(name: "self", kind: .itself, shape: .diagonal) { $1 == $0 ? 20 : 1 },
    Example(name: "first", kind: .first, shape: .vertical) { $1 == 0 ? 20 : 1 },
    Example(name: "separator", kind: .separator, shape: .vertical) { $1 == 7 ? 20 : 1 },
    Example(name: "punctuation", kind: .punctuation, shape: .vertical) { $1 == 4 ? 20 : 1 },
    Example(name: "PAD", pad: 2, kind: .padding, shape: .vertical) { $1 > 7 ? 20 : 1 },
    Example(name: "one token", kind: .key(3), shape: .vertical) { $1 == 3 ? 20 : 1 },
    Example(name: "even", kind: .broad, shape: .heterogeneous) { _, _ in 1 },
    Example(name: "two before", kind: .offset(-2), shape: .diagonal) { $1 == $0 - 2 ? 8 : $1 == 0 ? 2 : 0.2 },
    Example(name: "by the largest: next", kind: .next, shape: .diagonal) {
      $1 == $0 + 1 ? 6 : $1 == ($0 * 5 + 3) % 8 ? 5.5 : 0.02
    },
    Example(name: "both", kind: .heterogeneous, shape: .verticalAndDiagonal) {
      $1 == 7 ? 10 : $1 == $0 || $1 == $0 - 1 ? 5 : 0.1
    },
    Example(name: "block", second: ["f", "g", "h", "i"], kind: .block, shape: .block) {
      ($0 < 8) == ($1 < 8) ? Float(1 + ($0 * 3 + $1 * 5) % 4) : 0.05
    },
    Example(name: "no rule", kind: .heterogeneous, shape: .heterogeneous) {
      $1 == ($0 * 5 + 2) % 8 || $1 == ($0 * 3 + 1) % 8 ? 12 : 0.5
    },
  ]

  @Test("each pattern is named, with a reason", arguments: examples.indices)
  func named(index: Int) {
    let example = HeadPatternTests.examples[index]
    let input = TokenizedInput(["a", "b", "c", ".", "d", "e"], second: example.second, pad: example.pad)
    let mode: MaskMode = example.pad > 0 ? .none : .keys
    var rows: [[Float]] = []
    for query in 0..<input.count {
      let row = (0..<input.count).map { example.weight(query, $0) }
      rows.append(row.map { $0 / row.reduce(0, +) })
    }
    let statistics = HeadStatistics(
      probabilities: Tensor(shape: [input.count, input.count], rows.flatMap(\.self)), roles: TokenRoles(input),
      mask: AttentionMask(mode, attentionMask: input.attentionMask))
    let pattern = HeadPattern(statistics)
    print("\(example.name): \(pattern.name), \(pattern.shape?.rawValue ?? "-"): \(pattern.reason)")
    #expect(pattern.kind == example.kind)
    #expect(pattern.shape == example.shape)
    #expect(!pattern.name.isEmpty && pattern.reason.count > 10)
    #expect(pattern.reason.allSatisfy { $0.isASCII })
  }

  @Test("in a short sentence [CLS] is often the previous token, and still no vertical", arguments: [1, 2, 3, 6])
  func shortSentences(words: Int) {
    let input = TokenizedInput((0..<words).map { "w\($0)" })
    let size = input.count
    let rows = [[Float]].attending(size) { max($0 - 1, 0) }
    let pattern = HeadPattern(
      HeadStatistics(
        probabilities: Tensor(shape: [size, size], rows.flatMap(\.self)), roles: TokenRoles(input),
        mask: AttentionMask(.keys, attentionMask: input.attentionMask)))
    // With a single word, two of three queries attend to [CLS].
    #expect(pattern.kind == (words == 1 ? .first : .previous))
    #expect(pattern.shape == (words == 1 ? .vertical : .diagonal))
  }

  @Test("the broad rule is 3.8 nats at 128 tokens")
  func broadThreshold() {
    #expect(abs(HeadPattern.Threshold.broad * log(128) - 3.8) < 1e-3)
    var statistics = HeadStatistics()
    statistics.queries = 128
    statistics.entropyCeiling = log(128)
    statistics.entropy = 3.81
    #expect(HeadPattern(statistics).kind == .broad)
    statistics.entropy = 3.79
    #expect(HeadPattern(statistics).kind == .heterogeneous)
  }

  @Test("thresholds are to be exceeded, and special tokens come before neighbours")
  func order() {
    var statistics = HeadStatistics()
    statistics.queries = 3
    statistics.entropyCeiling = log(3)
    statistics.shares.previous = 0.5
    #expect(HeadPattern(statistics).kind == .heterogeneous)
    statistics.shares.previous = 0.51
    #expect(HeadPattern(statistics).kind == .previous)
    statistics.shares.first = 0.61
    #expect(HeadPattern(statistics).kind == .first)
    statistics.queries = 0
    #expect(HeadPattern(statistics).kind == .none && HeadPattern(statistics).shape == nil)
  }

  @Test(
    "what is more than a threshold is written with as many digits as show it",
    arguments: [
      (0.7, "70 %"), (0.603, "60.3 %"), (0.600_4, "60.04 %"), (0.604_9, "60.5 %"), (0.605_1, "61 %"),
      (0.600_000_001, "a little more than 60 %"),
    ])
  func digits(share: Double, words: String) {
    var statistics = HeadStatistics()
    statistics.queries = 3
    statistics.shares.first = share
    #expect(
      HeadPattern(statistics).reason
        == "\(words) of its attention goes to the first token, more than 60 % (Clark et al. 2019)")
  }
}
