import Activations

/// A head of one encoding beside a head of another (or of the same), token by token: A, B, and B − A.
///
/// Tokens are matched as in `EncodingComparison`: those that are not PAD in order, and PAD too where both have it at the
/// same positions. The heads, and the models, need not be the same; only the number of tokens must.
public struct HeadComparison: Sendable {
  /// The head of A.
  public let headA: HeadIndex
  /// The head of B.
  public let headB: HeadIndex
  /// The positions that are compared, in A and in B; as many in each.
  public let positionsA: [Int]
  /// The positions in B of the tokens that both have, in order.
  public let positionsB: [Int]
  /// The same of queries, where these are other tokens than keys; else `positionsA` and `positionsB`.
  public let queriesA: [Int]
  /// The same in B.
  public let queriesB: [Int]
  /// How many queries and keys an entry of the maps stands for: 1, but for long texts.
  public let factor: Int
  /// Probabilities at the compared positions, [query, key]; of a long text, the largest of each cell of `factor` queries and keys.
  public let a: Tensor
  /// The same of B.
  public let b: Tensor
  /// B − A, [query, key]; of a long text, what is largest in either direction in each cell.
  public let change: Tensor
  /// The cosine of the two maps over the queries that are not PAD, as in `EncodingComparison`.
  public let cosine: Double
  /// The largest |B − A| over the queries that are not PAD, as in `EncodingComparison`; 0 where there is none.
  public let largest: Float
  /// The largest |B − A| of all pairs in `change`, those of PAD queries included.
  public let largestWithPad: Float
  /// The pairs that differ most, largest difference first; PAD queries and equal pairs are left out.
  public let pairs: [EncodingComparison.PairDifference]

  /// More tokens than that are not looked at one by one with every key that is pressed.
  @TaskLocal package static var mostTokens = 1024

  /// - Parameters:
  ///   - count: how many pairs to list at most.
  ///   - isCancelled: asked again and again; what it stopped has wrong numbers.
  public init(
    _ encodingA: Encoding, _ headA: HeadIndex, _ encodingB: Encoding, _ headB: HeadIndex, count: Int = 100,
    isCancelled: () -> Bool = { false }
  ) throws(ComparisonError) {
    let alignment = try PositionAlignment(encodingA, encodingB)
    let (size, queries) = (alignment.count, alignment.queryCount)
    let factor = HeadComparison.factor(encodingA.trace, encodingB.trace, queries: queries, keys: size)
    let isReal = alignment.queriesA.map { encodingA.queryInput.attentionMask[$0] }
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    var (largest, largestWithPad) = (LargestDifference(), LargestDifference())
    var list = LargestPairs(count: count)
    var maps = CoarseMaps(queries: queries, keys: size, factor: factor)
    alignment.forEachRow(
      (encodingA.trace.layers[headA.layer], headA.head), (encodingB.trace.layers[headB.layer], headB.head),
      isCancelled: isCancelled
    ) { query, rowA, rowB in
      maps.take(query, rowA, rowB)
      let difference = largestDifference(rowA, rowB, count: size)
      largestWithPad.take(difference)
      guard isReal[query] else { return }
      largest.take(difference)
      aa += Double(dotProduct(rowA, rowA, count: size))
      ab += Double(dotProduct(rowA, rowB, count: size))
      bb += Double(dotProduct(rowB, rowB, count: size))
      list.take(headB, query: query, rowA, rowB, keys: size)
    }
    self.headA = headA
    self.headB = headB
    positionsA = alignment.a
    positionsB = alignment.b
    queriesA = alignment.queriesA
    queriesB = alignment.queriesB
    self.factor = factor
    (a, b, change) = (maps.map(0), maps.map(1), maps.map(2))
    cosine = Insights.cosine(ab, aa, bb)
    self.largest = largest.value
    self.largestWithPad = largestWithPad.value
    pairs = list.found
  }

  /// How many queries and keys a cell stands for: more than one of a long text. Of attention that is
  /// read out of a file, whose rows cannot be had one by one, every pair is held.
  private static func factor(_ a: AttentionTrace, _ b: AttentionTrace, queries: Int, keys: Int) -> Int {
    func readsRows(_ trace: AttentionTrace) -> Bool { trace.layers.first?.readsRows == true }
    guard readsRows(a), readsRows(b), max(queries, keys) > mostTokens else { return 1 }
    return HeadOverview.factor(queries: queries, keys: keys)
  }
}

extension HeadComparison: Equatable {
  /// The same heads with the same numbers about them; the maps follow from the results that they were worked out of.
  public static func == (a: HeadComparison, b: HeadComparison) -> Bool {
    a.headA == b.headA && a.headB == b.headB && a.positionsA == b.positionsA && a.positionsB == b.positionsB
      && a.queriesA == b.queriesA && a.queriesB == b.queriesB && a.cosine == b.cosine && a.largest == b.largest
      && a.largestWithPad == b.largestWithPad && a.pairs == b.pairs
  }
}

extension PositionAlignment {
  /// Throws where the inputs have not as many tokens that are no PAD.
  init(_ a: Encoding, _ b: Encoding) throws(ComparisonError) {
    guard a.isCross == b.isCross else {
      throw ComparisonError(
        description:
          "\(a.isCross ? "A" : "B") is attention from one sentence to another, \(a.isCross ? "B" : "A") is not")
    }
    let keys = try PositionAlignment.matched(a.input, b.input, a.isCross ? "keys" : "tokens")
    self.init(
      keys: keys, queries: a.isCross ? try PositionAlignment.matched(a.queryInput, b.queryInput, "queries") : keys)
  }

  private static func matched(
    _ a: TokenizedInput, _ b: TokenizedInput, _ name: String
  ) throws(ComparisonError) -> ([Int], [Int]) {
    guard a.realCount == b.realCount else {
      throw ComparisonError(
        description: "A has \(a.realCount) \(name) and B \(b.realCount): compare sentences of as many tokens")
    }
    let hasSamePad = a.attentionMask == b.attentionMask
    return hasSamePad
      ? (Array(0..<a.count), Array(0..<b.count)) : (a.realPositions, b.realPositions)
  }
}

/// The pairs of tokens that differ most, as rows come by.
struct LargestPairs {
  let count: Int
  private(set) var found: [EncodingComparison.PairDifference] = []
  /// What has to be exceeded to get in.
  private var smallest: Float = 0

  init(count: Int) { self.count = count }

  mutating func take(
    _ head: HeadIndex, query: Int, _ rowA: UnsafePointer<Float>, _ rowB: UnsafePointer<Float>, keys: Int
  ) {
    // NaN is not at most anything: other keys of such a row can still be found.
    guard count > 0, !(largestDifference(rowA, rowB, count: keys) <= smallest) else { return }
    for key in 0..<keys where abs(rowB[key] - rowA[key]) > smallest {
      let pair = EncodingComparison.PairDifference(head: head, query: query, key: key, a: rowA[key], b: rowB[key])
      let place = found.firstIndex { abs($0.change) < abs(pair.change) } ?? found.count
      found.insert(pair, at: place)
      if found.count > count { found.removeLast() }
      if found.count == count, let last = found.last { smallest = abs(last.change) }
    }
  }
}
