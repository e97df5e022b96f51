import Activations
import Compute
import Synchronization

/// Why two encodings cannot be compared head by head, in one line.
public struct ComparisonError: Error, CustomStringConvertible, Equatable {
  /// What is wrong, in one line.
  public let description: String
}

/// Two encodings side by side, A and B: with another mask, padding, sentence or model of the same size.
///
/// Tokens that are not PAD are compared one by one, in order. Where both have PAD at the same positions, PAD is compared
/// as well, so that one sees the attention that a mask keeps from it; numbers over a whole head leave PAD queries out all
/// the same. NaN among the probabilities makes numbers NaN.
public struct EncodingComparison: Sendable {
  /// How different one head is.
  public struct HeadDifference: Sendable, Equatable {
    /// The head.
    public let head: HeadIndex
    /// The cosine of the two maps, written as one vector each (Kovaleva et al. 2019): 1 where they are the same. 1 too where
    /// both are all 0, and 0 where one is.
    public let cosine: Double
    /// The largest absolute difference of a probability, over the queries that are not PAD.
    public let largest: Float

    /// The cosine to sort by: where NaN is, everything has changed.
    public var closeness: Double { cosine.isNaN ? -1 : cosine }
    /// The largest difference to sort by.
    public var change: Float { largest.isNaN ? .infinity : largest }
  }

  /// One pair of tokens in one head.
  public struct PairDifference: Sendable, Equatable {
    /// The head.
    public let head: HeadIndex
    /// Places in `positionsA` and `positionsB`.
    public let query: Int
    /// The key's position in A.
    public let key: Int
    /// The probability in A.
    public let a: Float
    /// The probability in B.
    public let b: Float

    /// B − A.
    public var change: Float { b - a }
  }

  /// What is compared.
  public let a: Encoding
  /// What it is compared with.
  public let b: Encoding
  /// The positions that are compared, in A and in B; as many in each.
  public let positionsA: [Int]
  /// The positions in B of the tokens that both have, in order.
  public let positionsB: [Int]
  /// The same of queries, where these are other tokens than keys; else `positionsA` and `positionsB`.
  public let queriesA: [Int]
  /// The same in B.
  public let queriesB: [Int]
  /// Whether the tokens at these positions are the same, byte for byte.
  public let hasSameTokens: Bool
  /// One entry a head, [layer][head].
  public let heads: [[HeadDifference]]
  private let alignment: PositionAlignment

  /// - Parameter isCancelled: asked before each layer; the layers that it stopped are missing from `heads`.
  public init(
    _ a: Encoding, _ b: Encoding, isCancelled: () -> Bool = { false }
  ) throws(ComparisonError) {
    let alignment = try EncodingComparison.alignment(a, b)
    positionsA = alignment.a
    positionsB = alignment.b
    queriesA = alignment.queriesA
    queriesB = alignment.queriesB
    self.a = a
    self.b = b
    hasSameTokens = zip(positionsA, positionsB).allSatisfy {
      a.input.tokens[$0].utf8.elementsEqual(b.input.tokens[$1].utf8)
    }
    self.alignment = alignment
    let isReal = queriesA.map { a.queryInput.attentionMask[$0] }
    heads = a.trace.layers.indices.prefix { _ in !isCancelled() }.map { layer in
      (0..<a.trace.heads).map {
        EncodingComparison.difference(a, b, HeadIndex(layer: layer, head: $0), alignment, isReal)
      }
    }
  }

