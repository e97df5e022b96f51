import Activations
import Insights
import Synchronization
import TestSupport
import Testing

@testable import Explorer
@testable import ExplorerApp
@testable import ExplorerViews

/// What flows through the layers of a text that is computed in parts.
@Suite(NoWholeHeads()) struct LongFlowTests {
  /// The flow of a very long text is told on its way, layer by layer: rows that are those of the ordinary rollout in the end, and all of
  /// it in coarse cells.
  @Test(arguments: HeadPooling.allCases) func flowIsFollowedDown(pooling: HeadPooling) throws {
    let parts = try #require(try LongText.explorer(160, limit: 0).state.computation)
    let whole = try #require(try LongText.explorer(160, limit: nil).state.computation).encoding.trace
    let layers = whole.layers.count
    for flow in [FlowTask.rollout(layer: layers - 1, pooling), .pooled(layer: 1, pooling)] {
      let told = Mutex<[FlowMap]>([])
      let analysis = Analysis(LongFlowTask(flow, around: 70, of: 160, isWhole: false))
      let found = analysis.run([.shown: parts]) { findings in
        if case .found(let finding) = findings, let map = finding.base as? FlowMap { told.withLock { $0.append(map) } }
      }
      guard case .found(let finding)? = found, let map = finding.base as? FlowMap else {
        Issue.record("\(flow)"); return
      }
      let isRollout = flow == .rollout(layer: layers - 1, pooling)
      let expected =
        isRollout
        ? try #require(AttentionRollout(whole, pooling: pooling).layers.last)
        : whole.layers[1].pooledProbabilities(pooling)
      #expect(told.withLock { $0.map(\.layersLeft) } == (1...(isRollout ? layers : 1)).reversed())
      #expect(map.layersLeft == 0 && map.queries == 0..<160)
      let coarse = try #require(map.coarse)
      #expect(coarse.factor == 2 && coarse.columns == 80 && coarse.rows == 80)
      for query in 0..<160 {
        for key in 0..<160 { #expect(abs(map.map[query, key] - expected[query, key]) < 2e-6) }
      }
      for (place, cell) in coarse.cells.enumerated() {
        let (query, key) = (place / 80 * 2, place % 80 * 2)
        let sum =
          expected[query, key] + expected[query, key + 1] + expected[query + 1, key] + expected[query + 1, key + 1]
        #expect(abs(try #require(cell) - sum / 2) < 2e-6)
      }
      // Of more cells in a dot, the share is that of all of their tokens.
      let pooled = try #require(coarse.pooled(rows: 3..<5, columns: 10..<12))
      let sum = (6..<10).flatMap { query in (20..<24).map { expected[query, $0] } }.reduce(0, +)
      #expect(abs(pooled - sum / 4) < 2e-6)
    }
  }

  /// Whoever goes on in a very long text meets no row that is not there: those of before are shown until the next ones are worked out.
  @Test func rowsOfFlowAreReadAhead() throws {
    try LongFlowTask.$rows.withValue(64) {
      var parts = try LongText.explorer(160, limit: 0, [.show(.flow), .selectPair(query: 60, key: 3)])
      let first = try #require(parts.state.flowMap)
      #expect(first.queries.count == 64 && first.queries.contains(40) && first.queries.contains(80))
      var state = parts.state
      let effects = reduce(&state, .action(.selectPair(query: 68, key: 3)))
      #expect(effects.count == 1 && state.flowMap == first)
      try parts.take(.action(.selectPair(query: 68, key: 3)))
      let next = try #require(parts.state.flowMap)
      #expect(next.queries.lowerBound > first.queries.lowerBound && next.queries.contains(90))
      let before = Analysis(LongFlowTask(.rollout(layer: 0, .mean), around: 60, of: 160, isWhole: false))
      #expect(parts.state.findings[before] == nil)
      // Far from there, nothing is known.
      state = parts.state
      _ = reduce(&state, .action(.selectPair(query: 150, key: 3)))
      #expect(state.flowMap == nil)
      for query in next.queries {
        for key in 0..<160 {
          if first.queries.contains(query) {
            #expect(
              first.map[query - first.queries.lowerBound, key] == next.map[query - next.queries.lowerBound, key])
          }
        }
      }
    }
  }

  /// Cells that are sums have a scale of their own: pairs would be dark on it.
  @Test func scalesOfCellsAndPairs() throws {
    var parts = try LongText.explorer(160, limit: 0, [.show(.flow), .zoom(.fit)])
    let flow = try #require(parts.state.flowMap)
    let cells = try #require(flow.largestOfCells)
    #expect(cells != flow.largest && parts.state.top(of: flow) == cells)
    try parts.take(.action(.zoom(.fixed(.block))))
    #expect(parts.state.top(of: flow) == flow.largest && flow.largest == flow.map.largest())
  }

  /// Of several cells the share is the mean over all of their queries, however many each has.
  @Test func sharesOfCellsWithFewQueries() {
    let picture = CoarsePicture(
      factor: 4, columns: 2, cells: [0.25, 0.75, 1, 0], pooling: .share, counts: [3, 1])
    let expected: Float = (0.25 * 3 + 1) / 4
    #expect(picture.pooled(rows: 0..<2, columns: 0..<1) == expected)
    #expect(picture.pooled(rows: 0..<2, columns: 0..<2) == 1)
    let maxima = CoarsePicture(factor: 4, columns: 2, cells: [0.25, nil, 1, .nan], pooling: .largest)
    #expect(maxima.pooled(rows: 0..<2, columns: 0..<1) == 1)
    #expect(maxima.pooled(rows: 0..<1, columns: 1..<2) == nil)
    #expect(maxima.pooled(rows: 0..<2, columns: 0..<2)?.isNaN == true)
  }
}
