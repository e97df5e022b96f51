import Activations

extension LayerTrace {
  /// The scores of all pairs, a head at a time: [query, key] in row-major order.
  ///
  /// They are what `scaledScore` and `maskedScore` give pair by pair, computed with the keys turned so that the inner
  /// loop runs along them.
  func forEachHeadOfScores(masked: Bool, _ body: ([Float]) throws -> Void) rethrows {
    let heads = queries.shape[0]
    let length = queries.shape[1]
    let size = queries.shape[2]
    var turned = [Float](repeating: 0, count: size * length)
    var scores = [Float](repeating: 0, count: length * length)
    for head in 0..<heads {
      for key in 0..<length {
        for i in 0..<size { turned[i * length + key] = keys[head, key, i] }
      }
      for query in 0..<length {
        turned.withUnsafeBufferPointer { turned in
          scores.withUnsafeMutableBufferPointer { scores in
            let row = UnsafeMutableBufferPointer(rebasing: scores[query * length..<(query + 1) * length])
            row.update(repeating: 0)
            for i in 0..<size {
              let factor = queries[head, query, i]
              for key in 0..<length { row[key] += factor * turned[i * length + key] }
            }
            for key in 0..<length {
              row[key] *= scale
              if let scoreBias { row[key] += scoreBias[head, query, key] }
              if masked && !mask[query, key] { row[key] = -.infinity }
            }
          }
        }
      }
      try body(scores)
    }
  }
}
