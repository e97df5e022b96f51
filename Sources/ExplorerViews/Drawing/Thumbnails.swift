import Activations
import Explorer
import Synchronization

/// The small pictures of a computation's heads, once they have been drawn: to bring all probabilities to a few dots takes
/// longer than all else that is on a screen, and every key that is pressed needs the same dots again.
///
/// Nothing depends on what is kept here: a picture follows from the computation, its size and what is hidden.
package final class Thumbnails: Sendable {
  /// What all pictures of a grid have in common. Those of another look are forgotten.
  struct Look: Equatable {
    var columns: Int
    var rows: Int
    /// How many queries and keys a dot stands for.
    var factor: Int
    var filter: PictureFilter

    init(columns: Int, rows: Int, factor: Int = 1, filter: PictureFilter) {
      (self.columns, self.rows, self.factor, self.filter) = (columns, rows, factor, filter)
    }

    init(_ size: ThumbnailSize, filter: PictureFilter) {
      self.init(columns: size.columns, rows: size.rows, factor: size.factor, filter: filter)
    }
  }

  private struct Kept {
    var look: Look?
    var images: [HeadIndex: HeatImage] = [:]
    var wereSeen = false
  }

  private let kept = Mutex(Kept())

  /// The picture of a head; `draw` makes it where it is not there yet. `isSeen` says that it is on the screen now.
  func image(of head: HeadIndex, _ look: Look, isSeen: Bool = true, draw: () -> HeatImage) -> HeatImage {
    let known = kept.withLock { kept -> HeatImage? in
      if isSeen { kept.wereSeen = true }
      return kept.look == look ? kept.images[head] : nil
    }
    if let known { return known }
    let image = draw()
    kept.withLock { kept in
      if kept.look != look { (kept.look, kept.images) = (look, [:]) }
      kept.images[head] = image
    }
    return image
  }

  /// How they were seen last; nil where they were not.
  fileprivate var lookSeen: Look? { kept.withLock { $0.wereSeen ? $0.look : nil } }

  /// Of which heads there are pictures.
  var heads: Set<HeadIndex> { kept.withLock { Set($0.images.keys) } }
}

extension Computation {
  /// The small pictures of its heads.
  package var thumbnails: Thumbnails { drawings.value(Thumbnails.init) }

  /// Those of the heads beside one head, which have another size than those of the grid.
  var layerThumbnails: Thumbnails { drawings.value { LayerThumbnails() }.thumbnails }

  /// A head's small picture; each key's probabilities are multiplied by its weight, if any.
  func thumbnail(
    of head: HeadIndex, _ look: Thumbnails.Look, weights: [Float]? = nil, isSeen: Bool = true,
    among kept: Thumbnails? = nil
  ) -> HeatImage {
    func draw() -> HeatImage {
      // What was taken on the way, where a dot stands for whole cells of it.
      if weights == nil, !look.filter.isActive, let overview = overviews?[head.layer][head.head],
        look.factor % overview.factor == 0
      {
        return HeatImage(overview.picture, columns: look.columns, rows: look.rows, pooling: look.factor)
      }
      let layer = encoding.trace.layers[head.layer]
      return HeatImage(
        layer.probabilities(head: head.head), mask: layer.mask, columns: look.columns, rows: look.rows,
        pooling: look.factor, filter: look.filter, weights: weights)
    }
    return weights == nil ? (kept ?? thumbnails).image(of: head, look, isSeen: isSeen, draw: draw) : draw()
  }

  /// What a state shows of a head in small: its attention, what it carries, or what y comes by.
  func picture(
    of index: HeadIndex, _ look: Thumbnails.Look, _ state: State, among kept: Thumbnails? = nil
  ) -> HeatImage {
    if encoding.trace.isReadInParts {
      return state.coarsePicture(of: index).map { picture in
        (kept ?? thumbnails).image(of: index, look) {
          HeatImage(picture, columns: look.columns, rows: look.rows, pooling: look.factor, filter: look.filter)
        }
      } ?? HeatImage(columns: look.columns, rows: look.rows)
    }
    if let image = state.attribution?.thumbnail(of: index, look, of: self, isKept: kept == nil) { return image }
    let norms = state.valueNorms.flatMap { norms in norms.norms.count > index.layer ? norms : nil }
    return thumbnail(of: index, look, weights: norms?.norms[index.layer][index.head], among: kept)
  }

  /// Draws all small pictures as those of another computation were seen last, so that the screen, where this one takes
  /// the other's place, need not.
  package func drawThumbnails(like other: Thumbnails?) {
    // What is hidden depends on the tokens, which may be others here.
    guard let other, let look = other.lookSeen, !look.filter.isActive, !encoding.trace.isReadInParts else { return }
    for head in other.heads where head.layer < encoding.trace.layers.count && head.head < encoding.trace.heads {
      _ = thumbnail(of: head, look, isSeen: false)
    }
  }
}

/// The thumbnails of the heads beside one head, as a type of their own.
private final class LayerThumbnails: Sendable {
  let thumbnails = Thumbnails()
}

extension Attribution {
  /// The small pictures of its heads.
  package var thumbnails: Thumbnails { drawings.value(Thumbnails.init) }

  /// A head's small picture; nil where the attribution is of another sentence or model.
  func thumbnail(
    of head: HeadIndex, _ look: Thumbnails.Look, of computation: Computation, isSeen: Bool = true, isKept: Bool = true
  ) -> HeatImage? {
    let positions = computation.encoding.input.count
    guard gradients.indices.contains(head.layer), gradients[head.layer].shape.dropFirst() == [positions, positions],
      head.layer < computation.encoding.trace.layers.count, head.head < computation.encoding.trace.heads
    else { return nil }
    func draw() -> HeatImage {
      HeatImage(
        map(of: head) ?? computation.encoding.trace.probabilities(head),
        mask: computation.encoding.trace.layers[head.layer].mask, columns: look.columns, rows: look.rows,
        pooling: look.factor, filter: look.filter)
    }
    return isKept ? thumbnails.image(of: head, look, isSeen: isSeen, draw: draw) : draw()
  }

  /// Draws all small pictures as the first of others that were on the screen, so that the screen, where this one takes their
  /// place, need not.
  package func drawThumbnails(like others: [Thumbnails], of computation: Computation) {
    guard let look = others.lazy.compactMap(\.lookSeen).first, !look.filter.isActive else { return }
    for layer in gradients.indices {
      for head in 0..<gradients[layer].shape[0] {
        _ = thumbnail(of: HeadIndex(layer: layer, head: head), look, of: computation, isSeen: false)
      }
    }
  }
}
