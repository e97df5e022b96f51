import Testing

@testable import Insights

/// Spearman's rank correlation, from its definition.
struct RankCorrelationTests {
  private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / 1024 - 100
    }
  }

  /// Where no numbers are equal: 1 - 6 Σ d² / (n (n² - 1)), d the difference of the two ranks.
  @Test(arguments: [2, 3, 10, 72]) func itIsWhatTheDifferencesOfRanksSay(count: Int) throws {
    var largest = 0.0
    for seed in 1...20 as ClosedRange<UInt64> {
      let (a, b) = (Self.numbers(count, seed: seed), Self.numbers(count, seed: seed &+ 1000))
      let differences = zip(ranks(a), ranks(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let expected = 1 - 6 * differences / (Double(count) * (Double(count) * Double(count) - 1))
      largest = max(largest, abs(try #require(rankCorrelation(a, b)) - expected))
    }
    print("rank correlation of \(count) numbers: largest difference \(largest)")
    #expect(largest < 1e-12)
  }

  @Test func equalNumbersShareTheMeanOfTheirRanks() {
    #expect(ranks([3, 1, 3, 2, 3]) == [4, 1, 4, 2, 4])
    #expect(ranks([5, 5]) == [1.5, 1.5])
    #expect(ranks([0, -0.0, 1]) == [1.5, 1.5, 3])
  }

  /// Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
  @Test func tiesAreThoseOfTheDefinition() throws {
    let found = try #require(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]))
    #expect(abs(found - 4.5 / (4.5 * 5.0).squareRoot()) < 1e-15)
  }

  @Test func onlyTheOrderCounts() throws {
    let (a, b) = (Self.numbers(30, seed: 7), Self.numbers(30, seed: 8))
    let found = try #require(rankCorrelation(a, b))
    #expect(rankCorrelation(a.map { $0 * $0 * $0 }, b) == found)
    #expect(rankCorrelation(b, a) == found)
    #expect(rankCorrelation(a, a) == 1)
    #expect(rankCorrelation(a, a.map { -$0 }) == -1)
    #expect(rankCorrelation([1, 2, .infinity], [1, 2, 3]) == 1)
  }

  @Test func whereThereIsNoOrderThereIsNone() {
    #expect(rankCorrelation([], []) == nil && rankCorrelation([1], [1]) == nil)
    #expect(rankCorrelation([0, 0, 0], [1, 2, 3]) == nil && rankCorrelation([1, 2, 3], [4, 4, 4]) == nil)
    #expect(rankCorrelation([1, .nan], [1, 2]) == nil && rankCorrelation([1, 2], [1, 2, 3]) == nil)
  }
}

/// Accuracy and margin of a prediction layer.
struct TaskPerformanceTests {
  @Test func theMarginIsTheRightLogitMinusTheBestOther() {
    let found = TaskPerformance(logits: [[2, -1, 0.5], [0, 3, 1], [1, 1, 4]], labels: [0, 1, 1])
    #expect(found.sentences == 3 && abs(found.accuracy - 2.0 / 3) < 1e-15)
    #expect(abs(found.margin - (1.5 + 2 - 3) / 3) < 1e-15)
  }

  @Test func aSentenceIsRightWhereItsMarginIsAboveZero() {
    for (logits, label, isRight) in [([0.1, 0.2], 1, true), ([0.1, 0.2], 0, false), ([0.5, 0.5], 0, true)] {
      let found = TaskPerformance(logits: [logits], labels: [label])
      #expect((found.accuracy == 1) == isRight)
      #expect(isRight ? found.margin >= 0 : found.margin < 0)
    }
  }

  @Test func whatIsNotANumberShows() {
    #expect(TaskPerformance(logits: [[1, .nan, 0]], labels: [0]).margin.isNaN)
    #expect(TaskPerformance(logits: [[.nan, 1]], labels: [0]).margin.isNaN)
    #expect(TaskPerformance(logits: [], labels: []) == TaskPerformance(logits: [[1, 2]], labels: [7]))
  }
}