  /// How different the heads of one layer are, worked out on all threads: for texts so long that rows are computed again for it. Nil where
  /// `isCancelled`, which is asked again and again on any thread, said yes, and where there is no such layer.
  public static func layer(
    _ layer: Int, of a: Encoding, _ b: Encoding, isCancelled: @Sendable () -> Bool
  ) throws(ComparisonError) -> [HeadDifference]? {
    let alignment = try alignment(a, b)
    guard a.trace.layers.indices.contains(layer) else { return nil }
    let isReal = alignment.queriesA.map { a.queryInput.attentionMask[$0] }
    let found = Mutex<[Int: HeadDifference]>([:])
    ThreadTeam.shared.forEach(a.trace.heads) { head, _ in
      let difference = difference(
        a, b, HeadIndex(layer: layer, head: head), alignment, isReal, isCancelled: isCancelled)
      found.withLock { $0[head] = difference }
    }
    if isCancelled() { return nil }
    return found.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Which positions correspond to which, of encodings with as many layers and heads.
  private static func alignment(_ a: Encoding, _ b: Encoding) throws(ComparisonError) -> PositionAlignment {
    let (traceA, traceB) = (a.trace, b.trace)
    guard traceA.layers.count == traceB.layers.count, traceA.heads == traceB.heads else {
      throw ComparisonError(
        description:
          "A has \(traceA.layers.count) layers with \(traceA.heads) heads each, B \(traceB.layers.count) with "
          + "\(traceB.heads): compare models of the same size")
    }
    return try PositionAlignment(a, b)
  }

  private static func difference(
    _ a: Encoding, _ b: Encoding, _ head: HeadIndex, _ alignment: PositionAlignment, _ isReal: [Bool],
    isCancelled: () -> Bool = { false }
  ) -> HeadDifference {
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    var largest = LargestDifference()
    alignment.forEachRow(
      (a.trace.layers[head.layer], head.head), (b.trace.layers[head.layer], head.head), isCancelled: isCancelled
    ) { query, rowA, rowB in
      guard isReal[query] else { return }
      aa += Double(dotProduct(rowA, rowA, count: alignment.count))
      ab += Double(dotProduct(rowA, rowB, count: alignment.count))
      bb += Double(dotProduct(rowB, rowB, count: alignment.count))
      largest.take(largestDifference(rowA, rowB, count: alignment.count))
    }
    return HeadDifference(head: head, cosine: cosine(ab, aa, bb), largest: largest.value)
  }

  /// All heads, the most different first: by cosine, then by the largest difference.
  public func mostDifferentHeads() -> [HeadDifference] {
    heads.flatMap(\.self).sorted { ($0.closeness, -$0.change) < ($1.closeness, -$1.change) }
  }

  /// The probabilities of one head at the compared positions, in A and in B, [query, key].
  public func maps(of head: HeadIndex) -> (a: Tensor, b: Tensor) {
    let (count, probabilitiesA, probabilitiesB) = (
      alignment.count, a.trace.probabilities(head), b.trace.probabilities(head)
    )
    func picked(_ tensor: Tensor, _ queries: [Int], _ keys: [Int]) -> Tensor {
      Tensor(shape: [queries.count, count]) { result in
        for (row, query) in queries.enumerated() {
          for (column, key) in keys.enumerated() { result[row * count + column] = tensor[query, key] }
        }
      }
    }
    return (picked(probabilitiesA, queriesA, positionsA), picked(probabilitiesB, queriesB, positionsB))
  }

  /// B − A of one head at the compared positions, [query, key].
  public func change(of head: HeadIndex) -> Tensor {
    Tensor(shape: [alignment.queryCount, alignment.count]) { result in
      alignment.forEachRow(a.trace.probabilities(head), b.trace.probabilities(head)) { query, rowA, rowB in
        for key in 0..<alignment.count { result[query * alignment.count + key] = rowB[key] - rowA[key] }
      }
    }
  }

  /// The pairs of tokens whose probabilities differ most, largest difference first, at most `count`: of one head, or of all
  /// where none is given. PAD queries are left out, pairs that are equal too.
  public func largestChanges(in head: HeadIndex? = nil, count: Int) -> [PairDifference] {
    guard count > 0 else { return [] }
    var list = LargestPairs(count: count)
    for head in head.map({ [$0] }) ?? heads.flatMap({ $0.map(\.head) }) {
      alignment.forEachRow(a.trace.probabilities(head), b.trace.probabilities(head)) { query, rowA, rowB in
        guard a.queryInput.attentionMask[queriesA[query]] else { return }
        list.take(head, query: query, rowA, rowB, keys: alignment.count)
      }
    }
    return list.found
  }
}

/// The cosine from a · b, a · a and b · b: 1 for two vectors of length 0, and 0 where only one has length 0.
func cosine(_ ab: Double, _ aa: Double, _ bb: Double) -> Double {
  if aa == 0 || bb == 0 { return aa == bb ? 1 : 0 }
  let cosine = ab / (aa.squareRoot() * bb.squareRoot())
  return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine
}
