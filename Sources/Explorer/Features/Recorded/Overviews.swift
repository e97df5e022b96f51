import Activations
import Insights

extension AttentionTrace {
  /// Whether probabilities are not held, and some rows of a head are computed as fast as they are looked at.
  package var computesRows: Bool { isReadInParts && layers.first?.readsRows == true }
}

/// What is kept of the heads of a layer whose probabilities are read in parts.
package struct OverviewTask: AnalysisTask {
  let layer: Int

  package var needs: Needs { [] }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> [HeadOverview]? {
    guard results.shown.trace.layers.indices.contains(layer) else { return nil }
    return HeadOverview.layer(layer, of: results.shown, isCancelled: isCancelled)
  }
}

extension State {
  /// Whether what is shown has more probabilities than are held.
  package var isReadInParts: Bool {
    results[.shown]?.encoding.trace.isReadInParts ?? (model.recorded?.isReadInParts == true)
  }

  /// What was taken of all heads while they were computed, [layer][head]; nil where nothing was.
  private var takenOnTheWay: [[HeadOverview]]? { results[.shown]?.overviews }

  /// Reading all layers once, one after the other, where probabilities are read in parts: pictures and numbers come as they are read.
  /// Of what was computed, they were taken on the way.
  var overviewAnalyses: [Analysis] {
    guard isReadInParts, takenOnTheWay == nil else { return [] }
    return (0..<model.layers).map { Analysis(OverviewTask(layer: $0)) }
  }

  /// What is kept of the heads of a layer whose probabilities are read in parts; nil until it has been read.
  private func overviews(layer: Int) -> [HeadOverview]? {
    guard isReadInParts else { return nil }
    if let taken = takenOnTheWay { return taken.indices.contains(layer) ? taken[layer] : nil }
    return found(OverviewTask(layer: layer))
  }

  /// What is kept of a head whose probabilities are read in parts; nil until its layer has been read.
  package func overview(of head: HeadIndex) -> HeadOverview? {
    guard let layer = overviews(layer: head.layer), layer.indices.contains(head.head) else { return nil }
    return layer[head.head]
  }

  /// How many layers have been read; nil where they are not read in parts.
  package var layersRead: Int? {
    guard isReadInParts else { return nil }
    return (0..<model.layers).count { overviews(layer: $0) != nil }
  }

  /// The statistics of all heads, by the analysis of the whole or from what was read layer by layer; nil until all are there.
  package var headTable: HeadTable? {
    if let table = found(StatisticsTask()) { return table }
    guard isReadInParts else { return nil }
    let layers = (0..<model.layers).compactMap { overviews(layer: $0) }
    return layers.count == model.layers ? HeadTable(layers.map { $0.map(\.statistics) }) : nil
  }
}
