import Activations

/// A transformer layer of the original kind: attention, add and normalize, feed-forward, add and normalize.
///
/// What `BertLayer` is in Hugging Face's `modeling_bert.py`; other families differ in the names of the parameters and in
/// what they add to the scores.
struct PostNormLayer: Sendable {
  /// Queries, keys and values in one product: [3 · hidden].
  let queryKeyValue: Dense
  let attentionOutput: Dense
  let outputProjection: OutputProjection
  let attentionNorm: LayerNorm
  let intermediate: Dense
  let output: Dense
  let outputNorm: LayerNorm

  var hiddenSize: Int { attentionNorm.size }

  /// [position, 3 · hidden]: queries, keys and values of `hidden`, [position, hidden].
  func project(_ hidden: FloatStorage, _ pass: ForwardPass) throws -> FloatStorage {
    let fused = pass.storage(rows: pass.positions, columns: queryKeyValue.outputSize)
    try pass.dense(queryKeyValue, hidden.pointer, rows: pass.positions, into: fused.pointer)
    return fused
  }

  /// What follows the attention: `context` and the layer's input `hidden`, both [position, hidden], become its output.
  func finish(_ context: FloatStorage, _ hidden: FloatStorage, _ pass: ForwardPass) throws -> FloatStorage {
    let rows = pass.positions
    let attended = pass.buffer(.attended, rows: rows, columns: hiddenSize)
    try pass.dense(attentionOutput, context.pointer, rows: rows, into: attended)
    attentionNorm.apply(to: attended, adding: hidden.pointer, into: attended, rows: rows)
    let inner = pass.buffer(.intermediate, rows: rows, columns: intermediate.outputSize)
    try pass.dense(intermediate, attended, rows: rows, into: inner)
    let result = pass.storage(rows: rows, columns: hiddenSize)
    try pass.dense(output, inner, rows: rows, into: result.pointer)
    outputNorm.apply(to: result.pointer, adding: attended, into: result.pointer, rows: rows)
    return result
  }
}

extension ForwardPass {
  /// Runs `layers` one after the other from `embeddings`, [position, hidden].
  func run(
    _ layers: [PostNormLayer], heads: Int, from embeddings: FloatStorage, mask: AttentionMask, bias: Tensor? = nil
  ) throws -> AttentionTrace {
    let visible = VisibleKeys(mask)
    let hiddenSize = layers.first?.hiddenSize ?? 0
    let headSize = hiddenSize / heads
    var hidden = embeddings
    var traces: [LayerTrace] = []
    var hiddenStates = [tensor(hidden, columns: hiddenSize)]
    for (index, layer) in layers.enumerated() {
      try checkCancellation()
      let fused = try layer.project(hidden, self)
      let trace = try attention(
        layer: index, fused, heads: heads, headSize: headSize, visible: visible,
        scale: 1 / Float(headSize).squareRoot(), bias: bias, output: layer.outputProjection)
      hidden = try layer.finish(trace.contextLayer.storage, hidden, self)
      traces.append(trace)
      hiddenStates.append(tensor(hidden, columns: hiddenSize))
    }
    return AttentionTrace(layers: traces, hiddenStates: hiddenStates)
  }
}
