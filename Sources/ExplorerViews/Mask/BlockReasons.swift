import Activations
import Explorer

/// Why a layer does not let queries see keys.
struct BlockReasons {
  enum Reason: Hashable {
    /// The mask was changed by hand.
    case byHand
    /// The mode of the mask: the key is PAD, the query is PAD, or the key comes later.
    case keyIsPad, queryIsPad, keyIsLater
    /// The family, whatever the mask says: it blocks PAD queries, or this layer only looks at neighbours.
    case padOfFamily, neighbours
    /// The family lets no query see what comes later, whatever the mask says.
    case laterOfFamily
  }

  let encoding: Encoding
  /// The mask as the layer applied it.
  let mask: AttentionMask
  let family: FamilyWords
  /// Whether the layer lets no query see later keys, by its nature.
  let isCausal: Bool
  private let layer: Int

  init(_ steps: HeadSteps, _ encoding: Encoding) {
    layer = steps.index.layer
    self.encoding = encoding
    mask = steps.layer.mask
    family = steps.family
    isCausal = steps.layer.traits?.block.isCausal ?? false
  }

  /// Nil where the pair is let through.
  func reason(query: Int, key: Int) -> Reason? {
    guard !mask[query, key] else { return nil }
    let isReal = encoding.input.attentionMask
    if encoding.mask[query, key] {
      if !isReal[query], family.blocksPadQueries { return .padOfFamily }
      return isCausal && key > query ? .laterOfFamily : .neighbours
    }
    if encoding.isEditedByHand(query: query, key: key) { return .byHand }
    if !isReal[key] { return .keyIsPad }
    return !isReal[query] && encoding.request.maskMode == .full ? .queryIsPad : .keyIsLater
  }

  /// How many keys of a query are blocked for a reason.
  func count(of reason: Reason, query: Int) -> Int {
    (0..<mask.size).count { self.reason(query: query, key: $0) == reason }
  }

  /// How many pairs are blocked by the family, though the mask that was asked for lets them through.
  ///
  /// - Parameter masks: the same masks by their runs, of a long text.
  func ofFamily(_ masks: LayerMasks?) -> (pad: Int, neighbours: Int, later: Int) {
    if let masks { return ofFamily(masks) }
    guard mask != encoding.mask else { return (0, 0, 0) }
    return ofFamily { query in
      (0..<mask.size).count { encoding.mask[query, $0] && !mask[query, $0] }
    } later: { query in
      (query + 1..<max(mask.size, query + 1)).count { encoding.mask[query, $0] }
    }
  }

  private func ofFamily(_ masks: LayerMasks) -> (pad: Int, neighbours: Int, later: Int) {
    guard !masks.isAsAsked(layer: layer) else { return (0, 0, 0) }
    let (asked, applied) = (masks.asked, masks[layer])
    return ofFamily { query in
      asked.visibleKeys(query: query) - asked.sharedKeys(query: query, with: applied)
    } later: { query in
      asked.visibleKeys(query: query, among: query + 1..<max(asked.keys, query + 1))
    }
  }

  /// From how many keys of a query the layer blocks beside those that are blocked already, and how many later ones there are.
  private func ofFamily(
    _ narrowed: (_ query: Int) -> Int, later: (_ query: Int) -> Int
  ) -> (pad: Int, neighbours: Int, later: Int) {
    var counts = (pad: 0, neighbours: 0, later: 0)
    for query in 0..<mask.size {
      let narrowed = narrowed(query)
      guard narrowed > 0 else { continue }
      if !encoding.input.attentionMask[query], family.blocksPadQueries {
        counts.pad += narrowed
      } else {
        let later = isCausal ? later(query) : 0
        counts.later += later
        counts.neighbours += narrowed - later
      }
    }
    return counts
  }
}
