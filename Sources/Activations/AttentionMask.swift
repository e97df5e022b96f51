/// How the attention mask is made from what is PAD and what is not.
public enum MaskMode: String, Sendable, CaseIterable {
  /// PAD keys are blocked: the standard of every encoder.
  case keys
  /// Nothing is blocked: PAD is attended to like any word.
  case none
  /// PAD keys and PAD queries are blocked: the lecture's matrix. A fully blocked row is all zero by definition.
  case full
  /// Keys after the query are blocked, and PAD keys.
  case causal
}

/// Which query may attend to which key.
public struct AttentionMask: Sendable, Equatable {
  /// How many queries there are.
  public let queries: Int
  /// How many keys there are: as many as queries, unless attention goes from one sentence to another.
  public let keys: Int
  /// How many positions each axis has, where both are of one sentence.
  public var size: Int { queries }
  /// One entry a [query, key] pair, row-major: true where the query may attend to the key.
  public private(set) var allowed: [Bool]

  /// A mask from its entries, [query, key] in row-major order: `size` · `size` of them.
  public init(size: Int, allowed: [Bool]) { self.init(queries: size, keys: size, allowed: allowed) }

  /// A mask from its entries, [query, key] in row-major order: `queries` · `keys` of them.
  public init(queries: Int, keys: Int, allowed: [Bool]) {
    precondition(allowed.count == queries * keys, "one entry a pair")
    self.queries = queries
    self.keys = keys
    self.allowed = allowed
  }

  /// The mask of a mode; `attentionMask` is false for PAD.
  public init(_ mode: MaskMode, attentionMask: [Bool]) {
    let size = attentionMask.count
    self.init(
      size: size,
      allowed: [Bool](unsafeUninitializedCapacity: size * size) { buffer, count in
        for query in 0..<size {
          for key in 0..<size {
            let allowed =
              switch mode {
              case .keys: attentionMask[key]
              case .none: true
              case .full: attentionMask[key] && attentionMask[query]
              case .causal: attentionMask[key] && key <= query
              }
            buffer.initializeElement(at: query * size + key, to: allowed)
          }
        }
        count = size * size
      })
  }

  /// Whether the query may attend to the key; both are positions, from 0.
  public subscript(query: Int, key: Int) -> Bool {
    get { allowed[query * keys + key] }
    set { allowed[query * keys + key] = newValue }
  }

  /// How many keys a query may attend to.
  public func visibleKeys(query: Int) -> Int {
    allowed[query * keys..<(query + 1) * keys].count(where: \.self)
  }
}
