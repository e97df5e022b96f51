import Activations
import Insights

/// What pictures show of the heads of a layer of a long text where tokens are hidden; nothing where the text has none of them.
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
    guard filter.isActive else { return [] }
    return HiddenOverview.layer(
      layer, of: encoding, isHiddenQuery: filter.isHiddenQuery, isHiddenKey: filter.isHiddenKey,
      isCancelled: isCancelled)
  }
}

extension State {
  /// Whether tokens are to be hidden from the pictures of a text that is computed in parts, whether it has any of them or not. Every small
  /// picture asks for it: tokens are not looked at here.
  private var hidesInParts: Bool {
    computesRows && (!exploration.interventions.hidden.isEmpty || exploration.interventions.filter != nil)
  }

  /// What is shown of long texts where tokens are hidden: the layer of the selected head first; all layers where all are shown.
  var hiddenOverviewAnalyses: [Analysis] {
    guard hidesInParts, exploration.view != .flow else { return [] }
    let all = exploration.view == .grid ? Array(0..<model.layers) : []
    return ([head.layer] + all).uniqued.map { Analysis(HiddenOverviewTask(layer: $0, exploration.interventions)) }
  }

  /// What pictures show of the heads of a layer; nil until it is known, and empty where nothing is hidden.
  private func hiddenOverviews(layer: Int) -> [HiddenOverview]? {
    hidesInParts ? found(HiddenOverviewTask(layer: layer, exploration.interventions)) : []
  }

  /// Of how many layers it is known what the grid shows where tokens are hidden; nil where that is known of all, and where nothing has to
  /// be worked out for it.
  package var hiddenLayersKnown: Int? {
    guard hidesInParts, exploration.view == .grid else { return nil }
    let known = (0..<model.layers).count { hiddenOverviews(layer: $0) != nil }
    return known < model.layers ? known : nil
  }

  /// What pictures show of a head of a long text where tokens are hidden; nil until it is known, and where none are.
  package func hiddenOverview(of index: HeadIndex) -> HiddenOverview? {
    hiddenOverviews(layer: index.layer).flatMap { $0.indices.contains(index.head) ? $0[index.head] : nil }
  }

  /// The coarse picture of a head of a long text; nil until it is known.
  package func coarsePicture(of index: HeadIndex) -> CoarsePicture? {
    guard let layer = hiddenOverviews(layer: index.layer) else { return nil }
    return layer.isEmpty ? overview(of: index)?.picture : hiddenOverview(of: index)?.picture
  }
}
