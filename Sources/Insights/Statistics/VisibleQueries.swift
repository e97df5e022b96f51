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
  /// The mean of ln n over the counted queries, with n the number of keys that a query sees.
  let entropyCeiling: Double
  /// Whether all counted queries see the same keys.
  let areSame: Bool
  /// The mean share that even attention puts on the query's own text.
  let ownTextIfEven: Double
  private let even: FloatStorage
  /// 0 where all rows are the same.
  private let stride: Int

  convenience init(_ mask: AttentionMask, of encoding: Encoding, where isCounted: ((Int) -> Bool)? = nil) {
    self.init(mask, queries: TokenRoles(encoding.queryInput), keys: TokenRoles(encoding.input), where: isCounted)
  }

  /// - Parameters:
  ///   - roles: of the queries.
  ///   - keys: of the keys: the same tokens, unless attention goes from one sentence to another.
  ///   - isCounted: whether a query counts that could.
  init(
    _ mask: AttentionMask, queries roles: TokenRoles, keys: TokenRoles, where isCounted: ((Int) -> Bool)? = nil
  ) {
    precondition(
      mask.queries == roles.count && mask.keys == keys.count, "a mask for as many positions as the input has")
    let size = mask.keys
    self.mask = mask
    let counted = roles.real.filter {
      mask.allowed[$0 * size..<($0 + 1) * size].contains(true) && isCounted?($0) ?? true
    }
    let areSame = mask.allowed.withUnsafeBytes { allowed in
      guard let start = allowed.baseAddress, let first = counted.first else { return true }
      return counted.allSatisfy { memcmp(start + $0 * size, start + first * size, size) == 0 }
    }
    self.counted = counted
    self.areSame = areSame
    stride = areSame ? 0 : size
    even = FloatStorage(count: areSame ? size : mask.queries * size)
    even.pointer.update(repeating: 0, count: even.count)
    var logarithms = 0.0
    var own = 0.0
    for query in counted {
      let row = even.pointer + query * stride
      let visible = mask.visibleKeys(query: query)
      logarithms += log(Double(visible))
      if !areSame || query == counted.first {
        for key in 0..<size where mask[query, key] { row[key] = 1 / Float(visible) }
      }
      own +=
        keys.isPair && mask.queries == size
        ? (0..<size).reduce(0) { $0 + (keys.segments[$1] == roles.segments[query] ? Double(row[$1]) : 0) } : 1
    }
    entropyCeiling = counted.isEmpty ? 0 : logarithms / Double(counted.count)
    ownTextIfEven = counted.isEmpty ? 0 : own / Double(counted.count)
  }

  /// Attention of a counted query that is even over the keys it sees: 1 / n, and 0 for blocked keys. Only as long as
  /// this lives.
  @inline(__always)
  func evenRow(_ query: Int) -> UnsafePointer<Float> { UnsafePointer(even.pointer + query * stride) }
}
