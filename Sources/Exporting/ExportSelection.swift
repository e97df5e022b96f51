import Activations

/// What of the attention goes into a file, where that is not all.
public struct ExportSelection: Sendable, Equatable {
  /// The heads, in the order in which they are written; nil for all.
  public var heads: [HeadIndex]?
  /// The queries, as positions from 0; nil for all.
  public var queries: Range<Int>?

  /// All heads and all queries, unless it is said here.
  public init(heads: [HeadIndex]? = nil, queries: Range<Int>? = nil) {
    self.heads = heads
    self.queries = queries
  }

  /// Whether nothing is left out.
  public var isAll: Bool { heads == nil && queries == nil }

  /// What is chosen that there is not.
  ///
  /// - Parameter length: how many positions the longest sentence has.
  func check(_ description: EncoderDescription, length: Int) throws(OutputError) {
    for head in heads ?? [] {
      guard (0..<description.layers).contains(head.layer), (0..<description.heads).contains(head.head) else {
        throw OutputError(
          "there is no head \(head.layer).\(head.head): \(description.name) has the layers 0 to \(description.layers - 1) of "
            + "heads 0 to \(description.heads - 1)")
      }
    }
    guard let queries, queries.isEmpty || queries.lowerBound < 0 || queries.upperBound > length else { return }
    throw OutputError(
      "there are no queries \(queries.lowerBound):\(queries.upperBound): the text has the positions 0 to \(length - 1), and "
        + "the end of a range does not belong to it")
  }

  /// The queries of a sentence of `length` positions.
  func queries(of length: Int) -> Range<Int> { queries ?? 0..<length }

  /// The heads of a computation, in the order in which they are written.
  func heads(of trace: AttentionTrace) -> [HeadIndex] {
    heads
      ?? trace.layers.enumerated().flatMap { layer, one in (0..<one.heads).map { HeadIndex(layer: layer, head: $0) } }
  }

  /// So many numbers are held at a time where attention is computed for the file alone.
  private static let numbersAtOnce = 1 << 20

  /// Queries that are written together.
  static func blocks(of queries: Range<Int>, keys: Int) -> [Range<Int>] {
    let most = max(numbersAtOnce / max(keys, 1), 1)
    return stride(from: queries.lowerBound, to: queries.upperBound, by: most).map {
      $0..<min($0 + most, queries.upperBound)
    }
  }
}
