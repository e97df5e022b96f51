import Activations
import Compute
import KernelParameters

/// Computes the statistics of one head after the other, for inputs with the same tokens. Not for two threads at once.
///
/// Queries are added some at a time, whole or with some of the keys; what is summed over some of them (`HeadSums`) can be added up.
final class HeadScan {
  /// Of the keys.
  private let roles: TokenRoles
  private let queries: TokenRoles
  /// Whether queries and keys are tokens of one sentence, so that there are distances between them.
  private let isOfOneSentence: Bool
  let kernels: Kernels
  private let columns: ColumnSums
  /// 1 for keys that are no separators.
  private let isWord: [Float]
  /// What keys are that are something special.
  private let marks: [KeyMarks]
  private let found = FoundRows()
  private(set) var sums: HeadSums
  private var rowsInSums = 0
  /// The text that the queries in the sums of columns are of.
  private var segment = 0

  convenience init(_ roles: TokenRoles) { self.init(queries: roles, keys: roles, isOfOneSentence: true) }

  convenience init(of encoding: Encoding) {
    self.init(
      queries: TokenRoles(encoding.queryInput), keys: TokenRoles(encoding.input), isOfOneSentence: !encoding.isCross)
  }

  init(queries: TokenRoles, keys roles: TokenRoles, isOfOneSentence: Bool, kernels: Kernels = .best) {
    self.roles = roles
    self.queries = queries
    self.isOfOneSentence = isOfOneSentence
    self.kernels = kernels
    columns = ColumnSums(count: roles.count)
    isWord = roles.isSeparator.map { $0 ? 0 : 1 }
    marks = (0..<roles.count).map { key in
      var marks: KeyMarks = []
      if roles.isPad[key] { marks.insert(.pad) }
      if roles.isSeparator[key] { marks.insert(.separator) }
      if key == roles.first { marks.insert(.first) }
      return marks
    }
    sums = HeadSums(queries: queries.count, keys: roles.count)
  }

