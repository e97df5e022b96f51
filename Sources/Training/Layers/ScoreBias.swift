import Encoders

/// What a network adds to the scaled scores of its layers, and how that is differentiated.
enum ScoreBias: Sendable {
  case none
  case buckets(BucketBias)
  case disentangled(DisentangledBias)
}

/// MPNet: bias[head, query, key] = table[bucket of key - query, head].
struct BucketBias: Sendable {
  /// [bucket, head]
  let table: ParameterTable

  /// [head, query, key] for each sentence.
  func values<A: Arithmetic>(_ batch: Batch, heads: Int, _ pass: Pass<A>) -> [Numbers<A.Real>] {
    batch.sentences.map { sentence in
      let positions = sentence.positions
      let result = Numbers<A.Real>(heads * positions * positions)
      let buckets = buckets(positions)
      for head in 0..<heads {
        for query in 0..<positions {
          for key in 0..<positions {
            result.pointer[(head * positions + query) * positions + key] =
              pass.values[table.offset + buckets[key - query + positions - 1] * heads + head]
          }
        }
      }
      return result
    }
  }

  /// Differentiates it: ∂L/∂table[bucket, head] is the sum of ∂L/∂score over pairs at such a distance.
  func addGradient<A: Arithmetic>(_ scores: [Numbers<A.Real>], _ batch: Batch, heads: Int, _ pass: Pass<A>) {
    guard let gradients = pass.gradients, gradients.wants(table.entry..<table.entry + 1) else { return }
    gradients.prepare(table.entry)
    let target = gradients.numbers.pointer + table.offset
    pass.machine.team.forEach(heads) { head, _ in
      for (sentence, scores) in zip(batch.sentences, scores) {
        let positions = sentence.positions
        let buckets = buckets(positions)
        for query in 0..<positions {
          let row = scores.pointer + (head * positions + query) * positions
          for key in 0..<positions { target[buckets[key - query + positions - 1] * heads + head] += row[key] }
        }
      }
    }
  }

  /// The bucket of each distance from -(positions - 1) on.
  private func buckets(_ positions: Int) -> [Int] {
    (1 - positions..<positions).map { MPNet.bucket(keyMinusQuery: $0) }
  }
}
