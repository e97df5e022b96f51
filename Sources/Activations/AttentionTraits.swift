/// What the attention of a layer has beside the plain kind, as its family builds it, for those who put it into words.
public struct AttentionTraits: Sendable {
  /// What is added to the scaled scores.
  public enum Addition: Sendable {
    /// A learned number for the distance of query and key, distances counted in buckets.
    case distanceBias
    /// Minus the distance of query and key, times a slope of the head (ALiBi).
    case slope
  }

  /// Whether queries, keys and values are projected from the normalized input.
  public var readsNormalizedInput = false
  /// Which projections have a bias.
  public var hasBias = (query: true, key: true, value: true)
  /// Whether queries and keys are normalized.
  public var normalizesQueriesAndKeys = false
  /// Whether queries are divided by √d where they are made, so that scores are not.
  public var scalesQueries = false
  /// Whether queries and keys are turned by their positions, and whether values are, too.
  public var rotates = (queriesAndKeys: false, values: false)
  /// What is added to the scaled scores.
  public var addition: Addition?
  /// What the layer blocks whatever the mask says.
  public var block = OwnBlock()
  /// How many heads of keys and values there are, which neighbouring heads of queries share; nil where every head has its own.
  public var keyValueHeads: Int?

  /// Plain attention.
  public init() {}

  /// The heads of `heads` that share keys and values with this one; nil where none does.
  public func sharing(head: Int, of heads: Int) -> Range<Int>? {
    guard let keyValueHeads, keyValueHeads > 0, keyValueHeads < heads else { return nil }
    let each = heads / keyValueHeads
    return head / each * each..<(head / each + 1) * each
  }
}

/// What a family blocks by itself, beside the mask that is asked for.
public struct OwnBlock: Sendable, Hashable {
  /// Whether keys after the query are blocked.
  public var isCausal: Bool
  /// Keys at this distance or further away are blocked; nil: none are.
  public var window: Int?

  /// Nothing is blocked, unless it is said here.
  public init(isCausal: Bool = false, window: Int? = nil) {
    self.isCausal = isCausal
    self.window = window
  }

  /// Whether it lets the pair through; both are positions.
  public func allows(query: Int, key: Int) -> Bool {
    !(isCausal && key > query) && window.map { abs(query - key) < $0 } ?? true
  }
}

extension AttentionMask {
  /// The same mask, with what the family blocks blocked.
  public func restricted(by block: OwnBlock) -> AttentionMask {
    guard block != OwnBlock() else { return self }
    var allowed = allowed
    for query in 0..<queries {
      for key in 0..<keys where !block.allows(query: query, key: key) { allowed[query * keys + key] = false }
    }
    return AttentionMask(queries: queries, keys: keys, allowed: allowed)
  }
}