  func statistics(of probabilities: Tensor, _ visible: VisibleQueries) -> HeadStatistics {
    precondition(probabilities.shape == [queries.count, roles.count], "as many queries and keys as tokens")
    let rows = probabilities.withPackedRows
    return withExtendedLifetime((rows, visible)) {
      guard !visible.counted.isEmpty else { return finish(visible) }
      clear()
      for run in visible.runs {
        add(run, rows.pointer(row: run.lowerBound), stride: rows.strides[0], 0..<roles.count, visible)
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
    columns.covered =
      rowsInSums == 0 || columns.covered.isEmpty
      ? keys : min(columns.covered.lowerBound, keys.lowerBound)..<max(columns.covered.upperBound, keys.upperBound)
  }

  /// Adds neighbouring queries that count, all of one text, and no more than `ColumnSums.mostRows`. `start` is the number of the first
  /// of them and the first of `keys`; their rows lie so far apart.
  func add(
    _ run: Range<Int>, _ start: UnsafePointer<Float>, stride: Int, _ keys: Range<Int>, _ visible: VisibleQueries
  ) {
    let ownSegment = min(max(queries.segments[run.lowerBound] ?? 0, 0), 1)
    if rowsInSums + run.count > ColumnSums.mostRows || ownSegment != segment {
      takeSums()
      cover(keys)
    }
    segment = ownSegment
    rowsInSums += run.count
    if let even = visible.even(run.lowerBound, keys) {
      take(run, 0, start, stride, keys, even: even.row, even.stride)
    } else {
      for place in 0..<run.count {
        let query = run.lowerBound + place
        visible.fillEven(columns.scratch.pointer, query, keys)
        take(
          query..<query + 1, place, start + place * stride, stride, keys, even: UnsafePointer(columns.scratch.pointer),
          0)
      }
    }
    marks.withUnsafeBufferPointer { marks in
      if isOfOneSentence { addNeighbours(of: run, start, stride, keys, marks) }
      addLargest(of: run, keys, marks)
    }
  }

  /// The largest number of each query that was added last, and the key that has it first, counted from the first of its keys.
  func largest(_ place: Int) -> (Float, key: Int) { (found.largest[place], Int(found.places[place])) }

  /// Takes what is in the sums of columns. Has to be called after the last query.
  func takeSums() {
    sums.received.withUnsafeMutableBufferPointer { received in
      if let start = received.baseAddress { columns.take(into: start + segment * roles.count) }
    }
    rowsInSums = 0
  }

  private func take(
    _ run: Range<Int>, _ place: Int, _ start: UnsafePointer<Float>, _ stride: Int, _ keys: Range<Int>,
    even: UnsafePointer<Float>, _ evenStride: Int
  ) {
    let taken = isWord.withUnsafeBufferPointer { isWord -> ProbabilitySums in
      guard let isWord = isWord.baseAddress else { return ProbabilitySums() }
      return kernels.takeStatistics(
        ProbabilityRows(
          probabilities: start, stride: stride, rows: run.count, keys: keys.count, even: even, evenStride: evenStride,
          isWord: isWord + keys.lowerBound, offset: keys.lowerBound - run.lowerBound,
          received: columns.pointer + keys.lowerBound, largest: found.largest + place, places: found.places + place,
          largestOfWords: found.largestOfWords + place))
    }
    sums.entropy -= taken.logarithms
    sums.smoothedEntropy -= taken.smoothedLogarithms
    if isOfOneSentence { sums.distance += taken.distances }
  }

  private func addNeighbours(
    of run: Range<Int>, _ start: UnsafePointer<Float>, _ stride: Int, _ keys: Range<Int>,
    _ marks: UnsafeBufferPointer<KeyMarks>
  ) {
    var shares = AttentionShares()
    var row = start - keys.lowerBound
    for query in run {
      func share(_ key: Int) -> Double {
        guard keys.contains(key), !marks[key].contains(.pad) else { return 0 }
        let share = Double(row[key])
        if marks[key].isEmpty { shares.neighbours += share }
        return share
      }
      shares.previous += share(query - 1)
      shares.next += share(query + 1)
      shares.itself += share(query)
      row += stride
    }
    sums.shares.add(shares)
  }

  private func addLargest(of run: Range<Int>, _ keys: Range<Int>, _ marks: UnsafeBufferPointer<KeyMarks>) {
    var (confidence, confident) = (0.0, 0)
    sums.offsets.withCounts { counts in
      for (place, query) in run.enumerated() where found.largest[place] > 0 {
        let key = keys.lowerBound + Int(found.places[place])
        // What is said of an offset is said of queries that have a real token there.
        if isOfOneSentence, !marks[key].contains(.pad) { counts[key - query] += 1 }
        if queries.isSeparator[query] { continue }
        confidence += Double(marks[key].contains(.separator) ? found.largestOfWords[place] : found.largest[place])
        confident += 1
      }
    }
    sums.confidence += confidence
    sums.confidentQueries += confident
  }

  private func finish(_ visible: VisibleQueries) -> HeadStatistics {
    sums.statistics(visible, queries: queries, keys: roles, isOfOneSentence: isOfOneSentence)
  }
}

/// What a key is that is something special.
private struct KeyMarks: OptionSet {
  let rawValue: UInt8

  static let pad = KeyMarks(rawValue: 1)
  static let separator = KeyMarks(rawValue: 2)
  static let first = KeyMarks(rawValue: 4)
}

/// What kernels find in rows, as many as are added at a time.
private final class FoundRows {
  let largest: UnsafeMutablePointer<Float>
  let largestOfWords: UnsafeMutablePointer<Float>
  let places: UnsafeMutablePointer<Int32>

  init() {
    largest = .allocate(capacity: ColumnSums.mostRows)
    largestOfWords = .allocate(capacity: ColumnSums.mostRows)
    places = .allocate(capacity: ColumnSums.mostRows)
  }

  deinit {
    largest.deallocate()
    largestOfWords.deallocate()
    places.deallocate()
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
    shares.add(other.shares)
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

extension AttentionShares {
  /// Adds what is summed one query at a time.
  fileprivate mutating func add(_ other: AttentionShares) {
    previous += other.previous
    next += other.next
    itself += other.itself
    neighbours += other.neighbours
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

  /// Lends the counts, each at the place of its offset, which can be below 0.
  mutating func withCounts(_ body: (UnsafeMutablePointer<Int>) -> Void) {
    counts.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { body(start + positions) } }
  }

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
    func look(at offset: Int) {
      let count = counts[positions + offset]
      guard count > best.count else { return }
      let possible = queries.count { isPad.indices.contains($0 + offset) && !isPad[$0 + offset] }
      guard 2 * possible >= queries.count else { return }
      best = (offset, Double(count) / Double(max(possible, 1)), count)
    }
    for distance in 0..<positions {
      look(at: -distance)
      look(at: distance)
    }
    return (best.offset, best.share)
  }
}
