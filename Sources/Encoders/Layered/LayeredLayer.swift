import Activations
import Compute

/// A layer of a `Layered` encoder.
struct LayeredLayer: Sendable {
  private let parts: Settings
  /// Queries of all heads, then keys and values of as many as there are.
  private let queryKeyValue: Dense
  private let headNorms: (query: Norm, key: Norm)?
  private let attentionOutput: Dense
  private let outputProjection: OutputProjection
  private let norms: Norms
  private let inner: FeedForward
  private let output: Dense
  private let bias: DistanceBias?
  private let traits: AttentionTraits

  /// What is no parameter.
  private struct Settings {
    let rotation: Int?
    let rotatesValues: Bool
    let block: OwnBlock
    let scale: Float
    let scalesQueries: Bool
    let normSpansHeads: Bool
    let attentionOutputAddsInput: Bool
  }

  private struct Norms {
    let input, attentionOutput, afterAttention, feedForwardInput, feedForwardOutput, output: Norm?
  }

  private enum FeedForward {
    case plain(Dense)
    case gated(gate: Dense, up: Dense)
  }

  /// `biasTables` has the tables of biases that were read for other layers.
  init(
    _ parts: LayerParts, _ blueprint: Blueprint, _ reader: ParameterReader, biasTables: inout [String: [Float]]
  ) throws {
    let (sizes, epsilon, activation) = (blueprint.sizes, blueprint.epsilon, blueprint.activation)
    let (queries, shared) = (sizes.heads * sizes.headSize, sizes.keyValueHeads * sizes.headSize)
    var traits = AttentionTraits()
    switch parts.projections {
    case .separate(let query, let key, let value):
      queryKeyValue = try reader.linear(
        [.init(query, queries), .init(key, shared), .init(value, shared)], inputs: sizes.hidden)
      traits.hasBias = (query.hasBias, key.hasBias, value.hasBias)
    case .fused(let all):
      queryKeyValue = try reader.linear(all, inputs: sizes.hidden, outputs: queries + 2 * shared)
      traits.hasBias = (all.hasBias, all.hasBias, all.hasBias)
    }
    func norm(_ name: String?) throws -> Norm? {
      try name.map { try reader.norm($0, blueprint.norm, size: sizes.hidden, epsilon: epsilon) }
    }
    norms = Norms(
      input: try norm(parts.norms.input), attentionOutput: try norm(parts.norms.attentionOutput),
      afterAttention: try norm(parts.norms.afterAttention), feedForwardInput: try norm(parts.norms.feedForwardInput),
      feedForwardOutput: try norm(parts.norms.feedForwardOutput), output: try norm(parts.norms.output))
    headNorms = try parts.headNorms.map { heads in
      let size = heads.spansHeads ? (queries, shared) : (sizes.headSize, sizes.headSize)
      return (
        try reader.norm(heads.query, heads.kind, size: size.0, epsilon: epsilon),
        try reader.norm(heads.key, heads.kind, size: size.1, epsilon: epsilon)
      )
    }
    attentionOutput = try reader.linear(parts.output, inputs: queries, outputs: sizes.hidden)
    outputProjection = try reader.outputProjection(parts.output, inputs: queries, outputs: sizes.hidden)
    let (hidden, size) = (sizes.hidden, sizes.intermediate)
    switch parts.feedForward {
    case .plain(let first, let second):
      inner = .plain(try reader.linear(first, inputs: hidden, outputs: size, activation: activation))
      output = try reader.linear(second, inputs: size, outputs: hidden)
    case .gated(let gate, let up, let down):
      inner = .gated(
        gate: try reader.linear(gate, inputs: hidden, outputs: size, activation: activation),
        up: try reader.linear(up, inputs: hidden, outputs: size))
      output = try reader.linear(down, inputs: size, outputs: hidden)
    case .fused(let both, let gateIsFirst, let down):
      let halves = [0..<size, size..<2 * size]
      func half(_ index: Int) -> ParameterReader.Outputs { .init(both, of: 2 * size, [halves[index]]) }
      inner = .gated(
        gate: try reader.linear([half(gateIsFirst ? 0 : 1)], inputs: hidden, activation: activation),
        up: try reader.linear([half(gateIsFirst ? 1 : 0)], inputs: hidden))
      output = try reader.linear(down, inputs: size, outputs: hidden)
    }
    switch parts.bias {
    case nil: bias = nil
    case .slopes: bias = DistanceBias(slopesOf: sizes.heads)
    case .buckets(let name, let buckets):
      let table =
        try biasTables[name] ?? reader.tensor("\(name).weight", shape: [buckets.count, sizes.heads]).values()
      biasTables[name] = table
      bias = DistanceBias(name: name, table: table, buckets)
    }
    self.parts = Settings(
      rotation: parts.rotation, rotatesValues: parts.rotatesValues, block: parts.block, scale: parts.scale,
      scalesQueries: parts.scalesQueries, normSpansHeads: parts.headNorms?.spansHeads ?? false,
      attentionOutputAddsInput: parts.norms.attentionOutputAddsInput)
    traits.readsNormalizedInput = parts.norms.input != nil
    traits.scalesQueries = parts.scalesQueries
    traits.normalizesQueriesAndKeys = parts.headNorms != nil
    traits.rotates = (parts.rotation != nil, parts.rotation != nil && parts.rotatesValues)
    traits.addition = parts.bias.map { if case .slopes = $0 { .slope } else { .distanceBias } }
    traits.block = parts.block
    traits.keyValueHeads = sizes.keyValueHeads < sizes.heads ? sizes.keyValueHeads : nil
    self.traits = traits
  }

