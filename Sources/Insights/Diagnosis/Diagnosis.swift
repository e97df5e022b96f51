import Activations
import Support

/// What looks odd about a result, with what is needed to say why.
public struct Diagnosis: Sendable, Equatable {
  /// The first number that is NaN or infinite, in the order of the computation.
  public var oddNumber: OddNumber?
  /// What PAD gets; nil where there is no PAD, or no query that counts.
  public var padding: PaddingAttention?
  /// How near to even all heads are; nil where no query sees at least three keys.
  public var evenness: Evenness?
  /// Heads that attend alike whatever the query is, in their order.
  public var constantHeads: [ConstantHead]
  /// Whether heads could be looked at for that: only where all queries that count see the same keys, at least three of
  /// them do, and they see at least two.
  public var looksAtConstantHeads: Bool
  /// The positions whose queries may see no key by the mask that was asked for.
  public var blockedQueries: [Int]
  /// Those whose queries may see some by that mask, and none by the one that a layer applied: what the family blocks of its own.
  public var queriesBlockedByLayers: [BlockedQuery]
  /// The positions of tokens that stand for text which the vocabulary does not have.
  public var unknownTokens: [Int]
  /// The first pair of the mask that was changed by hand; nil where none was.
  public var editedPair: HeadOverview.Pair?

  /// The tokens that published vocabularies have for it.
  static let unknownNames: Set<String> = ["[UNK]", "<unk>"]

  /// Nil where `isCancelled`, which is asked again and again, said yes.
  public init?(_ encoding: Encoding, isCancelled: () -> Bool = { false }) {
    guard let table = HeadStatistics.table(of: encoding, isCancelled: isCancelled) else { return nil }
    let input = encoding.input
    oddNumber = OddNumber.first(in: encoding.trace, isCancelled: isCancelled)
    padding = PaddingAttention(encoding, table, isCancelled: isCancelled)
    evenness = Evenness(encoding, table)
    blockedQueries = encoding.mask.blindQueries
    if isCancelled() { return nil }
    queriesBlockedByLayers = BlockedQuery.all(in: encoding)
    editedPair = encoding.firstPairEditedByHand
    unknownTokens = input.realPositions.filter { Diagnosis.unknownNames.contains(input.tokens[$0]) }
    guard let constant = ConstantHead.all(in: encoding, table, isCancelled: isCancelled) else { return nil }
    constantHeads = constant.heads
    looksAtConstantHeads = constant.wereLookedAt
  }
}

/// A query that may see no key in some layers, though the mask that was asked for gives it some.
public struct BlockedQuery: Sendable, Equatable {
  /// The query.
  public var position: Int
  /// The layers in which it sees no key, from the first on.
  public var layers: [Int]

  static func all(in encoding: Encoding) -> [BlockedQuery] {
    let mask = encoding.mask
    var layers: [Int: [Int]] = [:]
    // Layers have masks of their own, and few different ones.
    var known: [(mask: AttentionMask, blind: [Int])] = [(mask, [])]
    let sees = Set(0..<mask.size).subtracting(mask.blindQueries)
    for (index, layer) in encoding.trace.layers.enumerated() {
      let place = known.firstIndex { $0.mask == layer.mask } ?? known.count
      if place == known.count { known.append((layer.mask, layer.mask.blindQueries.filter(sees.contains))) }
      for query in known[place].blind { layers[query, default: []].append(index) }
    }
    return layers.keys.sorted().map { BlockedQuery(position: $0, layers: layers[$0] ?? []) }
  }
}

extension AttentionMask {
  /// The queries that may see no key.
  fileprivate var blindQueries: [Int] {
    (0..<queries).filter { !allowed[$0 * keys..<($0 + 1) * keys].contains(true) }
  }
}

extension Encoding {
  fileprivate var firstPairEditedByHand: HeadOverview.Pair? {
    guard pairsEditedByHand > 0 else { return nil }
    return zip(mask.allowed, modeMask.allowed).enumerated().first { $0.element.0 != $0.element.1 }.map {
      HeadOverview.Pair(query: $0.offset / mask.keys, key: $0.offset % mask.keys)
    }
  }
}

/// The share of attention that PAD gets: what is wrong without a mask.
public struct PaddingAttention: Sendable, Equatable {
  /// The mean over all heads and all queries that count.
  public var share: Double
  /// What even attention would give it, over the keys that each layer lets a query see.
  public var shareIfEven: Double
  /// The head that gives it most, and how much.
  public var head: HeadIndex
  /// The share that this head gives PAD, from 0 to 1.
  public var shareOfHead: Double
  /// The query of that head that gives it most, and the PAD that gets most of that.
  public var query: Int
  /// The position of that PAD.
  public var key: Int

