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

  /// 1 - cosine of a head's maps before and after; exactly 0 where no probability differs.
  package static func distance(_ head: EncodingComparison.HeadDifference) -> Double {
    head.largest == 0 ? 0 : 1 - head.cosine
  }

  /// How far a head has changed.
  package func change(of head: HeadIndex, by measure: ChangeMeasure) -> Double? {
    guard heads.indices.contains(head.layer), heads[head.layer].indices.contains(head.head) else { return nil }
    let difference = heads[head.layer][head.head]
    return measure == .cosine ? Self.distance(difference) : Double(difference.largest)
  }

  /// The largest change of any head; 0 where no head has changed.
  package func largest(by measure: ChangeMeasure) -> Double {
    heads.joined().compactMap { change(of: $0.head, by: measure) }.filter(\.isFinite).max() ?? 0
  }

  /// How many heads have changed at all.
  package var changed: Int { heads.joined().count { $0.largest != 0 } }
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
  package var headChanges: HeadChanges? {
    guard learning?.snapshot != nil, let untrained = results[.untrained]?.id,
      let finding = findings[.headChanges], finding.sources.last == untrained,
      case .found(let result) = finding.findings
    else { return nil }
    return result.base as? HeadChanges
  }

  /// Why the change of heads is not known, in words; nil where it is, and while it is worked out.
  package var noHeadChanges: String? { reason(against: .headChanges) }
}
