import Activations
import Insights

/// The pair of tokens whose probability training has changed most in a head.
public struct PairChange: Sendable, Equatable {
  /// The head.
  public let head: HeadIndex
  /// Who asks: a position of the sentence.
  public let query: Int
  /// Who is asked: a position of the sentence.
  public let key: Int
  /// The probability before training.
  public let before: Float
  /// The probability now.
  public let after: Float
}

/// How far training has changed the attention of every head, on one sentence.
public struct HeadChanges: Sendable, Equatable {
  /// [layer][head]
  public let heads: [[EncodingComparison.HeadDifference]]
  /// Of every head that has changed, the pair that changed most; the largest change first. Positions are those of the sentence.
  public let pairs: [PairChange]

  /// Both numbers of every head, [layer][head].
  package var values: [[HeadChange]] { heads.map { $0.map { HeadChange($0) } } }
}

extension HeadChange {
  /// Of two maps that were compared: exactly 0 where no probability differs.
  package init(_ head: EncodingComparison.HeadDifference) {
    self.init(distance: head.largest == 0 ? 0 : 1 - head.cosine, largest: Double(head.largest))
  }
}

/// Compares the sentence on the screen with what it was before training.
package struct HeadChangesTask: AnalysisTask {
  package var slots: [Slot] { [.shown, .untrained] }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> HeadChanges? {
    guard let untrained = results.untrained else { return nil }
    do throws(ComparisonError) {
      let comparison = try EncodingComparison(untrained, results.shown, isCancelled: isCancelled)
      if isCancelled() { return nil }
      let heads = comparison.heads
      let changed = heads.joined().filter { $0.largest != 0 }
      let pairs = changed.compactMap { comparison.largestChanges(in: $0.head, count: 1).first }
      return HeadChanges(
        heads: heads,
        pairs: pairs.map { pair in
          PairChange(
            head: pair.head, query: comparison.positionsB[pair.query], key: comparison.positionsB[pair.key],
            before: pair.a, after: pair.b)
        }.sorted { abs($0.after - $0.before) > abs($1.after - $1.before) })
    } catch {
      throw AnalysisFailure(error.description)
    }
  }
}

extension Analysis {
  static let headChanges = Analysis(HeadChangesTask())
}

extension State {
  /// How far every head has changed. While that is worked out of newer weights, of those before them: of the same run, on the same
  /// sentence.
  package var headChanges: HeadChanges? { learning?.snapshot == nil ? nil : found(HeadChangesTask()) }

  /// Why the change of heads is not known, in words; nil where it is, and while it is worked out.
  package var noHeadChanges: String? { reason(against: .headChanges) }
}