  /// The layer's output, [row, hidden], and a trace for each sentence.
  func run(
    _ hidden: FloatStorage, index: Int, _ sizes: Sizes, _ shared: inout SharedAmongLayers, _ pass: ForwardPass
  ) throws -> (FloatStorage, [LayerTrace]) {
    let rows = pass.rows
    let fused = try project(hidden, sizes, &shared, pass)
    let biases = bias.map { shared.biases($0, heads: sizes.heads) }
    let (context, traces) = try pass.attention(
      layer: index, fused, heads: sizes.heads, headSize: sizes.headSize, visible: shared.visible(parts.block),
      scale: parts.scalesQueries ? 1 : parts.scale, biases: biases, output: outputProjection, traits: traits)
    let attended = pass.buffer(.attended, rows: rows, columns: sizes.hidden)
    try pass.dense(attentionOutput, context.pointer, rows: rows, into: attended)
    let add = { (numbers: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>) in
      pass.engine.kernels.addElements(numbers, to, rows * sizes.hidden)
    }
    if parts.attentionOutputAddsInput { add(hidden.pointer, attended) }
    norms.attentionOutput?.apply(to: attended, into: attended, rows: rows, on: pass.engine)
    add(hidden.pointer, attended)
    norms.afterAttention?.apply(to: attended, into: attended, rows: rows, on: pass.engine)

    let result = pass.storage(rows: rows, columns: sizes.hidden)
    try feedForward(attended, sizes, into: result.pointer, pass)
    norms.feedForwardOutput?.apply(to: result.pointer, into: result.pointer, rows: rows, on: pass.engine)
    add(attended, result.pointer)
    norms.output?.apply(to: result.pointer, into: result.pointer, rows: rows, on: pass.engine)
    return (result, traces)
  }

  /// [row, 3 · heads · headSize]: queries, keys and values as they are compared. Heads that share keys and values have them each.
  private func project(
    _ hidden: FloatStorage, _ sizes: Sizes, _ shared: inout SharedAmongLayers, _ pass: ForwardPass
  ) throws -> FloatStorage {
    let (rows, stride, size) = (pass.rows, queryKeyValue.outputSize, sizes.headSize)
    var input = UnsafePointer(hidden.pointer)
    if let norm = norms.input {
      let normalized = pass.buffer(.normalized, rows: rows, columns: sizes.hidden)
      norm.apply(to: input, into: normalized, rows: rows, on: pass.engine)
      input = UnsafePointer(normalized)
    }
    let fused = pass.storage(rows: rows, columns: stride)
    try pass.dense(queryKeyValue, input, rows: rows, into: fused.pointer)
    if let headNorms {
      let kernels = pass.engine.kernels
      let (queries, keys) = parts.normSpansHeads ? (1, 1) : (sizes.heads, sizes.keyValueHeads)
      for head in 0..<queries {
        headNorms.query.apply(inPlace: fused.pointer + head * size, rows: rows, stride: stride, with: kernels)
      }
      for head in 0..<keys {
        let first = fused.pointer + (sizes.heads + head) * size
        headNorms.key.apply(inPlace: first, rows: rows, stride: stride, with: kernels)
      }
    }
    if parts.scalesQueries {
      for row in 0..<rows {
        let queries = fused.pointer + row * stride
        for i in 0..<sizes.heads * size { queries[i] *= parts.scale }
      }
    }
    if let rotation = parts.rotation {
      let heads = sizes.heads + (parts.rotatesValues ? 2 : 1) * sizes.keyValueHeads
      for (sentence, angles) in zip(pass.sentences, shared.angles(rotation)) {
        angles.rotate(
          fused.pointer + sentence.rows.lowerBound * stride, rows: sentence.positions, heads: heads, stride: stride)
      }
    }
    return sizes.keyValueHeads == sizes.heads ? fused : expand(fused, sizes, pass)
  }

  /// The same with keys and values for each head: heads one after the other share them.
  private func expand(_ fused: FloatStorage, _ sizes: Sizes, _ pass: ForwardPass) -> FloatStorage {
    let (size, heads, shared) = (sizes.headSize, sizes.heads, sizes.keyValueHeads)
    let result = pass.storage(rows: pass.rows, columns: 3 * heads * size)
    for row in 0..<pass.rows {
      let (source, target) = (
        fused.pointer + row * (heads + 2 * shared) * size, result.pointer + row * 3 * heads * size
      )
      target.update(from: source, count: heads * size)
      for part in 0..<2 {
        for head in 0..<heads {
          (target + ((part + 1) * heads + head) * size)
            .update(from: source + (heads + part * shared + head / (heads / shared)) * size, count: size)
        }
      }
    }
    return result
  }

  /// The feed-forward of `attended`, [row, hidden], not yet added to it.
  private func feedForward(
    _ attended: UnsafeMutablePointer<Float>, _ sizes: Sizes, into result: UnsafeMutablePointer<Float>,
    _ pass: ForwardPass
  ) throws {
    let (rows, size) = (pass.rows, sizes.intermediate)
    var input = attended
    if let norm = norms.feedForwardInput {
      input = pass.buffer(.normalized, rows: rows, columns: sizes.hidden)
      norm.apply(to: attended, into: input, rows: rows, on: pass.engine)
    }
    let numbers = pass.buffer(.intermediate, rows: rows, columns: size)
    switch inner {
    case .plain(let first): try pass.dense(first, input, rows: rows, into: numbers)
    case .gated(let gate, let up):
      let gates = pass.buffer(.gate, rows: rows, columns: size)
      try pass.dense(up, input, rows: rows, into: numbers)
      try pass.dense(gate, input, rows: rows, into: gates)
      pass.forRows(rows) { part in
        let first = part.lowerBound * size
        pass.engine.kernels.multiplyElements(gates + first, numbers + first, part.count * size)
      }
    }
    try pass.dense(output, numbers, rows: rows, into: result)
  }
}
