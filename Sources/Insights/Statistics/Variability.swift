import Activations

/// How much the attention of each head depends on what the words are, not only on where they stand, [layer][head].
///
/// Σ |p − p̄| / (2 Σ p), where p̄ is the mean over the encodings of the probability between the same two positions (Vig &
/// Belinkov 2019): 0 for heads that do the same in every sentence, towards 1 for heads that never do. Positions are counted
/// over tokens that are not PAD, and as in the paper only the first few of them are compared: at most `firstTokens`, and
/// no more than the shortest sentence has. Nil for fewer than two encodings, or encodings of different models.
public func attentionVariability(of encodings: [Encoding], firstTokens: Int = 10) -> [[Double]]? {
  guard encodings.count > 1, let model = encodings.first?.trace else { return nil }
  for trace in encodings.map(\.trace) where trace.layers.count != model.layers.count || trace.heads != model.heads {
    return nil
  }
  let positions = encodings.map(\.input.realPositions)
  let count = min(positions.map(\.count).min() ?? 0, firstTokens)
  return model.layers.indices.map { layer in
    (0..<model.heads).map { head in
      // Of the first tokens only, wherever padding lets them begin.
      let maps = zip(encodings, positions).map { encoding, positions in
        encoding.trace.layers[layer].rows(of: head, positions.prefix(count))
      }
      var deviation = 0.0
      var total = 0.0
      for query in 0..<count {
        for key in 0..<count {
          let values = zip(maps, positions).map { map, positions in
            Double(map[positions[query] - positions[0], positions[key]])
          }
          let mean = values.reduce(0, +) / Double(values.count)
          for value in values {
            deviation += abs(value - mean)
            total += value
          }
        }
      }
      return total == 0 ? 0 : deviation / (2 * total)
    }
  }
}
