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
    let off = state.headsWithoutOutput(from: state.flow.measure == .rollout && !state.showsNorms ? 0 : state.head.layer)
    let all = off.isEmpty ? "the heads" : "the heads that are on"
    let heads = state.flow.pooling == .mean ? "the mean over \(all)" : "the largest of \(all)"
    if state.showsNorms {
      return [
        "How long the vector is that layer \(layer) carries from each key (across) to each query (down): the norm of the sum "
          + "of p f(x) over \(off.isEmpty ? "its heads" : "its heads that are on") (Kobayashi et al. 2020). \(shape)",
        "How long the vector is that layer \(layer) carries from each key to each query: |sum of p f(x)|, f(x) the value projected.",
        "How long the vector is that layer \(layer) carries from each key to each query.",
        "Lengths of layer \(layer)",
      ]
    }
    if let relevance = relevanceWords(state, layer: layer, shape: shape) { return relevance }
    if let left = state.flowMap?.layersLeft, left > 0 { return wordsOnTheWay(state, layer: layer, left: left) }
    switch state.flow.measure {
    case .rollout:
      // Of the largest of the heads a row sums to more than 1, and its share is the larger.
      let parts =
        state.flow.pooling == .mean
        ? "half comes by attention, \(heads), and half straight on"
        : "attention, \(heads), and what goes straight on, 1, share by their sum: half or more comes by attention"
      return [
        "Attention rollout (Abnar & Zuidema 2020): the share of each input token (across) in each token after layer \(layer) "
          + "(down), if \(parts). \(shape)",
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

  /// What is shown while layers are still followed, from the last one to the first.
  private static func wordsOnTheWay(_ state: State, layer: Int, left: Int) -> [String] {
    let all = state.flow.measure == .rollout ? state.head.layer + 1 : 1
    let done = all - left
    return [
      "Following the attention down: \(done) of \(all) \(all == 1 ? "layer" : "layers"), from layer \(layer) on. Shown is the share of each "
        + "position before them (across) in each token after layer \(layer) (down).",
      "Following the attention: \(done) of \(all) layers. Shown is the share of each position before these.",
      "Following the attention: \(done) of \(all) layers", "\(done) of \(all) layers",
    ]
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
    state.flowMap.map { Legend(HeadPicture.Quantity($0.task), top: state.top(of: $0), unit: $0.unit) }
  }

  static func draw(_ state: State, _ appearance: Appearance, in area: Rect, on canvas: inout Canvas) {
    if let reason = state.reason(against: state.flowAnalysis) {
      canvas.draw(
        Words.cut(reason, to: area.columns, glyphs: appearance.glyphs), column: area.column, row: area.row,
        style: Style(attributes: .bold), glyphs: appearance.glyphs)
      return
    }
    guard let flow = state.flowMap, let picture = HeadPicture(onScreen: state) else {
      canvas.draw(
        state.failure == nil ? "following the attention" + Signs(appearance).ellipsis : "", column: area.column,
        row: area.row, style: Style(attributes: .dim), glyphs: appearance.glyphs)
      return
    }
    HeadView(state: state, appearance: appearance, area: area, picture: (picture, state.top(of: flow))).draw(
      on: &canvas)
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

extension State {
  /// What the end of the colours stands for: of coarse cells another number than of pairs.
  func top(of flow: FlowMap) -> Float {
    guard let largest = flow.largestOfCells, let step = flow.coarse?.factor else { return flow.largest }
    return switch self.zoom {
    case .fit: largest
    case .fixed(let cell): HeadLayout.keysPerColumn(cell) >= step ? largest : flow.largest
    case .words: flow.largest
    }
  }

  /// The heads of the layers from one up to the selected one that are off with their output zero, and so pass nothing on.
  func headsWithoutOutput(from first: Int) -> [HeadIndex] {
    guard let layers = encoding?.trace.layers else { return [] }
    return (first...max(head.layer, first)).filter(layers.indices.contains).flatMap { layer in
      layers[layer].ablations.filter { $0.value == .zeroOutput }.keys.sorted().map { HeadIndex(layer: layer, head: $0) }
    }
  }
}
