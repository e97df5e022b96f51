import Activations
import Insights

/// What pictures show of a head of a long text where tokens are hidden: as much as `HeadOverview` keeps of it where none are.
package struct HiddenOverview: Sendable, Equatable {
  /// The largest probability in each cell that is not hidden; nil where the mask blocks all of it, or all of it is hidden.
  package let picture: CoarsePicture
  /// The largest probability that is not hidden.
  package let largest: Float
  /// Where that is; nil where nothing is larger than 0. Queries that are PAD do not count.
  package let strongest: HeadOverview.Pair?
  /// How much of each query's attention goes to hidden keys.
  package let mass: [Double]
}

/// What pictures show of the heads of a layer of a long text where tokens are hidden.
package struct HiddenOverviewTask: AnalysisTask {
  package var needs: Needs { [.oneSentence] }
  let layer: Int
  private let hidden: Set<TokenKind>
  private let filter: TextFilter?

  /// Of the tokens that these interventions leave out of pictures.
  init(layer: Int, _ interventions: Interventions) {
    (self.layer, hidden, filter) = (layer, interventions.hidden, interventions.filter)
  }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [HiddenOverview]? {
    let encoding = results.shown
    guard encoding.trace.layers.indices.contains(layer) else { return nil }
    var interventions = Interventions()
    (interventions.hidden, interventions.filter) = (hidden, filter)
    let filter = PictureFilter(interventions, for: encoding.input)
    var overviews: [HiddenOverview] = []
    for head in 0..<encoding.trace.layers[layer].heads {
      guard let overview = HiddenOverview(head, of: encoding, layer: layer, filter, isCancelled) else { return nil }
      overviews.append(overview)
    }
    return overviews
  }
}

extension HiddenOverview {
  /// Reads a head, some rows of cells at a time; nil where `isCancelled`, which is asked again and again, said yes.
  fileprivate init?(
    _ head: Int, of encoding: Encoding, layer index: Int, _ filter: PictureFilter, _ isCancelled: () -> Bool
  ) {
    let (layer, count) = (encoding.trace.layers[index], encoding.input.count)
    let factor = HeadOverview.factor(queries: count, keys: count)
    let groups = stride(from: 0, to: count, by: factor).map { $0..<min($0 + factor, count) }
    let shownKeys = groups.map { $0.filter { !filter.hides(key: $0) } }
    var (cells, mass): ([Float?], [Double]) = ([], [])
    var best: (value: Float, pair: HeadOverview.Pair)?
    var largest: Float = 0
    // About 64 queries, in whole rows of cells.
    let step = max(64 / factor, 1)
    for first in stride(from: 0, to: groups.count, by: step) {
      if isCancelled() { return nil }
      let rows = groups[first..<min(first + step, groups.count)]
      let start = first * factor
      let map = layer.probabilities(head: head, queries: start..<(rows.last?.upperBound ?? start))
      mass += hiddenMass(map, isHidden: filter.isHiddenKey)
      let maxima = ColumnMaxima(map, from: start, mask: layer.mask, weights: nil)
      for row in rows {
        let shown = row.filter { !filter.hides(query: $0) }
        let ofKeys = maxima.of(shown)
        for keys in shownKeys {
          let cell = ColumnMaxima.value(keys.reduce(ColumnMaxima.blocked) { max($0, ofKeys[$1]) })
          cells.append(cell)
          // NaN is never hidden.
          if let cell, cell.isNaN || cell > largest { largest = cell }
        }
        for query in shown where encoding.input.attentionMask[query] {
          for key in 0..<count where map[query - start, key] > best?.value ?? 0 {
            guard layer.mask[query, key], !filter.hides(key: key) else { continue }
            best = (map[query - start, key], HeadOverview.Pair(query: query, key: key))
          }
        }
      }
    }
    picture = CoarsePicture(factor: factor, columns: groups.count, cells: cells, pooling: .largest)
    self.largest = largest
    self.mass = mass
    strongest = best?.pair
  }
}

extension State {
  /// Whether tokens are hidden from the pictures of a text that is computed in parts.
  private var hidesInParts: Bool {
    computesRows && encoding.map { pictureFilter($0.input).isActive } == true
  }

  /// What is shown of long texts where tokens are hidden: the layer of the selected head first; all layers where all are shown.
  var hiddenOverviewAnalyses: [Analysis] {
    guard hidesInParts, [ViewID.grid, .head].contains(exploration.view) else { return [] }
    let all = exploration.view == .grid ? Array(0..<model.layers) : []
    return ([head.layer] + all).uniqued.map {
      Analysis(HiddenOverviewTask(layer: $0, exploration.interventions))
    }
  }

  /// What pictures show of a head of a long text where tokens are hidden; nil until it is known, and where none are.
  package func hiddenOverview(of index: HeadIndex) -> HiddenOverview? {
    guard hidesInParts else { return nil }
    let layer = found(HiddenOverviewTask(layer: index.layer, exploration.interventions))
    return layer.flatMap { $0.indices.contains(index.head) ? $0[index.head] : nil }
  }

  /// The coarse picture of a head of a long text; nil until it is known.
  package func coarsePicture(of index: HeadIndex) -> CoarsePicture? {
    hidesInParts ? hiddenOverview(of: index)?.picture : overview(of: index)?.picture
  }
}
