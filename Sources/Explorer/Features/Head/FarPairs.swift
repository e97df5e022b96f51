import Activations
import Insights

/// The strongest pairs of a head whose tokens lie far apart, one for a column of cells of the coarse picture: in a long text most attention goes to neighbours, and what goes
/// across it is lost among them.
package struct FarPairs: Sendable, Equatable {
  /// A query, a key and what the one gives to the other.
  package struct Pair: Sendable, Equatable {
    package let query: Int
    package let key: Int
    package let probability: Float
  }

  /// The tokens of a pair lie at least so far apart.
  package let distance: Int
  /// The strongest first.
  package let pairs: [Pair]
  /// The coarse picture that they were found in.
  package let picture: CoarsePicture

  /// The pair after one, or the first.
  package func next(after query: Int, _ key: Int) -> Pair? {
    guard let place = pairs.firstIndex(where: { $0.query == query && $0.key == key }) else { return pairs.first }
    return pairs[(place + 1) % pairs.count]
  }
}

/// Finds them: the cells of the coarse picture that lie off the diagonal say where, and the rows of these which.
package struct FarPairsTask: AnalysisTask {
  package var needs: Needs { [] }
  let head: HeadIndex

  /// So many are listed at most.
  private static let most = 8

  package init(of head: HeadIndex) { self.head = head }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> FarPairs? {
    let (trace, input) = (results.shown.trace, results.shown.input)
    guard trace.holds(head),
      let overview = trace.overviews?[head.layer][head.head]
        ?? HeadOverview.head(head, of: results.shown, isCancelled: isCancelled)
    else { return nil }
    let (layer, factor, columns) = (trace.layers[head.layer], overview.factor, overview.columns)
    // Between two cells lies one at least.
    let cells = overview.cells.indices.filter { abs($0 / columns - $0 % columns) >= 2 && (overview.cells[$0] ?? 0) > 0 }
      .sorted { (overview.cells[$0] ?? 0) > (overview.cells[$1] ?? 0) }
    var pairs: [FarPairs.Pair] = []
    var seen: Set<Int> = []
    for cell in cells where !seen.contains(cell % columns) {
      if isCancelled() { return nil }
      if pairs.count == Self.most { break }
      let queries = cell / columns * factor..<min((cell / columns + 1) * factor, trace.queries)
      let keys = cell % columns * factor..<min((cell % columns + 1) * factor, trace.keys)
      let rows = layer.probabilities(head: head.head, queries: queries)
      var best: FarPairs.Pair?
      for query in queries where input.attentionMask[query] {
        for key in keys where rows[query - queries.lowerBound, key] > best?.probability ?? 0 {
          best = FarPairs.Pair(query: query, key: key, probability: rows[query - queries.lowerBound, key])
        }
      }
      guard let best else { continue }
      seen.insert(cell % columns)
      pairs.append(best)
    }
    return FarPairs(
      distance: factor + 1, pairs: pairs.sorted { $0.probability > $1.probability }, picture: overview.picture)
  }
}

extension State {
  /// The strongest pairs far apart of the selected head, in a text so long that not every pair is seen; nil while they are looked for.
  package var farPairs: FarPairs? { isLongText ? found(FarPairsTask(of: head)) : nil }

  /// Whether a text is so long that a coarse picture of a head is another than that of all its pairs, which most often does not fit on the
  /// screen.
  package var isLongText: Bool {
    (computesRows || !isReadInParts) && !showsSegments
      && HeadOverview.factor(queries: queryPositions, keys: positions) > 1
      && encoding.map { !$0.isCross && !pictureFilter($0.input).isActive } == true && !exploration.showsNorms
      && !exploration.showsAttribution
  }

  var farPairAnalyses: [Analysis] { isLongText ? [Analysis(FarPairsTask(of: head))] : [] }
}
