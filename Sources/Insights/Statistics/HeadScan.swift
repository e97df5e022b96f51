import Activations

/// Computes the statistics of one head after the other, for inputs with the same tokens. Not for two threads at once.
final class HeadScan {
  /// Of the keys.
  private let roles: TokenRoles
  private let queries: TokenRoles
  /// Whether queries and keys are tokens of one sentence, so that there are distances between them.
  private let isOfOneSentence: Bool
  private let logarithms: ColumnSums
  private let smoothedLogarithms: ColumnSums
  private let distances: ColumnSums
  private let columns: ColumnSums
  /// The attention that each key gets from the queries of the first text, then from those of the second.
  private var received: [Double]
  /// 1 for keys that are no separators.
  private let isWord: [Float]

  convenience init(_ roles: TokenRoles) { self.init(queries: roles, keys: roles, isOfOneSentence: true) }

  convenience init(of encoding: Encoding) {
    self.init(
      queries: TokenRoles(encoding.queryInput), keys: TokenRoles(encoding.input), isOfOneSentence: !encoding.isCross)
  }

  private init(queries: TokenRoles, keys roles: TokenRoles, isOfOneSentence: Bool) {
    self.roles = roles
    self.queries = queries
    self.isOfOneSentence = isOfOneSentence
    logarithms = ColumnSums(count: roles.count)
    smoothedLogarithms = ColumnSums(count: roles.count)
    distances = ColumnSums(count: roles.count)
    columns = ColumnSums(count: roles.count)
    received = [Double](repeating: 0, count: 2 * roles.count)
    isWord = roles.isSeparator.map { $0 ? 0 : 1 }
  }

  func statistics(of probabilities: Tensor, _ visible: VisibleQueries) -> HeadStatistics {
    precondition(probabilities.shape == [queries.count, roles.count], "as many queries and keys as tokens")
    let rows = probabilities.withPackedRows
    return withExtendedLifetime((rows, visible)) { scan(rows, visible) }
  }

  private func scan(_ rows: Tensor, _ visible: VisibleQueries) -> HeadStatistics {
    var result = HeadStatistics()
    result.isOfOneSentence = isOfOneSentence
    guard !visible.counted.isEmpty else { return result }
    for index in received.indices { received[index] = 0 }
    var distance = 0.0
    var confidence = (sum: 0.0, queries: 0)
    var offsets = OffsetCounts(positions: max(roles.count, queries.count))
    var rowsInSums = 0
    var segment = 0
    func take() {
      result.entropy -= logarithms.take()
      result.smoothedEntropy -= smoothedLogarithms.take()
      distance += distances.take()
      received.withUnsafeMutableBufferPointer { received in
        if let start = received.baseAddress { columns.take(into: start + segment * roles.count) }
      }
      rowsInSums = 0
    }
    for query in visible.counted {
      let row = rows.pointer(row: query)
      let ownSegment = min(max(queries.segments[query] ?? 0, 0), 1)
      if rowsInSums == ColumnSums.mostRows || ownSegment != segment { take() }
      segment = ownSegment
      rowsInSums += 1
      logarithms.addTimesLogarithm(of: row)
      smoothedLogarithms.addTimesLogarithm(of: row, weight: 0.9999, and: visible.evenRow(query), weight: 0.0001)
      columns.add(row)
      if isOfOneSentence {
        distances.add(row, timesDistanceFrom: query)
        addNeighbours(of: query, row, to: &result.shares)
      }
      let top = largest(of: row, count: roles.count)
      guard top > 0, let key = firstIndex(of: top, in: row, count: roles.count) else { continue }
      // What is said of an offset is said of queries that have a real token there.
      if isOfOneSentence, !roles.isPad[key] { offsets.add(key - query) }
      guard !queries.isSeparator[query] else { continue }
      confidence.sum += Double(roles.isSeparator[key] ? largestWord(of: row) : top)
      confidence.queries += 1
    }
    take()
    result.queries = visible.counted.count
    result.entropyCeiling = visible.entropyCeiling
    result.shares.ownTextIfEven = visible.ownTextIfEven
    result.confidence = confidence.queries > 0 ? confidence.sum / Double(confidence.queries) : 0
    (result.offset, result.offsetShare) = offsets.mostFrequent(queries: visible.counted, isPad: roles.isPad)
    finish(&result, distance: distance)
    return result
  }

  private func addNeighbours(of query: Int, _ row: UnsafePointer<Float>, to shares: inout AttentionShares) {
    func share(_ key: Int) -> Double {
      guard key >= 0, key < roles.count, !roles.isPad[key] else { return 0 }
      let share = Double(row[key])
      if key != roles.first, !roles.isSeparator[key] { shares.neighbours += share }
      return share
    }
    shares.previous += share(query - 1)
    shares.next += share(query + 1)
    shares.itself += share(query)
  }

  private func largestWord(of row: UnsafePointer<Float>) -> Float {
    isWord.withUnsafeBufferPointer { isWord in
      isWord.baseAddress.map { largestProduct(row, $0, count: roles.count) } ?? 0
    }
  }

  /// Turns sums over the queries into means.
  private func finish(_ result: inout HeadStatistics, distance: Double) {
    let queries = Double(result.queries)
    var total = 0.0
    var own = 0.0
    for key in 0..<roles.count {
      let fromKey = received[key] + received[roles.count + key]
      total += fromKey
      if let segment = roles.segments[key] { own += received[segment * roles.count + key] }
      if key == roles.first { result.shares.first = fromKey / queries }
      if roles.isSeparator[key] { result.shares.separators += fromKey / queries }
      if roles.isPunctuation[key] { result.shares.punctuation += fromKey / queries }
      if roles.isPad[key] { result.shares.padding += fromKey / queries }
      let share = fromKey / queries
      if result.topKey == nil || !result.topKeyShare.isNaN && !(share <= result.topKeyShare) {
        (result.topKey, result.topKeyShare) = (key, share)
      }
    }
    result.entropy /= queries
    result.smoothedEntropy /= queries
    result.meanDistance = total == 0 ? 0 : distance / total
    // Among numbers that are none, there is no largest.
    if !result.entropy.isFinite { (result.confidence, result.offset, result.offsetShare) = (.nan, 0, .nan) }
    result.shares.previous /= queries
    result.shares.next /= queries
    result.shares.itself /= queries
    result.shares.neighbours /= queries
    result.shares.ownText = roles.isPair && isOfOneSentence ? own / queries : 1
  }
}

/// How often the largest probability of a query lies at each offset from it, on a token that is not PAD.
private struct OffsetCounts {
  private let positions: Int
  private var counts: [Int]

  init(positions: Int) {
    self.positions = positions
    counts = [Int](repeating: 0, count: 2 * positions + 1)
  }

  mutating func add(_ offset: Int) { counts[positions + offset] += 1 }

  /// The most frequent offset, and its share of the queries that have a real token there.
  ///
  /// Offsets that lead more than half of the queries out of the sentence are no pattern, and left out.
  func mostFrequent(queries: [Int], isPad: [Bool]) -> (offset: Int, share: Double) {
    var best = (offset: 0, share: 0.0, count: 0)
    for distance in 0..<positions {
      for offset in distance == 0 ? [0] : [-distance, distance] where counts[positions + offset] > best.count {
        let possible = queries.count { isPad.indices.contains($0 + offset) && !isPad[$0 + offset] }
        guard 2 * possible >= queries.count else { continue }
        let count = counts[positions + offset]
        best = (offset, Double(count) / Double(max(possible, 1)), count)
      }
    }
    return (best.offset, best.share)
  }
}
