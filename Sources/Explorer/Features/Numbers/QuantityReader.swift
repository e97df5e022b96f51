import Activations
import Insights

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads a number out of what was computed, as docs/definitions.md defines it.
struct QuantityReader {
  private let quantity: Quantity
  private let state: State
  private let shown: Encoding
  /// The picture of the key, where the query's is another one.
  private let other: Encoding

  init(_ quantity: Quantity, _ state: State, _ shown: Encoding, _ other: Encoding) {
    self.quantity = quantity
    self.state = state
    self.shown = shown
    self.other = other
  }

  func value() throws(QuantityFailure) -> Double {
    switch quantity.name {
    case .cosine:
      return cosine(
        try vector(shown, try query(), try hiddenState(.state)),
        try vector(other, try key(), try hiddenState(.keyState)))
    case .similarity: return cosine(meanVector(shown), meanVector(other))
    case .nearest:
      let found = nearestTokens(
        to: try query(), in: shown.trace.hiddenStates[try hiddenState(.state)], of: shown.input)
      guard let first = found.first else { throw QuantityFailure("there is no other token") }
      return Double(first.position)
    case .length: return length(try vector(shown, try query(), try hiddenState(.state)))
    case .change:
      let layer = try layerIndex()
      let (before, after) = (try vector(shown, try query(), layer), try vector(shown, try query(), layer + 1))
      return length(zip(after, before).map { $0 - $1 })
    default: return try attention(try layer())
    }
  }

  private func attention(_ layer: LayerTrace) throws(QuantityFailure) -> Double {
    switch quantity.name {
    case .p: return try row(layer)[try key()]
    case .score: return Double(layer.attentionScore(head: try head(), query: try query(), key: try key()))
    case .scaled: return Double(layer.scaledScore(head: try head(), query: try query(), key: try key()))
    case .entropy: return -(try row(layer)).filter { $0 > 0 }.reduce(0) { $0 + $1 * log($1) }
    case .even: return 1 / Double(try visibleKeys(layer))
    case .evenEntropy: return log(Double(try visibleKeys(layer)))
    case .share:
      let keys = try sharedKeys()
      let probabilities = try whole(layer)
      return mean(shown.queryInput.realPositions) { query in keys.reduce(0) { $0 + Double(probabilities[query, $1]) } }
    case .sum:
      let filter = state.pictureFilter(shown.input)
      return (try row(layer)).enumerated().reduce(0) { filter.hides(key: $1.offset) ? $0 : $0 + $1.element }
    case .largest:
      let row = try row(layer)
      guard let most = row.max(), most > 0, let place = row.firstIndex(of: most) else {
        throw QuantityFailure("the query attends to nothing")
      }
      return Double(place)
    case .least: return try least(try whole(layer))
    case .valueLength: return length(numbers(layer.values, try head(), try key()))
    default:
      guard let statistic = HeadStatistic.named(quantity.name.rawValue) else {
        throw QuantityFailure("there is no number '\(quantity.name.rawValue)'")
      }
      let statistics = try statistics(layer)
      guard statistics.has(statistic) else {
        throw QuantityFailure(
          "queries and keys are tokens of different sentences: there is no \(quantity.name.rawValue)")
      }
      return statistics[statistic]
    }
  }

  /// The probabilities of the head, [query, key].
  private func whole(_ layer: LayerTrace) throws(QuantityFailure) -> Tensor {
    if shown.trace.computesRows, let reason = shown.obstacle(to: .allProbabilities) { throw QuantityFailure(reason) }
    return layer.probabilities(head: try head())
  }

  /// The statistics of the head: where a text is so long that attention is computed in parts, those that were taken on the way.
  private func statistics(_ layer: LayerTrace) throws(QuantityFailure) -> HeadStatistics {
    guard shown.trace.computesRows else {
      return HeadStatistics(probabilities: layer.probabilities(head: try head()), of: shown, mask: layer.mask)
    }
    let (index, head) = (try layerIndex(), try head())
    guard let overviews = shown.trace.overviews, overviews.indices.contains(index),
      overviews[index].indices.contains(head)
    else { throw QuantityFailure("the statistics of this text's heads are not known yet") }
    return overviews[index][head].statistics
  }

