import Activations

/// The attention of one head after the other between the words of a sentence (Clark et al. 2019): what goes to the tokens of a word is
/// summed, what comes from them is averaged.
struct WordAttention {
  private let words: SyntaxWords
  /// The queries that count.
  var counted: [Int] = []
  /// The sum of the attention to each word, and behind all words to what is none.
  private var row: [Double]
  /// [from, to]; 0 from words without tokens.
  private(set) var between: [Double]
  /// The mean attention to each position over the queries that count.
  private(set) var received: [Double]

  /// Memory for the words of a sentence.
  init(_ words: SyntaxWords) {
    self.words = words
    row = [Double](repeating: 0, count: words.count + 1)
    between = [Double](repeating: 0, count: words.count * words.count)
    received = [Double](repeating: 0, count: words.words.count)
  }

  /// Reads the attention of a head, [query, key].
  mutating func read(_ probabilities: Tensor) {
    let positions = words.words.count
    precondition(probabilities.shape == [positions, positions], "as many queries and keys as tokens")
    withExtendedLifetime(probabilities) {
      let start = UnsafePointer(probabilities.storage.pointer + probabilities.offset)
      let (toQuery, toKey) = (probabilities.strides[0], probabilities.strides[1])
      words.words.withUnsafeBufferPointer { words in
        for (word, queries) in self.words.positions.enumerated() where !queries.isEmpty {
          row.withUnsafeMutableBufferPointer { row in
            row.update(repeating: 0)
            for query in queries {
              let attention = start + query * toQuery
              for key in words.indices { row[words[key]] += Double(attention[key * toKey]) }
            }
          }
          let (count, place) = (Double(queries.count), word * self.words.count)
          for to in 0..<self.words.count { between[place + to] = row[to] / count }
        }
      }
      received.withUnsafeMutableBufferPointer { received in
        received.update(repeating: 0)
        for query in counted {
          let attention = start + query * toQuery
          for key in received.indices { received[key] += Double(attention[key * toKey]) }
        }
        for key in received.indices where !counted.isEmpty { received[key] /= Double(counted.count) }
      }
    }
  }

  /// The word besides those of `own` that has the most attention from these, and how much that is: the mean over their tokens. The first
  /// of several; numbers that are none are never the largest.
  func mostAttended(from own: Range<Int>) -> SentenceSyntax.Prediction {
    strongest(besides: own) { word in
      mean(over: own) { between[$0 * words.count + word] }
    }
  }

  /// The word besides those of `own` that attends most to these, and how much it does: the sum over their tokens.
  func mostAttending(to own: Range<Int>) -> SentenceSyntax.Prediction {
    strongest(besides: own) { word in
      own.count == 1
        ? between[word * words.count + own.lowerBound] : own.reduce(0) { $0 + between[word * words.count + $1] }
    }
  }

  /// The mean over the tokens of some words of what it is over the tokens of each.
  private func mean(over own: Range<Int>, _ value: (Int) -> Double) -> Double {
    if own.count == 1 { return value(own.lowerBound) }
    var (sum, tokens) = (0.0, 0)
    for word in own where !words.positions[word].isEmpty {
      sum += value(word) * Double(words.positions[word].count)
      tokens += words.positions[word].count
    }
    return sum / Double(max(tokens, 1))
  }

  @inline(__always)
  private func strongest(besides own: Range<Int>, _ value: (Int) -> Double) -> SentenceSyntax.Prediction {
    var best = SentenceSyntax.Prediction(word: -1, certainty: -.infinity)
    for word in 0..<words.count where !own.contains(word) && words.hasTokens[word] {
      let certainty = value(word)
      if certainty > best.certainty {
        best = SentenceSyntax.Prediction(word: Int32(truncatingIfNeeded: word), certainty: certainty)
      }
    }
    return best
  }
}
