import Activations
import Compute

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

  /// [row, 3 · hidden]: queries, keys and values of `hidden`, [row, hidden].
  func project(_ hidden: FloatStorage, _ pass: ForwardPass) throws -> FloatStorage {
    let fused = pass.storage(rows: pass.rows, columns: queryKeyValue.outputSize)
    try pass.dense(queryKeyValue, hidden.pointer, rows: pass.rows, into: fused.pointer)
    return fused
  }

  /// What follows the attention: `context` and the layer's input `hidden`, both [row, hidden], become its output.
  func finish(_ context: FloatStorage, _ hidden: FloatStorage, _ pass: ForwardPass) throws -> FloatStorage {
    let rows = pass.rows
    let attended = pass.buffer(.attended, rows: rows, columns: hiddenSize)
    try pass.dense(attentionOutput, context.pointer, rows: rows, into: attended)
    attentionNorm.apply(to: attended, adding: hidden.pointer, into: attended, rows: rows, on: pass.engine)
    let inner = pass.buffer(.intermediate, rows: rows, columns: intermediate.outputSize)
    try pass.dense(intermediate, attended, rows: rows, into: inner)
    let result = pass.storage(rows: rows, columns: hiddenSize)
    try pass.dense(output, inner, rows: rows, into: result.pointer)
    outputNorm.apply(to: result.pointer, adding: attended, into: result.pointer, rows: rows, on: pass.engine)
    return result
  }
}

extension ForwardPass {
  /// Runs `layers` one after the other from `embeddings`, [row, hidden]. `biases` has an entry for each sentence.
  func run(
    _ layers: [PostNormLayer], heads: Int, from embeddings: FloatStorage, biases: [Tensor]? = nil
  ) throws -> [AttentionTrace] {
    let visible = sentences.map { VisibleKeys($0.mask) }
    let hiddenSize = layers.first?.hiddenSize ?? 0
    let headSize = hiddenSize / heads
    var hiddenStates = [embeddings]
    var traces: [[LayerTrace]] = []
    for (index, layer) in layers.enumerated() {
      try checkCancellation()
      let hidden = hiddenStates[index]
      let attended = try attention(
        layer: index, layer.project(hidden, self), heads: heads, headSize: headSize, visible: visible,
        scale: 1 / Float(headSize).squareRoot(), biases: biases, output: layer.outputProjection)
      hiddenStates.append(try layer.finish(attended.context, hidden, self))
      traces.append(attended.traces)
    }
    return self.traces(traces, hiddenStates: hiddenStates, columns: hiddenSize)
  }
}
