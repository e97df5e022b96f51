import Activations
import Compute
import Glibc
import Support
import Synchronization

/// What DeBERTa adds to the scores (`disentangled_attention_bias`): for a query i and a key j at a relative position r,
/// (qᵢ · K_r + kⱼ · Q_r) × scale, where K and Q are projections of embeddings of relative positions.
package final class DisentangledAttention: Sendable {
  private let terms: Set<PositionTerm>
  private let heads: Int
  private let headSize: Int
  private let scale: Float
  /// Relative positions are counted in buckets where this is more than 0, and clamped to the span where not.
  private let buckets: Int
  private let largestPosition: Int
  /// There are embeddings of the relative positions -span..<span.
  private let span: Int
  /// [2 · span, hidden]
  private let embeddings: FloatStorage
  private let projections: [Projection]
  /// The projected embeddings of each layer, made when they are first used: they do not depend on the input.
  private let projected: Mutex<[Int: Projected]> = Mutex([:])

  /// How one layer projects embeddings of relative positions.
  private enum Projection {
    /// With the projections of contents: queries, keys and values at once.
    case shared(Dense)
    case separate(key: Dense?, query: Dense?)
  }

  /// [2 · span, hidden] each; nil where the term is not used.
  private struct Projected: Sendable {
    var keys: FloatStorage?
    var queries: FloatStorage?
  }

  init(
    _ configuration: Configuration, _ reader: ParameterReader, _ sizes: Sizes, _ terms: Set<PositionTerm>,
    _ layers: [PostNormLayer], scale: Float, epsilon: Float, isFirst: Bool
  ) throws {
    self.terms = terms
    self.scale = scale
    heads = sizes.heads
    headSize = sizes.hidden / sizes.heads
    let limit = -1...Configuration.Limit.positions.upperBound
    let maximum = try configuration.optionalInteger("max_relative_positions", in: limit) ?? -1
    largestPosition = maximum < 1 ? sizes.positions : maximum
    buckets = isFirst ? 0 : max(0, try configuration.optionalInteger("position_buckets", in: limit) ?? -1)
    span = buckets > 0 ? buckets : largestPosition
    let hidden = sizes.hidden
    let stored = try reader.tensor("encoder.rel_embeddings.weight", shape: [2 * span, hidden])
    embeddings = FloatStorage(count: 2 * span * hidden)
    try stored.read(0, count: 2 * span * hidden, into: embeddings.pointer)
    let norms = (try configuration.optionalString("norm_rel_ebd") ?? "none").lowercased().split(separator: "|")
    if !isFirst, norms.contains(where: { $0.filter { $0 != " " } == "layer_norm" }) {
      let norm = try reader.layerNorm("encoder.LayerNorm", size: hidden, epsilon: epsilon)
      norm.apply(to: embeddings.pointer, into: embeddings.pointer, rows: 2 * span, on: reader.parameters.engine)
    }
    let isShared = try configuration.optionalBool("share_att_key") == true && !isFirst
    let names = isFirst ? (key: "pos_proj", query: "pos_q_proj") : (key: "pos_key_proj", query: "pos_query_proj")
    projections = try layers.enumerated().map { index, layer in
      guard !isShared else { return .shared(layer.queryKeyValue) }
      let name = "encoder.layer.\(index).attention.self"
      return .separate(
        key: terms.contains(.contentToPosition)
          ? try reader.dense(
            "\(name).\(names.key)", inputSize: hidden, outputSize: hidden, hasBias: !isFirst) : nil,
        query: terms.contains(.positionToContent)
          ? try reader.dense("\(name).\(names.query)", inputSize: hidden, outputSize: hidden) : nil)
    }
  }

  /// What `layer` adds to its scaled scores, [head, query, key] for each sentence. `fused` holds its queries, keys and
  /// values.
  func scoreBiases(layer: Int, _ fused: FloatStorage, _ pass: ForwardPass) throws -> [Tensor] {
    let projected = try project(layer, pass)
    return pass.sentences.map { sentence in
      scoreBias(
        projected, fused.pointer + sentence.rows.lowerBound * 3 * heads * headSize, positions: sentence.positions,
        pass.engine)
    }
  }

  /// [head, query, key]; `fused` begins with the first position of the sentence.
  private func scoreBias(
    _ projected: Projected, _ fused: UnsafePointer<Float>, positions: Int, _ engine: Engine
  ) -> Tensor {
    let hidden = heads * headSize
    // The rows of the embeddings for query - key = -(positions - 1) ... positions - 1.
    let rows = (1 - positions..<positions).map { min(max(bucket(queryMinusKey: $0) + span, 0), 2 * span - 1) }
    let used = (rows.min() ?? 0)..<(rows.max() ?? 0) + 1
    let indices = rows.map { $0 - used.lowerBound }
    let result = FloatStorage(count: heads * positions * positions)

    /// [position, used]: queries (0) or keys (1) of one head times the embeddings that are used.
    func multiply(
      _ contents: Int, _ embeddings: FloatStorage, head: Int, _ panels: FloatStorage, into products: FloatStorage
    ) {
      engine.kernels.multiply(
        fused + contents * hidden + head * headSize, stride: 3 * hidden, rows: positions, inner: headSize,
        byTransposed: embeddings.pointer + used.lowerBound * hidden + head * headSize, stride: hidden,
        columns: used.count, scale: scale, panels: panels.pointer, into: products.pointer, stride: used.count)
    }

    indices.withUnsafeBufferPointer { indices in
      engine.team.run(heads) { member, count in
        let products = FloatStorage(count: positions * used.count)
        let panels = FloatStorage(count: engine.kernels.panelCount(inner: headSize, columns: used.count))
        for head in ThreadTeam.share(of: heads, member: member, of: count) {
          let bias = result.pointer + head * positions * positions
          bias.update(repeating: 0, count: positions * positions)
          if let keys = projected.keys {
            multiply(0, keys, head: head, panels, into: products)
            for query in 0..<positions {
              let row = products.pointer + query * used.count
              for key in 0..<positions { bias[query * positions + key] = row[indices[query - key + positions - 1]] }
            }
          }
          if let queries = projected.queries {
            multiply(1, queries, head: head, panels, into: products)
            for query in 0..<positions {
              for key in 0..<positions {
                bias[query * positions + key] +=
                  products.pointer[key * used.count + indices[query - key + positions - 1]]
              }
            }
          }
        }
      }
    }
    return Tensor(storage: result, shape: [heads, positions, positions])
  }

  private func bucket(queryMinusKey distance: Int) -> Int {
    buckets > 0
      ? DisentangledAttention.bucket(queryMinusKey: distance, buckets: buckets, largestPosition: largestPosition)
      : distance
  }

  /// `make_log_bucket_position`: small distances as they are, larger ones logarithmically.
  package static func bucket(queryMinusKey distance: Int, buckets: Int, largestPosition: Int) -> Int {
    let middle = buckets / 2
    guard abs(distance) > middle, middle > 0 else { return distance }
    // In single precision, as the reference does it: at the limits of buckets it matters.
    let scale = logf(Float(largestPosition - 1) / Float(middle))
    let logarithm = logf(Float(abs(distance)) / Float(middle)) / scale * Float(middle - 1)
    guard logarithm.isFinite, let further = Int(saturating: logarithm, rule: .up) else { return distance }
    let bucket = middle.addingReportingOverflow(further).partialValue
    return distance < 0 ? -bucket : bucket
  }

  private func project(_ layer: Int, _ pass: ForwardPass) throws -> Projected {
    if let known = projected.withLock({ $0[layer] }) { return known }
    let (rows, hidden) = (2 * span, heads * headSize)
    var result = Projected()
    switch projections[layer] {
    case .shared(let fused):
      let all = pass.storage(rows: rows, columns: 3 * hidden)
      try pass.dense(fused, embeddings.pointer, rows: rows, into: all.pointer)
      func part(_ index: Int) -> FloatStorage {
        let storage = FloatStorage(count: rows * hidden)
        for row in 0..<rows {
          (storage.pointer + row * hidden).update(from: all.pointer + (3 * row + index) * hidden, count: hidden)
        }
        return storage
      }
      if terms.contains(.contentToPosition) { result.keys = part(1) }
      if terms.contains(.positionToContent) { result.queries = part(0) }
    case .separate(let key, let query):
      func product(_ dense: Dense?) throws -> FloatStorage? {
        guard let dense else { return nil }
        let storage = pass.storage(rows: rows, columns: hidden)
        try pass.dense(dense, embeddings.pointer, rows: rows, into: storage.pointer)
        return storage
      }
      result = Projected(keys: try product(key), queries: try product(query))
    }
    projected.withLock { $0[layer] = result }
    return result
  }
}
