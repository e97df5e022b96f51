import Activations

/// What the zeros of attention tell of the mask: a blocked pair has exactly 0 in every head.
///
/// Only what masks are made of is looked for: keys that get nothing (PAD), queries that give nothing, keys behind the query (causal), and
/// keys at some distance (a window). A zero anywhere else is a probability that is 0.
struct MaskFromZeros {
  /// Whether some probability of any layer is not 0, by key.
  private(set) var usesKey: [Bool]
  /// The same by query.
  private(set) var usesQuery: [Bool]
  /// What each layer blocks.
  private(set) var blocks: [OwnBlock] = []
  private let queries: Int
  private let keys: Int
  /// Whether there are distances between queries and keys.
  private let isOfOneSentence: Bool

  init(queries: Int, keys: Int, isOfOneSentence: Bool) {
    (self.queries, self.keys, self.isOfOneSentence) = (queries, keys, isOfOneSentence)
    usesKey = Array(repeating: false, count: keys)
    usesQuery = Array(repeating: false, count: queries)
  }

  /// Takes the probabilities of heads of the next layer, [heads, query, key].
  mutating func addLayer(_ probabilities: Tensor) {
    var isUsed = [Bool](repeating: false, count: queries * keys)
    for head in 0..<probabilities.shape[0] {
      let start = probabilities.storage.pointer + probabilities.offset + head * queries * keys
      withExtendedLifetime(probabilities.storage) {
        for index in 0..<queries * keys where start[index] != 0 { isUsed[index] = true }
      }
    }
    var (isCausal, furthest) = (true, 0)
    for query in 0..<queries {
      for key in 0..<keys where isUsed[query * keys + key] {
        (usesQuery[query], usesKey[key]) = (true, true)
        if key > query { isCausal = false }
        furthest = max(furthest, abs(query - key))
      }
    }
    guard isOfOneSentence, queries > 1 else { return blocks.append(OwnBlock()) }
    // The longest distances that the other block, PAD and the length leave.
    let longest = (0..<queries).reduce(0) { longest, query in
      guard usesQuery[query] else { return longest }
      return (0..<keys).reduce(longest) { usesKey[$1] && !(isCausal && $1 > query) ? max($0, abs(query - $1)) : $0 }
    }
    blocks.append(OwnBlock(isCausal: isCausal, window: furthest < longest ? furthest + 1 : nil))
  }

  /// Whether every layer blocks keys behind the query.
  var isCausal: Bool { !blocks.isEmpty && blocks.allSatisfy(\.isCausal) }
}
