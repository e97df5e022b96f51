import Activations

/// The attention of one head between words (Clark et al. 2019): what goes to the tokens of a word is summed, what comes from them is
/// averaged. Only as long as the tensor that it was made of lives.
struct WordAttention {
  private let start: UnsafePointer<Float>
  private let strides: (query: Int, key: Int)
  private let words: SyntaxWords

  /// - Parameter probabilities: [query, key].
  init(_ probabilities: Tensor, _ words: SyntaxWords) {
    precondition(
      probabilities.shape == [words.words.count, words.words.count], "as many queries and keys as tokens")
    start = UnsafePointer(probabilities.storage.pointer + probabilities.offset)
    strides = (probabilities.strides[0], probabilities.strides[1])
    self.words = words
  }

  /// The mean over some queries of the attention to each word, and behind all words to what is none.
  func mean(overQueries queries: [Int], into result: inout [Double]) {
    for word in result.indices { result[word] = 0 }
    for query in queries {
      let row = start + query * strides.query
      for (key, word) in words.words.enumerated() { result[word] += Double(row[key * strides.key]) }
    }
    guard queries.count > 1 else { return }
    for word in result.indices { result[word] /= Double(queries.count) }
  }

  /// The attention of each word to some keys, in all, and behind all words what is none.
  func attention(toKeys keys: [Int], into result: inout [Double]) {
    for word in result.indices { result[word] = 0 }
    for (query, word) in words.words.enumerated() where word < words.count {
      let row = start + query * strides.query
      for key in keys { result[word] += Double(row[key * strides.key]) }
    }
    for (word, positions) in words.positions.enumerated() where positions.count > 1 {
      result[word] /= Double(positions.count)
    }
  }

  /// The mean over some queries of the attention to each key.
  func mean(overQueries queries: [Int], ofKeysInto result: inout [Double]) {
    for key in result.indices { result[key] = 0 }
    for query in queries {
      let row = start + query * strides.query
      for key in result.indices { result[key] += Double(row[key * strides.key]) }
    }
    guard !queries.isEmpty else { return }
    for key in result.indices { result[key] /= Double(queries.count) }
  }
}
