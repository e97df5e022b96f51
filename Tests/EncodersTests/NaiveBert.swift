import Activations
import Glibc
import TestSupport

/// BERT written down plainly in double precision, with loops over arrays: what the fast code is compared with.
struct NaiveBert {
  let model: TinyBert
  var ablations: [Ablation] = []

  struct Result {
    /// [layer][head][query][key]
    var attentions: [[[[Double]]]] = []
    /// [layer][position][hidden]: what the attention adds to the residual connection.
    var attentionOutputs: [[[Double]]] = []
    /// [layer][position][hidden]
    var contexts: [[[Double]]] = []
    /// [layer + 1][position][hidden]
    var hiddenStates: [[[Double]]] = []
  }

  func run(_ input: TokenizedInput, _ mask: AttentionMask) -> Result {
    let size = model.hidden
    let words = model.values("embeddings.word_embeddings.weight")
    let positions = model.values("embeddings.position_embeddings.weight")
    let types = model.values("embeddings.token_type_embeddings.weight")
    var hidden = (0..<input.count).map { p in
      (0..<size).map { i in
        words[Int(input.inputIDs[p]) * size + i] + positions[p * size + i]
          + types[Int(input.tokenTypeIDs[p]) * size + i]
      }
    }
    hidden = hidden.map { normalized($0, "embeddings.LayerNorm") }
    var result = Result()
    result.hiddenStates.append(hidden)
    for layer in 0..<model.layers {
      let name = "encoder.layer.\(layer)"
      let queries = hidden.map { dense($0, "\(name).attention.self.query") }
      let keys = hidden.map { dense($0, "\(name).attention.self.key") }
      let values = hidden.map { dense($0, "\(name).attention.self.value") }
      let (probabilities, context) = attention(queries, keys, values, mask, layer: layer)
      result.attentions.append(probabilities)
      result.contexts.append(context)
      let outputs = context.map { dense($0, "\(name).attention.output.dense") }
      result.attentionOutputs.append(outputs)
      let attended = zip(outputs, hidden).map { output, hidden in
        normalized(zip(output, hidden).map(+), "\(name).attention.output.LayerNorm")
      }
      hidden = attended.map { attended in
        let inner = dense(attended, "\(name).intermediate.dense").map { referenceActivation(model.activation, $0) }
        return normalized(zip(dense(inner, "\(name).output.dense"), attended).map(+), "\(name).output.LayerNorm")
      }
      result.hiddenStates.append(hidden)
    }
    return result
  }

  private func dense(_ x: [Double], _ name: String) -> [Double] {
    let weight = model.values("\(name).weight")
    return model.values("\(name).bias").enumerated().map { row, bias in
      x.indices.reduce(bias) { $0 + weight[row * x.count + $1] * x[$1] }
    }
  }

  private func normalized(_ x: [Double], _ name: String) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let (weight, bias) = (model.values("\(name).weight"), model.values("\(name).bias"))
    return x.indices.map { (x[$0] - mean) / (variance + model.epsilon).squareRoot() * weight[$0] + bias[$0] }
  }

  private func attention(
    _ queries: [[Double]], _ keys: [[Double]], _ values: [[Double]], _ mask: AttentionMask, layer: Int
  ) -> ([[[Double]]], [[Double]]) {
    let count = queries.count
    let headSize = model.hidden / model.heads
    var probabilities: [[[Double]]] = []
    var context = [[Double]](repeating: [Double](repeating: 0, count: model.hidden), count: count)
    for head in 0..<model.heads {
      let part = head * headSize..<(head + 1) * headSize
      let ablation = ablations.last { $0.head == HeadIndex(layer: layer, head: head) }?.kind
      probabilities.append(
        (0..<count).map { query in
          var row = (0..<count).map { key in
            guard mask[query, key] else { return 0.0 }
            if ablation == .uniformAttention { return 1 }
            return exp(part.reduce(0) { $0 + queries[query][$1] * keys[key][$1] } / Double(headSize).squareRoot())
          }
          let sum = row.reduce(0, +)
          if sum > 0 { row = row.map { $0 / sum } }
          if ablation == .zeroOutput { return row }
          for i in part { context[query][i] = (0..<count).reduce(0) { $0 + row[$1] * values[$1][i] } }
          return row
        })
    }
    return (probabilities, context)
  }
}

func naiveExponential(_ x: Double) -> Double { exp(x) }
