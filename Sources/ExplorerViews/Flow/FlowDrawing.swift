import Activations
import Canvas
import Explorer
import Insights
import UserInput

/// How the Flow view is drawn, and what it says in words.
enum FlowDrawing: ViewDrawing {
  static func explanation(_ state: State) -> [String] {
    let tokens = state.positions
    let layer = state.head.layer + state.countFrom
    let shape = "[query \(tokens), key \(tokens)]"
    let heads = state.flow.pooling == .mean ? "the mean over the heads" : "the largest of the heads"
    if state.showsNorms {
      return [
        "How long the vector is that layer \(layer) carries from each key (across) to each query (down): the norm of the sum "
          + "of p f(x) over its heads (Kobayashi et al. 2020). \(shape)",
        "How long the vector is that layer \(layer) carries from each key to each query.", "Norms of layer \(layer)",
      ]
    }
    if let relevance = relevanceWords(state, layer: layer, shape: shape) { return relevance }
    switch state.flow.measure {
    case .rollout:
      return [
        "Attention rollout (Abnar & Zuidema 2020): the share of each input token (across) in each token after layer \(layer) "
          + "(down), if half comes by attention, \(heads), and half straight on. \(shape)",
        "Rollout: the share of each input token (across) in each token after layer \(layer) (down); \(heads).",
        "Rollout up to layer \(layer): input across",
      ]
    case .layer:
      return [
        "The attention of layer \(layer) alone, \(heads): queries down, keys across. \(shape)",
        "The attention of layer \(layer) alone, \(heads)", "Attention of layer \(layer)",
      ]
    }
  }

  /// What is shown while y is attributed.
  private static func relevanceWords(_ state: State, layer: Int, shape: String) -> [String]? {
    guard state.exploration.showsAttribution else { return nil }
    let unit = AttributionWords.factor(state.flowMap?.unit ?? 1, Signs(glyphs: .ascii))
    let numbers = unit.isEmpty ? "" : "; numbers\(unit)"
    switch state.flow.measure {
    case .rollout:
      return [
        "Relevance for y of each input token (across) in each token after layer \(layer) (down): R + A R layer by layer, A the mean "
          + "of (p dy/dp)+ over the heads (Chefer et al. 2021); shown is R - I\(numbers). \(shape)",
        "Relevance for y of each input token (across) in each after layer \(layer) (down): R - I, R = R + A R\(numbers).",
        "Relevance R - I up to layer \(layer)\(numbers)", "R - I, layer \(layer)\(numbers)",
      ]
    case .layer:
      return [
        "Layer \(layer) alone: the mean of (p dy/dp)+ over its heads, queries down, keys across\(numbers). \(shape)",
        "The mean of (p dy/dp)+ over the heads of layer \(layer)\(numbers)", "(p dy/dp)+ of layer \(layer)\(numbers)",
      ]
    }
  }

  static func detail(_ state: State, _ appearance: Appearance) -> [String] {
    FlowDetail(state: state, appearance: appearance).wordings
  }

  static func legend(_ state: State) -> Legend? {
    state.flowMap.map {
      if state.exploration.showsAttribution {
        let unit = AttributionWords.factor($0.unit, Signs(glyphs: .ascii))
        return Legend(low: "0", high: "\(Words.fixed(Double($0.largest), 2))\(unit)", scope: "relevance")
      }
      return Legend(low: "0", high: "\(Words.fixed(Double($0.largest), 2)) \(state.showsNorms ? "norm" : "share")")
    }
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    if let reason = state.reason(against: Analysis(state.flowTask)) {
      canvas.draw(
        Words.cut(reason, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
        style: Style(attributes: .bold), glyphs: appearance.glyphs)
      return
    }
    guard let flow = state.flowMap, let computation = state.computation,
      let picture = HeadPicture(state: state, computation: computation, flow: flow.map)
    else {
      canvas.draw(
        state.failure == nil ? "following the attention" + Signs(appearance).ellipsis : "", column: area.column,
        row: area.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    HeadView(state: state, appearance: appearance, area: area, picture: (picture, flow.largest)).draw(on: &canvas)
  }

  static func press(
    at point: Point, isDouble: Bool, _ state: State, _ appearance: Appearance, in area: Rect
  ) -> Resolution {
    HeadDrawing.press(at: point, isDouble: isDouble, state, appearance, in: area)
  }

  static func cellSizes(_ state: State, _ appearance: Appearance, in area: Rect) -> CellSizes? {
    HeadDrawing.cellSizes(state, appearance, in: area)
  }
}
