import Activations

/// Computes the statistics of one head after the other, for inputs with the same tokens. Not for two threads at once.
///
/// Queries are added one by one, whole or with some of the keys; what is summed over some of them (`HeadSums`) can be added up.
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
  /// 1 for keys that are no separators.
  private let isWord: [Float]
  private(set) var sums: HeadSums
  private var rowsInSums = 0
  /// The text that the queries in the sums of columns are of.
  private var segment = 0

  convenience init(_ roles: TokenRoles) { self.init(queries: roles, keys: roles, isOfOneSentence: true) }

  convenience init(of encoding: Encoding) {
    self.init(
      queries: TokenRoles(encoding.queryInput), keys: TokenRoles(encoding.input), isOfOneSentence: !encoding.isCross)
  }

  init(queries: TokenRoles, keys roles: TokenRoles, isOfOneSentence: Bool) {
    self.roles = roles
    self.queries = queries
    self.isOfOneSentence = isOfOneSentence
    logarithms = ColumnSums(count: roles.count)
    smoothedLogarithms = ColumnSums(count: roles.count)
    distances = ColumnSums(count: roles.count)
    columns = ColumnSums(count: roles.count)
    isWord = roles.isSeparator.map { $0 ? 0 : 1 }
    sums = HeadSums(queries: queries.count, keys: roles.count)
  }

  func statistics(of probabilities: Tensor, _ visible: VisibleQueries) -> HeadStatistics {
    precondition(probabilities.shape == [queries.count, roles.count], "as many queries and keys as tokens")
    let rows = probabilities.withPackedRows
    return withExtendedLifetime((rows, visible)) {
      guard !visible.counted.isEmpty else { return finish(visible) }
      clear()
      for query in visible.counted {
        let row = rows.pointer(row: query)
        add(query, row, 0..<roles.count, visible, largest(of: row, count: roles.count))
      }
      takeSums()
      return finish(visible)
    }
  }

  /// Starts again, with whole rows.
  func clear() {
    sums.clear()
    rowsInSums = 0
    cover(0..<roles.count)
  }

  /// From here on, rows have some of the keys, and others have a probability of 0.
  func cover(_ keys: Range<Int>) {
    for sums in [logarithms, smoothedLogarithms, distances, columns] {
      sums.covered =
        rowsInSums == 0 || sums.covered.isEmpty
        ? keys : min(sums.covered.lowerBound, keys.lowerBound)..<max(sums.covered.upperBound, keys.upperBound)
    }
  }

  /// Adds a query that counts. `row` begins with the first of `keys`, and `top` is the largest number in it.
  @inline(__always)
  func add(_ query: Int, _ row: UnsafePointer<Float>, _ keys: Range<Int>, _ visible: VisibleQueries, _ top: Float) {
    let ownSegment = min(max(queries.segments[query] ?? 0, 0), 1)
    if rowsInSums == ColumnSums.mostRows || ownSegment != segment {
      takeSums()
      cover(keys)
    }
    segment = ownSegment
    rowsInSums += 1
    logarithms.addTimesLogarithm(of: row, keys)
    smoothedLogarithms.addTimesLogarithm(
      of: row, weight: 0.9999, and: visible.evenRow(query, keys, smoothedLogarithms.scratch), weight: 0.0001, keys)
    columns.add(row, keys)
    if isOfOneSentence {
      distances.add(row, timesDistanceFrom: query, keys)
      addNeighbours(of: query, row, keys)
    }
    guard top > 0, let place = firstIndex(of: top, in: row, count: keys.count) else { return }
    let key = keys.lowerBound + place
    // What is said of an offset is said of queries that have a real token there.
    if isOfOneSentence, !roles.isPad[key] { sums.offsets.add(key - query) }
    guard !queries.isSeparator[query] else { return }
    sums.confidence += Double(roles.isSeparator[key] ? largestWord(of: row, keys) : top)
    sums.confidentQueries += 1
  }

  /// Takes what is in the sums of columns. Has to be called after the last query.
  func takeSums() {
    sums.entropy -= logarithms.take()
    sums.smoothedEntropy -= smoothedLogarithms.take()
    sums.distance += distances.take()
    sums.received.withUnsafeMutableBufferPointer { received in
      if let start = received.baseAddress { columns.take(into: start + segment * roles.count) }
    }
    rowsInSums = 0
  }

  private func addNeighbours(of query: Int, _ row: UnsafePointer<Float>, _ keys: Range<Int>) {
    func share(_ key: Int) -> Double {
      guard keys.contains(key), !roles.isPad[key] else { return 0 }
      let share = Double(row[key - keys.lowerBound])
      if key != roles.first, !roles.isSeparator[key] { sums.shares.neighbours += share }
      return share
    }
    sums.shares.previous += share(query - 1)
    sums.shares.next += share(query + 1)
    sums.shares.itself += share(query)
  }

  private func largestWord(of row: UnsafePointer<Float>, _ keys: Range<Int>) -> Float {
    isWord.withUnsafeBufferPointer { isWord in
      isWord.baseAddress.map { largestProduct(row, $0 + keys.lowerBound, count: keys.count) } ?? 0
    }
  }

  private func finish(_ visible: VisibleQueries) -> HeadStatistics {
    sums.statistics(visible, queries: queries, keys: roles, isOfOneSentence: isOfOneSentence)
  }
}

