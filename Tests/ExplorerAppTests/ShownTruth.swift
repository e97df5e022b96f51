import Activations
import Foundation
import Insights

/// What the screen should say of an encoding, worked out from its probabilities and vectors by the definitions, in double precision:
/// nothing of the code that makes sentences is used.
final class ShownTruth {
  let encoding: Encoding
  let family: String
  /// Whether tokens are hidden from the picture, one entry a position.
  let isHidden: [Bool]
  /// The mask that was asked for, [query][key], and what each layer makes of it.
  private let asked: [[Bool]]
  private let visible: [[[Bool]]]
  /// [layer][head][query][key], as they were captured.
  private let probabilities: [[[[Double]]]]
  private var vectors: [HeadIndex: [[Double]]] = [:]
  private var lengthsOfLayers: [Int: [[Double]]] = [:]

  init(encoding: Encoding, family: String, isHidden: [Bool]) {
    (self.encoding, self.family, self.isHidden) = (encoding, family, isHidden)
    let isReal = encoding.input.attentionMask
    let positions = isReal.indices
    let places = positions.filter { isReal[$0] } + positions.filter { !isReal[$0] }
    let blocked = Set(
      encoding.request.maskEdits.compactMap { edit in
        if case .cell(let query, let key, false) = edit { [places[query], places[key]] } else { nil }
      })
    let asked = positions.map { query in
      positions.map { key in
        if blocked.contains([query, key]) { return false }
        return switch encoding.request.maskMode {
        case .keys: isReal[key]
        case .none: true
        case .full: isReal[key] && isReal[query]
        case .causal: isReal[key] && key <= query
        }
      }
    }
    self.asked = asked
    visible = encoding.trace.layers.indices.map { layer in
      positions.map { query in
        positions.map { key in
          guard asked[query][key] else { return false }
          if family == "modernbert", layer % 3 != 0, abs(query - key) > 4 { return false }
          // To DeBERTa a PAD that some query may attend to is none.
          return family != "deberta-v2" || isReal[query] || asked.contains { $0[query] }
        }
      }
    }
    probabilities = encoding.trace.layers.map { layer in
      (0..<layer.heads).map { head in
        positions.map { layer.attentionProbabilities[slice: head].row($0).map(Double.init) }
      }
    }
  }

  var trace: AttentionTrace { encoding.trace }
  var input: TokenizedInput { encoding.input }
  var count: Int { input.count }
  var positions: Range<Int> { 0..<count }
  func isPad(_ position: Int) -> Bool { !input.attentionMask[position] }
  var real: [Int] { positions.filter { !isPad($0) } }

  // MARK: The mask of a layer, by the mode, what was done by hand and what the family does

  func isAsked(_ query: Int, _ key: Int) -> Bool { asked[query][key] }
  func isLocal(_ layer: Int) -> Bool { family == "modernbert" && layer % 3 != 0 }
  func isSeen(_ layer: Int, _ query: Int, _ key: Int) -> Bool { visible[layer][query][key] }
  func seen(_ layer: Int, _ query: Int) -> [Int] { positions.filter { isSeen(layer, query, $0) } }

  // MARK: Scores and probabilities

  func score(_ layer: Int, _ head: Int, _ query: Int, _ key: Int) -> Double {
    let layer = trace.layers[layer]
    return (0..<layer.queries.shape[2]).reduce(0) {
      $0 + Double(layer.queries[head, query, $1]) * Double(layer.keys[head, key, $1])
    }
  }

  func bias(_ layer: Int, _ head: Int, _ query: Int, _ key: Int) -> Double {
    Double(trace.layers[layer].scoreBias?[head, query, key] ?? 0)
  }

  /// How many products the family divides the root of: DeBERTa adds two more kinds.
  var divisor: Double {
    let size = Double(trace.layers[0].queries.shape[2])
    return (family == "deberta-v2" ? 3 * size : size).squareRoot()
  }

  func scaled(_ layer: Int, _ head: Int, _ query: Int, _ key: Int) -> Double {
    score(layer, head, query, key) / divisor + bias(layer, head, query, key)
  }

