import Activations
import Canvas
import Explorer
import Insights
import Support

/// What the flow says in words: the marked pair, and where most comes from.
struct FlowDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    guard let picture = HeadPicture(onScreen: state) else { return [] }
    func name(_ position: Int) -> String { TokenText.plain(picture.tokens[position], glyphs: appearance.glyphs) }
    let value = picture.shown[picture.query, picture.key]
    let (query, key) = (name(picture.query), name(picture.key))
    // The mask lets nothing by in this layer; through several layers it can.
    guard picture.shown(picture.query, picture.key) != nil else {
      return ["\(query) from \(key): blocked by the mask of this layer", "\(query), \(key): blocked"]
    }
    let number = Words.fixed(Double(value), 4)
    let unit = picture.unit
    func from(_ number: (Float) -> String) -> String {
      picture.most(of: picture.query).map { "; most from \(name($0)) (\(number(picture.shown[picture.query, $0])))" }
        ?? ""
    }
    let from = from { unit > 1 ? Words.small(Double($0 / unit)) : Words.fixed(Double($0), 3) }
    if state.showsNorms {
      return [
        "layer \(state.head.layer + state.countFrom) carries a vector of length \(number) from \(key) to \(query)\(from)",
        "\(key) to \(query): length \(number)\(from)", "length \(number)",
      ]
    }
    if state.exploration.showsAttribution {
      let number = Words.small(Double(value / unit))
      let place = state.flow.measure == .rollout ? "after layer" : "layer"
      let what = state.flow.measure == .rollout ? "relevance" : "mean of (p dy/dp)+"
      return [
        "\(place) \(state.head.layer + state.countFrom), \(query) from \(key): \(what) \(number)\(from)",
        "\(query) from \(key): \(number)\(from)", "\(query) from \(key): \(number)",
      ]
    }
    switch state.flow.measure {
    case _ where (state.flowMap?.layersLeft ?? 0) > 0:
      return ["so far, query \(query): \(number) comes from position \(key)\(from)", "so far \(number)"]
    case .rollout:
      let rest = "itself \(Words.fixed(Double(picture.shown[picture.query, picture.query]), 3))"
      return [
        "after layer \(state.head.layer + state.countFrom), query \(query): \(number) comes from \(key) of the input\(from); \(rest)",
        "query \(query): \(number) comes from \(key)\(from)", "\(query) from \(key): \(number)",
      ]
    case .layer:
      return ["\(query) attends to \(key): \(number)\(from)", "\(query), \(key): \(number)"]
    }
  }
}