  init?(_ encoding: Encoding, _ table: [[HeadStatistics]], isCancelled: () -> Bool = { false }) {
    let input = encoding.input
    let pads = input.attentionMask.indices.filter { !input.attentionMask[$0] }
    let queries = input.realPositions.filter { encoding.mask.visibleKeys(query: $0) > 0 }
    guard let firstPad = pads.first, let firstQuery = queries.first, table.contains(where: { !$0.isEmpty }) else {
      return nil
    }
    let shares = table.enumerated().flatMap { layer, heads in
      heads.enumerated().map { (HeadIndex(layer: layer, head: $0), $1.shares.padding) }
    }
    share = shares.reduce(0) { $0 + $1.1 } / Double(max(shares.count, 1))
    (head, shareOfHead) = shares.max { $1.1.isLarger(than: $0.1) } ?? (HeadIndex(layer: 0, head: 0), 0)
    // Layers have masks of their own, and few different ones.
    var last: (mask: AttentionMask, share: Double)?
    let evenShares = encoding.trace.layers.map { layer in
      if let last, last.mask == layer.mask { return last.share }
      let share = PaddingAttention.even(layer.mask, pads: pads, queries: input.realPositions)
      last = (layer.mask, share)
      return share
    }
    shareIfEven = evenShares.reduce(0, +) / Double(max(evenShares.count, 1))
    var best = (query: firstQuery, given: Float(0), row: [Float]?.none)
    encoding.trace.layers[head.layer].forEachRow(of: head.head, queries, isCancelled: isCancelled) { query, row in
      let given = pads.reduce(Float(0)) { $0 + row[$1] }
      guard best.row == nil || given.isLarger(than: best.given) else { return }
      best = (query, given, Array(UnsafeBufferPointer(start: row, count: input.count)))
    }
    query = best.query
    key = best.row.flatMap { row in pads.max { row[$1].isLarger(than: row[$0]) } } ?? firstPad
  }

  /// The mean share of PAD among the keys that queries see, over those that see any.
  private static func even(_ mask: AttentionMask, pads: [Int], queries: [Int]) -> Double {
    let shares = queries.compactMap { query -> Double? in
      let visible = mask.visibleKeys(query: query)
      return visible == 0 ? nil : Double(pads.count { mask[query, $0] }) / Double(visible)
    }
    return shares.reduce(0, +) / Double(max(shares.count, 1))
  }
}

/// How near the attention of all heads is to even: 1 / n on each of the n keys that a query sees.
public struct Evenness: Sendable, Equatable {
  /// The mean entropy of the heads that are not switched off, in nats, and the one that even attention would have.
  public var entropy: Double
  /// The mean entropy of even attention, in nats.
  public var ceiling: Double
  /// The head whose entropy is furthest below its ceiling, and that entropy.
  public var sharpest: HeadIndex
  /// Its entropy, in nats.
  public var sharpestEntropy: Double
  /// Its entropy if it was even, in nats.
  public var sharpestCeiling: Double

  /// The share of the ceiling from which a head is called near even.
  public static let threshold = 0.95

  /// Whether every head is near even.
  public var isEverywhere: Bool { sharpestEntropy >= Evenness.threshold * sharpestCeiling }

  init?(_ encoding: Encoding, _ table: [[HeadStatistics]]) {
    var heads: [(index: HeadIndex, statistics: HeadStatistics)] = []
    for (layer, row) in table.enumerated() {
      for (head, statistics) in row.enumerated() where encoding.trace.layers[layer].ablations[head] == nil {
        heads.append((HeadIndex(layer: layer, head: head), statistics))
      }
    }
    // Of two keys, many a head makes nearly equal shares.
    let logarithmOf3 = 1.0986
    let mean = heads.reduce(0) { $0 + $1.statistics.entropyCeiling } / Double(max(heads.count, 1))
    guard mean >= logarithmOf3,
      let sharpest = heads.min(by: {
        $0.statistics.entropy * $1.statistics.entropyCeiling < $1.statistics.entropy * $0.statistics.entropyCeiling
      }), heads.allSatisfy({ $0.statistics.entropy.isFinite })
    else { return nil }
    entropy = heads.reduce(0) { $0 + $1.statistics.entropy } / Double(heads.count)
    ceiling = mean
    self.sharpest = sharpest.index
    sharpestEntropy = sharpest.statistics.entropy
    sharpestCeiling = sharpest.statistics.entropyCeiling
  }
}