/// What is summed over some queries of a head.
struct HeadSums: Sendable {
  var entropy = 0.0
  var smoothedEntropy = 0.0
  var distance = 0.0
  /// Of each query's largest probability, as `HeadStatistics.confidence` counts it, and of how many queries.
  var confidence = 0.0
  var confidentQueries = 0
  var shares = AttentionShares()
  var offsets: OffsetCounts
  /// The attention that each key gets from the queries of the first text, then from those of the second.
  var received: [Double]

  init(queries: Int, keys: Int) {
    offsets = OffsetCounts(positions: max(queries, keys))
    received = [Double](repeating: 0, count: 2 * keys)
  }

  /// Starts again.
  mutating func clear() {
    (entropy, smoothedEntropy, distance, confidence, confidentQueries) = (0, 0, 0, 0, 0)
    shares = AttentionShares()
    offsets.clear()
    for index in received.indices { received[index] = 0 }
  }

  /// Adds what is summed over other queries of the same head.
  mutating func add(_ other: HeadSums) {
    entropy += other.entropy
    smoothedEntropy += other.smoothedEntropy
    distance += other.distance
    confidence += other.confidence
    confidentQueries += other.confidentQueries
    shares.previous += other.shares.previous
    shares.next += other.shares.next
    shares.itself += other.shares.itself
    shares.neighbours += other.shares.neighbours
    offsets.add(other.offsets)
    for index in received.indices { received[index] += other.received[index] }
  }

  /// The means that follow, where these are the sums over all queries that count. Where none does, all numbers are 0.
  func statistics(
    _ visible: VisibleQueries, queries roles: TokenRoles, keys: TokenRoles, isOfOneSentence: Bool
  ) -> HeadStatistics {
    var result = HeadStatistics()
    result.isOfOneSentence = isOfOneSentence
    guard !visible.counted.isEmpty else { return result }
    result.queries = visible.counted.count
    result.entropyCeiling = visible.entropyCeiling
    result.shares = shares
    result.shares.ownTextIfEven = visible.ownTextIfEven
    result.confidence = confidentQueries > 0 ? confidence / Double(confidentQueries) : 0
    (result.offset, result.offsetShare) = offsets.mostFrequent(queries: visible.counted, isPad: keys.isPad)
    finish(&result, keys, isOfOneSentence: isOfOneSentence)
    return result
  }

  /// Turns sums over the queries into means.
  private func finish(_ result: inout HeadStatistics, _ roles: TokenRoles, isOfOneSentence: Bool) {
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
    result.entropy = entropy / queries
    result.smoothedEntropy = smoothedEntropy / queries
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
struct OffsetCounts: Sendable {
  private let positions: Int
  private var counts: [Int]

  init(positions: Int) {
    self.positions = positions
    counts = [Int](repeating: 0, count: 2 * positions + 1)
  }

  mutating func add(_ offset: Int) { counts[positions + offset] += 1 }

  mutating func add(_ other: OffsetCounts) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  mutating func clear() {
    for index in counts.indices { counts[index] = 0 }
  }

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
