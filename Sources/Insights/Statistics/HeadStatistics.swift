import Activations

/// What one head does with one input, in numbers; `docs/definitions.md` has the formulas.
///
/// All of them are means over the queries that count: those that are not PAD and may attend to at least one key. Keys are
/// all keys, PAD included where the mask lets it through. NaN among the probabilities makes sums NaN.
public struct HeadStatistics: Sendable, Equatable {
  /// Whether queries and keys are tokens of one sentence. Where they are not (cross-attention), there is no distance between them, no
  /// neighbour and no text of their own, and the numbers of these say nothing.
  public var isOfOneSentence = true
  /// How many queries count. Where none does, all numbers are 0.
  public var queries = 0
  /// Mean entropy in nats: −Σ p ln p.
  public var entropy = 0.0
  /// Mean entropy in nats as Clark et al. (2019) compute it: of 0.9999 p + 0.0001 / n, with n the number of visible keys.
  public var smoothedEntropy = 0.0
  /// The entropy that even attention would have, in nats: the mean of ln n, with n the number of visible keys.
  public var entropyCeiling = 0.0
  /// Mean attended distance in positions: Σ p |query − key| / Σ p (Vig & Belinkov 2019).
  public var meanDistance = 0.0
  /// Where the attention goes.
  public var shares = AttentionShares()
  /// The mean of each query's largest probability, separators left out both as queries and as keys (Voita et al. 2019,
  /// who leave out the end of the sentence).
  public var confidence = 0.0
  /// The offset, key − query, at which a query's largest probability lies most often, PAD left out; of equal ones the
  /// shortest.
  public var offset = 0
  /// How many of the queries that have a real token at this offset have their largest probability there. A head with 0.9
  /// and more is called positional (Voita et al. 2019).
  public var offsetShare = 0.0
  /// The key that gets most attention in all; nil where no query counts.
  public var topKey: Int?
  /// The share of the attention that this key gets.
  public var topKeyShare = 0.0

  /// Numbers of a head of which no query counts.
  public init() {}
}

/// Shares of a head's attention, means over the queries that count: 0.25 means that a query puts a quarter of its
/// attention there on average. The kinds overlap: a query's previous token can be the first of all.
public struct AttentionShares: Sendable, Equatable {
  /// On the token before the query. PAD does not count as a neighbour, and the first query has none: it adds 0, as in Clark et
  /// al.
  public var previous = 0.0
  /// On the token after the query.
  public var next = 0.0
  /// On the query itself.
  public var itself = 0.0
  /// On the first token, `[CLS]`.
  public var first = 0.0
  /// On separators, `[SEP]`.
  public var separators = 0.0
  /// On tokens of the text that consist of punctuation.
  public var punctuation = 0.0
  /// On PAD.
  public var padding = 0.0
  /// On the previous, the next and the same token, where it is neither the first nor a separator.
  public var neighbours = 0.0
  /// On the query's own text of a pair, special tokens included; 1 where there is no pair.
  public var ownText = 0.0
  /// What `ownText` would be if attention was even over all visible keys.
  public var ownTextIfEven = 0.0
}

extension HeadStatistics {
  /// The statistics of one head: `probabilities` is [query, key], and `mask` the one of its layer.
  public init(probabilities: Tensor, roles: TokenRoles, mask: AttentionMask) {
    self = HeadScan(roles).statistics(of: probabilities, VisibleQueries(mask, queries: roles, keys: roles))
  }

  /// The statistics of one head of an encoding, [query, key], under the mask of its layer.
  public init(probabilities: Tensor, of encoding: Encoding, mask: AttentionMask) {
    self = HeadScan(of: encoding).statistics(of: probabilities, VisibleQueries(mask, of: encoding))
  }

  /// The statistics of every head, [layer][head]; nil where `isCancelled`, which is asked before each layer, said yes.
  ///
  /// - Parameter isCounted: whether a query, by its position, counts that could; nil: all of them.
  public static func table(
    of encoding: Encoding, where isCounted: ((Int) -> Bool)? = nil, isCancelled: () -> Bool
  ) -> [[HeadStatistics]]? {
    // Of what is computed in parts they were taken on the way.
    if isCounted == nil, let overviews = encoding.trace.overviews { return overviews.map { $0.map(\.statistics) } }
    let scan = HeadScan(of: encoding)
    var visible: VisibleQueries?
    var table: [[HeadStatistics]] = []
    for layer in encoding.trace.layers {
      if isCancelled() { return nil }
      // Most layers have the mask of the layer before.
      let queries =
        visible.flatMap { $0.mask == layer.mask ? $0 : nil }
        ?? VisibleQueries(layer.mask, of: encoding, where: isCounted)
      visible = queries
      table.append(
        (0..<layer.heads).map {
          scan.statistics(of: layer.probabilities(head: $0), queries)
        })
    }
    return table
  }

  /// The statistics of every head, [layer][head].
  public static func table(of encoding: Encoding) -> [[HeadStatistics]] {
    table(of: encoding, isCancelled: { false }) ?? []
  }
}
