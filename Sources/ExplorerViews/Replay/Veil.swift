import Activations
import Canvas
import Explorer
import Synchronization
import UserInput

extension State {
  /// The state as a question shows it: the crosshair is where the viewer chooses, and then at the answer; behind a veil
  /// there are no numbers that anything could give away.
  var asQuestioned: State {
    guard let question = playback?.question else { return self }
    var state = self
    if !question.asksForNumber {
      if question.isRevealed, case .cell(let query, let key) = question.question.answer {
        state.exploration.mark(query: query, key: key)
      } else {
        state.exploration.mark(query: question.query, key: question.key)
      }
    }
    guard question.isVeiled else { return state }
    func veiled(_ computation: Computation) -> Computation {
      computation.drawings.value(KeptVeil.init).value { computation.veiled }
    }
    state.results = results.mapValues(veiled)
    state.changeSegments(veiled)
    // Masks are no secret.
    state.findings = findings.filter { $0.key == Analysis(LayerMasksTask()) }
    return state
  }
}

/// A computation as it is behind the veil, which every frame shows.
///
/// Nothing depends on what is kept here.
private final class KeptVeil: Sendable {
  private let kept = Mutex<Computation?>(nil)

  func value(_ make: () -> Computation) -> Computation {
    if let known = kept.withLock({ $0 }) { return known }
    let made = make()
    kept.withLock { $0 = made }
    return made
  }
}

extension Computation {
  /// The same tokens, and nothing of what was computed for them.
  fileprivate var veiled: Computation {
    let layers = encoding.trace.layers.map { layer in
      guard !encoding.trace.isReadInParts else {
        let (queries, keys) = (layer.mask.queries, layer.mask.keys)
        return LayerTrace(probabilities: .zeros([layer.heads, queries, keys]), mask: layer.mask)
      }
      return LayerTrace(
        queries: layer.queries.zero, keys: layer.keys.zero, values: layer.values.zero,
        attentionProbabilities: layer.attentionProbabilities.zero, contextLayer: layer.contextLayer.zero,
        mask: layer.mask, scale: layer.scale, scoreBias: layer.scoreBias?.zero, ablations: layer.ablations)
    }
    let trace = AttentionTrace(
      layers: layers, hiddenStates: encoding.trace.hiddenStates.map(\.zero), isReadInParts: encoding.trace.isReadInParts
    )
    return Computation(
      id: id,
      encoding: Encoding(
        request: encoding.request, input: encoding.input, queryInput: encoding.isCross ? encoding.queryInput : nil,
        mask: encoding.mask, modeMask: encoding.modeMask, trace: trace, predictions: nil), joined: joined)
  }
}

extension Tensor {
  fileprivate var zero: Tensor { .zeros(shape) }

  /// Zeros, all rows of which are one.
  fileprivate static func zeros(_ shape: [Int]) -> Tensor {
    let row = Tensor(shape: [shape.last ?? 1]) { $0.update(repeating: 0) }
    let strides = shape.indices.map { $0 == shape.count - 1 ? 1 : 0 }
    return Tensor(storage: row.storage, shape: shape, strides: strides)
  }
}

extension Canvas {
  /// Covers colours and numbers of an area; words stay.
  mutating func veil(_ area: Rect, _ appearance: Appearance) {
    removeFinePictures()
    let shade: Unicode.Scalar = appearance.glyphs == .unicode ? "░" : ":"
    let dot: Unicode.Scalar = appearance.glyphs == .unicode ? "·" : "."
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn {
        let cell = self[column, row]
        guard let scalar = Unicode.Scalar(cell.base) else { continue }
        // The crosshair stays: it is what the viewer moves.
        let isHeat = (!cell.style.background.isStandard || "▀▄█▓▒░".unicodeScalars.contains(scalar))
        if cell.style.attributes.contains(.reverse) || cell.style.background == HeatPainter.cursor
          || cell.style.foreground == HeatPainter.cursor
        {
          if scalar.properties.numericType != nil { self[column, row] = Cell(base: dot, style: cell.style) }
        } else if isHeat, scalar == "[" || scalar == "]" {
          self[column, row] = Cell(base: scalar, style: Style(attributes: .bold))
        } else if isHeat {
          self[column, row] = Cell(base: shade, style: Style(attributes: .dim))
        } else if scalar.properties.numericType != nil {
          self[column, row] = Cell(base: dot, style: cell.style)
        }
      }
    }
  }
}
