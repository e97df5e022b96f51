import Activations
import Insights

/// The attention of a head between sentences or paragraphs.
package struct SegmentedHead: Sendable, Equatable {
  /// Where they lie among the tokens, and what they say.
  package let groups: WordGroups
  package let attention: PooledAttention
  /// The mask that was asked for; where nothing was changed by hand, that of the attention.
  let mask: AttentionMask
  /// The mask as its mode makes it, where it was changed by hand; else that of the attention.
  let modeMask: AttentionMask
}

/// Works it out, reading the head some rows at a time.
package struct SegmentsTask: AnalysisTask {
  package var needs: Needs { .oneSentence }
  let head: HeadIndex
  let unit: SegmentUnit

  /// More could be neither told apart nor held.
  package static let most = 2048

  package init(of head: HeadIndex, _ unit: SegmentUnit) { (self.head, self.unit) = (head, unit) }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> SegmentedHead? {
    let (encoding, trace) = (results.shown, results.shown.trace)
    guard trace.layers.indices.contains(head.layer), trace.layers[head.layer].heads > head.head else { return nil }
    let groups = WordGroups(unit, of: encoding.input, texts: encoding.texts)
    guard groups.count <= Self.most else {
      throw AnalysisFailure("the text has \(groups.count) \(unit.rawValue); \(Self.most) at most are shown as cells")
    }
    let layer = trace.layers[head.layer]
    guard let attention = PooledAttention(head.head, of: layer, groups, isCancelled: isCancelled) else { return nil }
    // Where nothing was changed by hand, both are the same.
    let (asked, modeMask) =
      encoding.request.maskEdits.isEmpty
      ? (attention.mask, attention.mask)
      : (PooledAttention.mask(encoding.mask, groups), PooledAttention.mask(encoding.modeMask, groups))
    return SegmentedHead(groups: groups, attention: attention, mask: asked, modeMask: modeMask)
  }
}

extension Encoding {
  /// The text that is shown, and the second one of a pair.
  package var texts: [String] {
    guard request.texts.indices.contains(request.sentence) else { return [] }
    return [request.texts[request.sentence]] + (request.pair.map { [$0] } ?? [])
  }
}

extension State {
  /// What tokens are put together to on the screen; nil where every token, or word, stands for itself. Attention has such parts, not
  /// the vectors that a head carries, and no gradients.
  package var wantedSegments: SegmentUnit? {
    guard exploration.view == .head, let unit = exploration.segments.unit, !exploration.showsNorms,
      !exploration.showsAttribution, !isDiagnosing, model.recorded?.isCross != true
    else { return nil }
    return unit
  }

  var segmentAnalyses: [Analysis] {
    wantedSegments.map { [Analysis(SegmentsTask(of: head, $0))] } ?? []
  }

  /// Why tokens are shown where sentences were asked for, in words; nil where that is not so.
  package var reasonAgainstSegments: String? {
    wantedSegments.flatMap { reason(against: Analysis(SegmentsTask(of: head, $0))) }
  }
}
