import Activations
import Insights

/// ‖f(x)‖ of all heads, and the largest ‖αf(x)‖ of each; both 0 for heads whose output was set to zero, which carry nothing.
public struct ValueNorms: Sendable, Equatable {
  /// [layer][head][position]
  public let norms: [[[Float]]]
  /// [layer][head]
  public let largest: [[Float]]
}

/// A matrix between tokens that took some computing, [query, key], and what it is.
public struct FlowMap: Sendable, Equatable {
  package let task: FlowTask
  /// [query, key]: the rollout, the pooled attention of a layer, or norms, of `queries`.
  public let map: Tensor
  /// The queries whose rows are known: all, unless the text is very long.
  public let queries: Range<Int>
  /// All of it in coarse cells, where not all rows are known.
  public let coarse: CoarsePicture?
  /// The largest entry, which the end of the colours stands for.
  public let largest: Float
  /// The same in coarse cells, which are sums; nil where there are none.
  public let largestOfCells: Float?
  /// A power of ten that `map` and `largest` have been multiplied by, so that there are digits to be seen.
  public var unit: Float = 1
  /// How many layers are still to be followed: until then it says what comes from the positions after them.
  public let layersLeft: Int

  init(
    _ task: FlowTask, _ map: Tensor, of queries: Range<Int>? = nil, coarse: CoarsePicture? = nil, layersLeft: Int = 0
  ) {
    self.task = task
    self.map = map
    self.queries = queries ?? 0..<map.shape[0]
    self.coarse = coarse
    self.layersLeft = layersLeft
    largest = map.largest()
    largestOfCells = coarse.map { $0.cells.reduce(0) { $1?.isFinite == true ? max($0, $1 ?? 0) : $0 } }
  }

  /// Whether both are of the same task and have the same numbers.
  public static func == (a: FlowMap, b: FlowMap) -> Bool {
    a.task == b.task && a.largest == b.largest && a.queries == b.queries && a.layersLeft == b.layersLeft
      && a.map.shape == b.map.shape && a.map.values() == b.map.values()
  }
}

/// ‖f(x)‖ of all heads.
package struct ValueNormsTask: AnalysisTask {
  package var needs: Needs { [.vectors, .allProbabilities] }
  package init() {}

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> ValueNorms? {
    var norms: [[[Float]]] = []
    var largest: [[Float]] = []
    for layer in results.shown.trace.layers {
      if isCancelled() { return nil }
      guard let weight = try? layer.outputProjection?.weight(),
        let lengths = transformedValueNorms(values: layer.values, outputProjection: weight)
      else { throw FlowTask.noProjection }
      let heads = (0..<lengths.shape[0]).map { head in
        layer.carries(head: head) ? lengths.row(head) : [Float](repeating: 0, count: lengths.shape[1])
      }
      norms.append(heads)
      largest.append(
        heads.enumerated().map { largestWeighted(layer.probabilities(head: $0), by: $1) })
    }
    return ValueNorms(norms: norms, largest: largest)
  }
}

/// What the Flow view shows: a matrix between tokens.
package enum FlowTask: AnalysisTask {
  package var needs: Needs { [.oneSentence, .allProbabilities] }

  /// Rollout: how much of each input token has reached each position after the layers up to one.
  case rollout(layer: Int, HeadPooling)
  /// The attention of a layer, its heads made into one.
  case pooled(layer: Int, HeadPooling)
  /// ‖Σ αf(x)‖ of a layer.
  case layerNorms(layer: Int)
  /// The relevance of the input for y after the layers up to one.
  case relevance(layer: Int, AttributionTask)
  /// E_h[(α ∘ ∂y/∂α)⁺] of a layer.
  case attributed(layer: Int, AttributionTask)

  fileprivate static let noProjection = AnalysisFailure(
    "this layer's output projection cannot be read: no f(x) without it")

  private var layer: Int {
    switch self {
    case .rollout(let layer, _), .pooled(let layer, _), .layerNorms(let layer), .relevance(let layer, _),
      .attributed(let layer, _):
      layer
    }
  }

  package var slots: [Slot] {
    switch self {
    case .rollout, .pooled, .layerNorms: [.shown]
    case .relevance(_, let attribution), .attributed(_, let attribution): attribution.slots
    }
  }

  package func run(
    _ results: AnalysisInputs, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> FlowMap? {
    let trace = results.shown.trace
    guard trace.layers.indices.contains(layer) else { return nil }
    switch self {
    case .rollout(_, let pooling):
      let part = AttentionTrace(layers: Array(trace.layers[...layer]), hiddenStates: trace.hiddenStates)
      return AttentionRollout(part, pooling: pooling, isCancelled: isCancelled)?.layers.last.map(found)
    case .pooled(_, let pooling): return found(trace.layers[layer].pooledProbabilities(pooling))
    case .layerNorms: return try layerNorms(trace.layers[layer], isCancelled)
    case .relevance(_, let task):
      let attribution = try task.run(results, isCancelled: isCancelled)
      return attribution?.relevance(upTo: layer, isCancelled: isCancelled)?.added.last.map(inUnits)
    case .attributed(_, let task):
      return try task.run(results, isCancelled: isCancelled)?.step(of: layer).map(inUnits)
    }
  }

  private func layerNorms(
    _ layer: LayerTrace, _ isCancelled: @Sendable () -> Bool
  ) throws(AnalysisFailure) -> FlowMap? {
    guard let weight = try? layer.outputProjection?.weight() else { throw FlowTask.noProjection }
    func check() throws(CancellationError) { if isCancelled() { throw CancellationError() } }
    let transformed: TransformedValues?
    do {
      transformed = try TransformedValues(values: layer.values, outputProjection: weight, check: check)
    } catch {
      return nil
    }
    guard let transformed else { throw FlowTask.noProjection }
    do {
      return found(try transformed.layerNorms(layer.attentionProbabilities, carries: layer.carries, check: check))
    } catch {
      return nil
    }
  }

  private func found(_ map: Tensor) -> FlowMap { FlowMap(self, map) }

  private func inUnits(_ map: Tensor) -> FlowMap {
    let unit = Attribution.unit(for: map.largest())
    var scaled = FlowMap(self, Tensor(shape: map.shape, map.values().map { $0 * unit }))
    scaled.unit = unit
    return scaled
  }
}

extension Analysis {
  static let valueNorms = Analysis(ValueNormsTask())
}

extension State {
  /// ‖f(x)‖ of all heads, where it is shown; nil while it is worked out.
  package var valueNorms: ValueNorms? {
    exploration.showsNorms ? found(ValueNormsTask()) : nil
  }

  /// What pictures of heads need besides the result.
  var normAnalyses: [Analysis] { exploration.showsNorms ? [.valueNorms] : [] }

  /// What the Flow view shows.
  package var flowTask: FlowTask {
    if exploration.showsNorms { return .layerNorms(layer: head.layer) }
    if let task = attributionTask {
      return exploration.flow.measure == .rollout
        ? .relevance(layer: head.layer, task) : .attributed(layer: head.layer, task)
    }
    return switch exploration.flow.measure {
    case .rollout: .rollout(layer: head.layer, exploration.flow.pooling)
    case .layer: .pooled(layer: head.layer, exploration.flow.pooling)
    }
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
