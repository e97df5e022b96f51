import Activations
import Insights

/// ‖f(x)‖ of all heads, and the largest ‖αf(x)‖ of each.
public struct ValueNorms: Sendable, Equatable {
  /// [layer][head][position]
  public let norms: [[[Float]]]
  /// [layer][head]
  public let largest: [[Float]]
}

/// A matrix between tokens that took some computing, [query, key], and what it is.
public struct FlowMap: Sendable, Equatable {
  public let analysis: Analysis
  public let map: Tensor
  public let largest: Float

  public static func == (a: FlowMap, b: FlowMap) -> Bool {
    a.analysis == b.analysis && a.largest == b.largest && a.map.shape == b.map.shape && a.map.values() == b.map.values()
  }
}

extension Analysis {
  /// The analyses of what is carried from token to token.
  func flow(_ trace: AttentionTrace, _ isCancelled: @Sendable () -> Bool) -> Findings? {
    switch self {
    case .valueNorms: return valueNorms(trace, isCancelled)
    case .rollout(let layer, let pooling):
      guard trace.layers.indices.contains(layer) else { return nil }
      let part = AttentionTrace(layers: Array(trace.layers[...layer]), hiddenStates: trace.hiddenStates)
      return AttentionRollout(part, pooling: pooling, isCancelled: isCancelled)?.layers.last.map(found)
    case .pooled(let layer, let pooling):
      guard trace.layers.indices.contains(layer) else { return nil }
      return found(trace.layers[layer].pooledProbabilities(pooling))
    case .layerNorms(let layer):
      guard trace.layers.indices.contains(layer) else { return nil }
      let layer = trace.layers[layer]
      guard let weight = try? layer.outputProjection?.weight() else { return .unavailable(Analysis.noProjection) }
      func check() throws(CancellationError) { if isCancelled() { throw CancellationError() } }
      do {
        guard
          let transformed = try TransformedValues(values: layer.values, outputProjection: weight, check: check)
        else { return .unavailable(Analysis.noProjection) }
        return found(try transformed.layerNorms(layer.attentionProbabilities, check: check))
      } catch {
        return nil
      }
    default: return nil
    }
  }

  private static let noProjection = "this layer's output projection cannot be read: no f(x) without it"

  private func found(_ map: Tensor) -> Findings {
    .flow(FlowMap(analysis: self, map: map, largest: map.largest()))
  }

  private func valueNorms(_ trace: AttentionTrace, _ isCancelled: @Sendable () -> Bool) -> Findings? {
    var norms: [[[Float]]] = []
    var largest: [[Float]] = []
    for layer in trace.layers {
      if isCancelled() { return nil }
      guard let weight = try? layer.outputProjection?.weight(),
        let lengths = transformedValueNorms(values: layer.values, outputProjection: weight)
      else { return .unavailable(Analysis.noProjection) }
      let heads = (0..<lengths.shape[0]).map { lengths.row($0) }
      norms.append(heads)
      largest.append(
        heads.enumerated().map { largestWeighted(layer.probabilities(head: $0), by: $1) })
    }
    return .valueNorms(ValueNorms(norms: norms, largest: largest))
  }
}

extension State {
  /// ‖f(x)‖ of all heads, where it is shown; nil while it is worked out.
  package var valueNorms: ValueNorms? {
    guard exploration.showsNorms, case .valueNorms(let norms)? = findings(.valueNorms) else { return nil }
    return norms
  }

  /// What pictures of heads need besides the result.
  var normAnalyses: [Analysis] { exploration.showsNorms ? [.valueNorms] : [] }

  /// What the Flow view shows.
  package var flowAnalysis: Analysis {
    if exploration.showsNorms { return .layerNorms(layer: head.layer) }
    return switch exploration.flow.measure {
    case .rollout: .rollout(layer: head.layer, exploration.flow.pooling)
    case .layer: .pooled(layer: head.layer, exploration.flow.pooling)
    }
  }

  package var flowMap: FlowMap? {
    guard case .flow(let map)? = findings(flowAnalysis) else { return nil }
    return map
  }
}

extension ValueNorms {
  /// ‖αf(x)‖ of one head, [query, key]; nil where there is no such head.
  package func weighted(_ probabilities: Tensor, _ head: HeadIndex) -> Tensor? {
    guard norms.indices.contains(head.layer), norms[head.layer].indices.contains(head.head) else { return nil }
    let lengths = norms[head.layer][head.head]
    let (queries, keys) = (probabilities.shape[0], probabilities.shape[1])
    guard lengths.count == keys else { return nil }
    return Tensor(shape: [queries, keys]) { result in
      for query in 0..<queries {
        for key in 0..<keys { result[query * keys + key] = probabilities[query, key] * lengths[key] }
      }
    }
  }

  package var largestOfAll: Float { largest.joined().max() ?? 0 }
}
