import Activations
import Insights

/// What the Flow view shows of a text so long that no layer's attention is held as a whole: rows around a query, and all of it in
/// coarse cells; of fewer tokens, all rows. It takes as long as the attention of all layers, so it shows what it has on its way.
package struct LongFlowTask: AnalysisTask {
  let flow: FlowTask
  /// The first of the queries whose rows are worked out.
  let first: Int
  /// Whether all of them are.
  let isWhole: Bool

  /// Of more tokens, so many rows are worked out together: each costs little beside the attention of all layers. Tests set it.
  @TaskLocal package static var rows = 512
  /// The rows move on by so many.
  private static var step: Int { rows / 8 }
  /// So many rows before and after a query are among those that are worked out with it, and then also among those from before, which are
  /// shown until all is worked out: whoever goes on meets no row that is not there.
  private static var margin: Int { (rows - step) / 2 }
  package static var mostRowsShown: Int { margin - step }

  package var needs: Needs { [.oneSentence, .allRows] }

  package func replaces(_ other: LongFlowTask) -> Bool { flow == other.flow && first != other.first }

  init(_ flow: FlowTask, around query: Int, of tokens: Int, isWhole: Bool) {
    self.flow = flow
    self.isWhole = isWhole
    let start = (query - Self.margin) / Self.step * Self.step
    first = isWhole ? 0 : max(min(start, tokens - Self.rows), 0)
  }

  /// Whether all rows of so many tokens are worked out.
  package static func isWhole(_ tokens: Int) -> Bool { WholeHeads.hold(tokens) }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> FlowMap? {
    let (trace, input) = (results.shown.trace, results.shown.input)
    guard let way = flow.way(through: trace.layers) else { return nil }
    let tokens = trace.queries
    let queries = isWhole ? 0..<tokens : first..<min(first + Self.rows, tokens)
    let factor = HeadOverview.factor(queries: tokens, keys: tokens)
    let blocks = isWhole ? [] : stride(from: 0, to: tokens, by: factor).map { $0..<min($0 + factor, tokens) }
    // PAD counts where there is nothing else.
    let counted = blocks.map { block in
      let real = block.filter { input.attentionMask[$0] }
      return real.isEmpty ? Array(block) : real
    }
    let rows = Tensor(shape: [queries.count + blocks.count, tokens]) { rows in
      rows.update(repeating: 0)
      for (row, query) in queries.enumerated() { rows[row * tokens + query] = 1 }
      for (row, counted) in counted.enumerated() {
        for query in counted { rows[(queries.count + row) * tokens + query] = 1 / Float(counted.count) }
      }
    }
    var rolled = RolledRows(rows, through: way.layers, pooling: way.pooling, hasResidual: way.hasResidual)
    func found() -> FlowMap {
      FlowMap(
        flow, rolled.shares[rows: 0..<queries.count], of: queries,
        coarse: blocks.isEmpty
          ? nil
          : coarse(
            rolled.shares[rows: queries.count..<queries.count + blocks.count], blocks, factor, counted.map(\.count)),
        layersLeft: rolled.layersLeft)
    }
    while rolled.layersLeft > 0 {
      results.report(found())
      guard rolled.advance(isCancelled: isCancelled) else { return nil }
    }
    return found()
  }

  /// What some queries have of each block of keys.
  private func coarse(_ means: Tensor, _ blocks: [Range<Int>], _ factor: Int, _ counts: [Int]) -> CoarsePicture {
    var cells: [Float?] = []
    for row in 0..<means.shape[0] {
      for keys in blocks { cells.append(Float(keys.reduce(0.0) { $0 + Double(means[row, $1]) })) }
    }
    return CoarsePicture(factor: factor, columns: blocks.count, cells: cells, pooling: .share, counts: counts)
  }
}

extension FlowTask {
  /// The layers that attention is followed through, and how; nil where it is not attention that is followed.
  fileprivate func way(
    through layers: [LayerTrace]
  ) -> (layers: [LayerTrace], pooling: HeadPooling, hasResidual: Bool)? {
    switch self {
    case .rollout(let layer, let pooling) where layers.indices.contains(layer):
      (Array(layers[...layer]), pooling, true)
    case .pooled(let layer, let pooling) where layers.indices.contains(layer): ([layers[layer]], pooling, false)
    default: nil
    }
  }

  /// Whether it can be worked out some rows at a time.
  fileprivate var isOfRows: Bool {
    switch self {
    case .rollout, .pooled: true
    case .layerNorms, .relevance, .attributed: false
    }
  }
}

extension State {
  /// The work behind what the Flow view shows.
  package var flowAnalysis: Analysis { longFlowTask.map { Analysis($0) } ?? Analysis(flowTask) }

  /// The same where rows are computed as they are looked at; nil elsewhere.
  private var longFlowTask: LongFlowTask? {
    computesRows && flowTask.isOfRows
      ? LongFlowTask(
        flowTask, around: query, of: queryPositions, isWhole: LongFlowTask.isWhole(queryPositions)) : nil
  }

  /// What the Flow view shows, or as much as is known of it; nil while nothing is.
  package var flowMap: FlowMap? {
    guard let task = longFlowTask else { return found(flowTask) }
    if !isComplete(Analysis(task)), let before = foundBefore(task), before.queries.contains(query) { return before }
    return found(task)
  }

  /// Whether the Flow view shows some rows, and all of them in coarse cells only.
  package var showsRowsOfFlow: Bool { longFlowTask != nil && !LongFlowTask.isWhole(queryPositions) }
}