  /// The softmax of what `number` gives for the keys that a query sees; 0 for the others.
  func softmax(_ layer: Int, _ query: Int, _ number: (Int) -> Double) -> [Double] {
    let seen = seen(layer, query)
    let largest = seen.map(number).max() ?? 0
    let sum = seen.reduce(0) { $0 + exp(number($1) - largest) }
    return positions.map { seen.contains($0) ? exp(number($0) - largest) / sum : 0 }
  }

  /// As it was captured: even where the head was switched off so.
  func p(_ layer: Int, _ head: Int, _ query: Int, _ key: Int) -> Double { probabilities[layer][head][query][key] }

  func row(_ layer: Int, _ head: Int, _ query: Int) -> [Double] { probabilities[layer][head][query] }

  /// How the head was switched off.
  func off(_ layer: Int, _ head: Int) -> Ablation.Kind? {
    encoding.request.ablations.last { $0.head == HeadIndex(layer: layer, head: head) }?.kind
  }

  static func entropy(_ row: [Double]) -> Double { row.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }

  /// The queries that are not PAD and see a key.
  func counted(_ layer: Int) -> [Int] { real.filter { !seen(layer, $0).isEmpty } }

  // MARK: What is carried

  /// W_O v of a head and all keys; zeros where the head's output is.
  private func carried(_ layer: Int, _ head: Int) throws -> [[Double]] {
    let index = HeadIndex(layer: layer, head: head)
    if let found = vectors[index] { return found }
    let layerTrace = trace.layers[layer]
    let (hidden, size) = (trace.hiddenStates[0].shape[1], layerTrace.values.shape[2])
    let weight = try layerTrace.outputProjection?.weight()
    let rows = (0..<hidden).map { weight?.row($0).dropFirst(head * size).prefix(size).map(Double.init) ?? [] }
    let result = positions.map { key in
      guard off(layer, head) != .zeroOutput else { return [Double](repeating: 0, count: hidden) }
      let value = layerTrace.values[slice: head].row(key).map(Double.init)
      return rows.map { row in zip(row, value).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    vectors[index] = result
    return result
  }

  func carried(_ layer: Int, _ head: Int, _ key: Int) throws -> [Double] { try carried(layer, head)[key] }

  static func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// |p f(x)| of a head, [query][key].
  func lengths(_ layer: Int, _ head: Int) throws -> [[Double]] {
    let norms = try positions.map { Self.length(try carried(layer, head, $0)) }
    return positions.map { query in positions.map { p(layer, head, query, $0) * norms[$0] } }
  }

  /// |Σ p f(x)| of a layer, [query][key].
  func lengths(_ layer: Int) throws -> [[Double]] {
    if let found = lengthsOfLayers[layer] { return found }
    let vectors = try (0..<trace.heads).map { try carried(layer, $0) }
    let result = positions.map { query in
      positions.map { key in
        let weights = (0..<trace.heads).map { p(layer, $0, query, key) }
        return Self.length(
          vectors[0][key].indices.map { place in
            weights.indices.reduce(0) { $0 + weights[$1] * vectors[$1][key][place] }
          })
      }
    }
    lengthsOfLayers[layer] = result
    return result
  }

  /// The heads of a layer made into one, [query][key]: those whose output is zero pass nothing on.
  func pooled(_ layer: Int, _ pooling: HeadPooling) -> [[Double]] {
    let heads = (0..<trace.heads).filter { off(layer, $0) != .zeroOutput }
    return positions.map { query in
      positions.map { key in
        let all = heads.map { p(layer, $0, query, key) }
        return pooling == .mean ? all.reduce(0, +) / Double(max(all.count, 1)) : all.max() ?? 0
      }
    }
  }

  /// The rollout after a layer, [query][key].
  func rollout(_ layer: Int, _ pooling: HeadPooling) -> [[Double]] {
    var result = positions.map { i in positions.map { i == $0 ? 1.0 : 0 } }
    for index in 0...layer {
      let pooled = pooled(index, pooling)
      let step = positions.map { i in
        let row = positions.map { pooled[i][$0] + (i == $0 ? 1 : 0) }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      }
      result = step.map { row in
        positions.map { j in positions.reduce(0) { $0 + row[$1] * result[$1][j] } }
      }
    }
    return result
  }

  /// What is hidden of a row.
  func hidden(_ row: [Double]) -> Double { positions.reduce(0) { $0 + (isHidden[$1] ? row[$1] : 0) } }
}
