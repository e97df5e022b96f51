import Activations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The queries that count under a mask, and what even attention would be.
final class VisibleQueries: Sendable {
  let mask: AttentionMask
  /// The queries that are not PAD and see at least one key, in order.
  let counted: [Int]
  /// Whether a query is one of them.
  let isCounted: [Bool]
  /// All of them, in order: neighbours of one text, no more together than `ColumnSums` takes rows.
  let runs: [Range<Int>]
  /// The mean of ln n over the counted queries, with n the number of keys that a query sees.
  let entropyCeiling: Double
  /// Whether all counted queries see the same keys.
  let areSame: Bool
  /// The mean share that even attention puts on the query's own text.
  let ownTextIfEven: Double
  /// The rows of even attention; nil where each is made when it is asked for.
  private let even: FloatStorage?
  /// 0 where all rows are the same.
  private let stride: Int
  /// What even attention puts on every key that a counted query sees.
  private let evenShares: [Float]

  convenience init(_ mask: AttentionMask, of encoding: Encoding, where isCounted: ((Int) -> Bool)? = nil) {
    self.init(mask, queries: TokenRoles(encoding.queryInput), keys: TokenRoles(encoding.input), where: isCounted)
  }

  /// - Parameters:
  ///   - roles: of the queries.
  ///   - keys: of the keys: the same tokens, unless attention goes from one sentence to another.
  ///   - counts: whether a query counts that could.
  ///   - keepsRows: whether every row of even attention is kept, as many numbers as the mask has; else only one that all share.
  init(
    _ mask: AttentionMask, queries roles: TokenRoles, keys: TokenRoles, where counts: ((Int) -> Bool)? = nil,
    keepsRows: Bool = true
  ) {
    precondition(
      mask.queries == roles.count && mask.keys == keys.count, "a mask for as many positions as the input has")
    let size = mask.keys
    self.mask = mask
    let counted = roles.real.filter {
      mask.allowed[$0 * size..<($0 + 1) * size].contains(true) && counts?($0) ?? true
    }
    let areSame = mask.allowed.withUnsafeBytes { allowed in
      guard let start = allowed.baseAddress, let first = counted.first else { return true }
      return counted.allSatisfy { memcmp(start + $0 * size, start + first * size, size) == 0 }
    }
    self.counted = counted
    var isCounted = [Bool](repeating: false, count: mask.queries)
    for query in counted { isCounted[query] = true }
    self.isCounted = isCounted
    runs = VisibleQueries.runs(counted, roles)
    self.areSame = areSame
    stride = areSame ? 0 : size
    let numbers = areSame ? size : mask.queries * size
    let even = areSame || keepsRows ? FloatStorage(count: numbers) : nil
    even?.pointer.update(repeating: 0, count: numbers)
    var shares = [Float](repeating: 0, count: mask.queries)
    var logarithms = 0.0
    var own = 0.0
    for query in counted {
      let visible = mask.visibleKeys(query: query)
      logarithms += log(Double(visible))
      shares[query] = 1 / Float(visible)
      if let even, !areSame || query == counted.first {
        VisibleQueries.fill(even.pointer + query * stride, mask, query, 0..<size, shares[query])
      }
      own +=
        keys.isPair && mask.queries == size
        ? Double((0..<size).count { mask[query, $0] && keys.segments[$0] == roles.segments[query] }) / Double(visible)
        : 1
    }
    self.even = even
    evenShares = shares
    entropyCeiling = counted.isEmpty ? 0 : logarithms / Double(counted.count)
    ownTextIfEven = counted.isEmpty ? 0 : own / Double(counted.count)
  }

  /// Even attention of a query over some of the keys: `row` begins with the first of them.
  private static func fill(
    _ row: UnsafeMutablePointer<Float>, _ mask: AttentionMask, _ query: Int, _ keys: Range<Int>, _ share: Float
  ) {
    mask.allowed.withUnsafeBufferPointer { allowed in
      let first = query * mask.keys
      for key in keys { row[key - keys.lowerBound] = allowed[first + key] ? share : 0 }
    }
  }

  private static func runs(_ counted: [Int], _ roles: TokenRoles) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for query in counted {
      if let last = runs.last, last.upperBound == query, last.count < ColumnSums.mostRows,
        roles.segments[last.lowerBound] == roles.segments[query]
      {
        runs[runs.count - 1] = last.lowerBound..<query + 1
      } else {
        runs.append(query..<query + 1)
      }
    }
    return runs
  }

  /// Attention of a counted query that is even over the keys it sees: 1 / n, and 0 for blocked keys. It begins with the first of some
  /// keys. Only as long as this and `scratch` live, which is where it is put unless all rows are kept.
  @inline(__always)
  func evenRow(_ query: Int, _ keys: Range<Int>, _ scratch: FloatStorage) -> UnsafePointer<Float> {
    if let even = even(query, keys) { return even.row }
    fillEven(scratch.pointer, query, keys)
    return UnsafePointer(scratch.pointer)
  }

  /// Where even attention of a counted query begins with the first of some keys, and how far from there that of the next query does;
  /// nil where it is not kept. Only as long as this lives.
  @inline(__always)
  func even(_ query: Int, _ keys: Range<Int>) -> (row: UnsafePointer<Float>, stride: Int)? {
    even.map { (UnsafePointer($0.pointer + query * stride + keys.lowerBound), stride) }
  }

  /// Writes even attention of a counted query over some keys.
  func fillEven(_ row: UnsafeMutablePointer<Float>, _ query: Int, _ keys: Range<Int>) {
    VisibleQueries.fill(row, mask, query, keys, evenShares[query])
  }
}
