import Activations
import Insights

/// The masks of a long text by their runs: the one that was asked for, and those that layers applied.
package struct LayerMasks: Sendable, Equatable {
  /// Each once.
  private let masks: [MaskRuns]
  private let ofLayers: [Int]

  /// Of an encoding; nil where `isCancelled` said yes on the way.
  package init?(_ encoding: Encoding, isCancelled: () -> Bool = { false }) {
    var known = [encoding.mask]
    var masks = [MaskRuns(encoding.mask)]
    var ofLayers: [Int] = []
    for layer in encoding.trace.layers {
      if isCancelled() { return nil }
      if let place = known.firstIndex(of: layer.mask) {
        ofLayers.append(place)
      } else {
        ofLayers.append(known.count)
        known.append(layer.mask)
        masks.append(MaskRuns(layer.mask))
      }
    }
    (self.masks, self.ofLayers) = (masks, ofLayers)
  }

  /// The mask that was asked for.
  package var asked: MaskRuns { masks[0] }

  /// The mask as a layer applied it.
  package subscript(layer: Int) -> MaskRuns { masks[ofLayers[layer]] }

  /// Whether a layer applied what was asked for.
  package func isAsAsked(layer: Int) -> Bool { ofLayers[layer] == 0 }

  /// Whether two layers have the same mask.
  package func areSame(_ a: Int, _ b: Int) -> Bool { ofLayers[a] == ofLayers[b] }
}

/// Goes through the masks of a long text once.
package struct LayerMasksTask: AnalysisTask {
  package var needs: Needs { .mask }

  package init() {}

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> LayerMasks? {
    LayerMasks(results.shown, isCancelled: isCancelled)
  }
}

extension State {
  /// So many tokens are looked at pair by pair with every key.
  private static let mostTokensOfPairs = 512

  /// Whether pictures of the mask are made of runs, which are found once: where there are too many pairs to be looked at with every key.
  package var readsMaskByRuns: Bool { isReadInParts || positions > State.mostTokensOfPairs }

  /// The runs of the masks of a long text; nil while they are being found, and where every pair is looked at.
  package var layerMasks: LayerMasks? { readsMaskByRuns ? found(LayerMasksTask()) : nil }
}