  /// The probabilities of the query; with another scale, as they would be.
  private func row(_ layer: LayerTrace) throws(QuantityFailure) -> [Double] {
    let (head, query) = (try head(), try query())
    guard let scale = quantity.number(.scale) else {
      return layer.probabilities(head: head, queries: query..<query + 1).row(0).map(Double.init)
    }
    let scores = (0..<shown.input.count).map { key -> Double in
      guard layer.mask[query, key] else { return -.infinity }
      return Double(layer.attentionScore(head: head, query: query, key: key)) * scale
        + Double(layer.scoreBias?[head, query, key] ?? 0)
    }
    guard let largest = scores.max(), largest.isFinite else { return scores.map { _ in 0 } }
    let exponentials = scores.map { exp($0 - largest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  /// The smallest probability that a word gives to the token so far from it.
  private func least(_ probabilities: Tensor) throws(QuantityFailure) -> Double {
    let offset = Int(exactly: quantity.number(.offset) ?? 0) ?? 0
    guard !shown.isCross else { throw QuantityFailure("queries and keys are tokens of different sentences") }
    let real = shown.input.realPositions
    let found = real.filter { real.contains($0 + offset) }.map { Double(probabilities[$0, $0 + offset]) }
    guard let least = found.min() else { throw QuantityFailure("no two tokens lie so far apart") }
    return least
  }

  private func visibleKeys(_ layer: LayerTrace) throws(QuantityFailure) -> Int {
    max(layer.mask.visibleKeys(query: try query()), 1)
  }

  // MARK: What it is asked of

  private func layerIndex() throws(QuantityFailure) -> Int {
    let index = quantity.count(.layer) ?? state.head.layer
    guard shown.trace.layers.indices.contains(index) else {
      throw QuantityFailure("there is no layer \(index): they count from 0 to \(shown.trace.layers.count - 1)")
    }
    return index
  }

  private func layer() throws(QuantityFailure) -> LayerTrace {
    let layer = shown.trace.layers[try layerIndex()]
    guard
      layer.hasVectors || quantity.number(.scale) == nil && ![.score, .scaled, .valueLength].contains(quantity.name)
    else { throw QuantityFailure("the file of this attention holds no queries, keys and values") }
    return layer
  }

  private func head() throws(QuantityFailure) -> Int {
    let index = quantity.count(.head) ?? state.head.head
    guard index < shown.trace.heads else {
      throw QuantityFailure("there is no head \(index): they count from 0 to \(shown.trace.heads - 1)")
    }
    return index
  }

  private func query() throws(QuantityFailure) -> Int {
    try quantity[.query].map { name throws(QuantityFailure) in try TokenName(name).position(in: shown.queryInput) }
      ?? min(state.query, max(shown.queryInput.count - 1, 0))
  }

  private func key() throws(QuantityFailure) -> Int {
    let input = quantity.name == .cosine ? other.input : shown.input
    return try quantity[.key].map { name throws(QuantityFailure) in try TokenName(name).position(in: input) }
      ?? inside(state.key, quantity.name == .cosine ? other : shown)
  }

  private func inside(_ position: Int, _ encoding: Encoding) -> Int { min(position, max(encoding.input.count - 1, 0)) }

  /// A key, or where `[PAD]` is asked for, all that are PAD.
  private func sharedKeys() throws(QuantityFailure) -> [Int] {
    let pads = shown.input.tokens.indices.filter { !shown.input.attentionMask[$0] }
    if let name = quantity[.key], let pad = pads.first, shown.input.tokens[pad] == name { return pads }
    return [try key()]
  }

  private func hiddenState(_ member: Quantity.Member) throws(QuantityFailure) -> Int {
    guard !shown.trace.hiddenStates.isEmpty else {
      throw QuantityFailure("the file of this attention holds no hidden states")
    }
    let index = quantity.count(member) ?? quantity.count(.state) ?? state.hiddenState
    guard shown.trace.hiddenStates.indices.contains(index) else {
      throw QuantityFailure(
        "there is no hidden state \(index): they count from 0 to \(shown.trace.hiddenStates.count - 1)")
    }
    return index
  }

  // MARK: Vectors

  private func vector(_ encoding: Encoding, _ position: Int, _ state: Int) throws(QuantityFailure) -> [Double] {
    guard encoding.trace.hiddenStates.indices.contains(state), position < encoding.input.count else {
      throw QuantityFailure("there is no such vector")
    }
    return encoding.trace.hiddenStates[state].row(position).map(Double.init)
  }

  private func numbers(_ tensor: Tensor, _ head: Int, _ position: Int) -> [Double] {
    tensor[slice: head].row(position).map(Double.init)
  }

  /// The mean of the last hidden states of all tokens that are not PAD: what sentence encoders compare.
  private func meanVector(_ encoding: Encoding) -> [Double] {
    guard let last = encoding.trace.hiddenStates.last else { return [] }
    let real = encoding.input.realPositions
    var sum = [Double](repeating: 0, count: last.shape[1])
    for position in real { for (index, number) in last.row(position).enumerated() { sum[index] += Double(number) } }
    return sum.map { $0 / Double(max(real.count, 1)) }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  private func length(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }
  private func cosine(_ a: [Double], _ b: [Double]) -> Double { dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot() }
  private func mean(_ positions: [Int], _ value: (Int) -> Double) -> Double {
    positions.map(value).reduce(0, +) / Double(max(positions.count, 1))
  }
}
