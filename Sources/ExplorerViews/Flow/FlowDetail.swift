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
    guard let flow = state.flowMap, let input = state.encoding?.input, flow.map.shape == [input.count, input.count]
    else {
      return []
    }
    func name(_ position: Int) -> String { TokenText.plain(input.tokens[position], glyphs: appearance.glyphs) }
    let row = flow.map.row(state.query)
    guard let most = row.indices.max(by: { row[$1].isLarger(than: row[$0]) }) else { return [] }
    let number = Words.fixed(Double(row[state.key]), 4)
    let (query, key) = (name(state.query), name(state.key))
    let from = "most from \(name(most)) (\(Words.fixed(Double(row[most]), 3)))"
    if state.showsNorms {
      return [
        "layer \(state.head.layer + state.countFrom) carries a vector of length \(number) from \(key) to \(query); \(from)",
        "\(key) to \(query): length \(number); \(from)", "length \(number)",
      ]
    }
    if state.exploration.showsAttribution {
      let number = Words.small(Double(row[state.key] / flow.unit))
      let from = "most from \(name(most)) (\(Words.small(Double(row[most] / flow.unit))))"
      let place = state.flow.measure == .rollout ? "after layer" : "layer"
      let what = state.flow.measure == .rollout ? "relevance" : "mean of (p dy/dp)+"
      return [
        "\(place) \(state.head.layer + state.countFrom), \(query) from \(key): \(what) \(number); \(from)",
        "\(query) from \(key): \(number); \(from)", "\(query) from \(key): \(number)",
      ]
    }
    switch state.flow.measure {
    case .rollout:
      let rest = "itself \(Words.fixed(Double(row[state.query]), 3))"
      return [
        "after layer \(state.head.layer + state.countFrom), query \(query): \(number) comes from \(key) of the input; \(from); \(rest)",
        "query \(query): \(number) comes from \(key); \(from)", "\(query) from \(key): \(number)",
      ]
    case .layer:
      return ["\(query) attends to \(key): \(number); \(from)", "\(query), \(key): \(number)"]
    }
  }
}
