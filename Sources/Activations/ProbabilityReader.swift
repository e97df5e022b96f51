/// Takes the probabilities of an input on their way. Where there are more of them than are held, what is not taken then has to be
/// computed again; where they are held, they need not be gone through once more.
///
/// For every layer in turn, an encoder asks for a reader of the layer, and that for readers of parts, on any of its threads: some
/// neighbouring queries of a head each. A part is read by one thread, its queries in order.
public protocol ProbabilityReader: AnyObject, Sendable {
  /// How many queries a part has; the last of a head may have less.
  func partLength(queries: Int, keys: Int) -> Int
  /// What reads a layer; layers come in order, one after the other.
  ///
  /// - Parameter mask: the one that the layer applies.
  func layer(_ layer: Int, heads: Int, mask: AttentionMask) -> any ProbabilityLayerReader
}

/// Takes the probabilities of a layer.
public protocol ProbabilityLayerReader: AnyObject, Sendable {
  /// What reads a part.
  func part(head: Int, queries: Range<Int>) -> any ProbabilityPartReader
  /// All parts have been read.
  func finish()
}

/// Takes the probabilities of some neighbouring queries of a head, in order.
public protocol ProbabilityPartReader: AnyObject {
  /// - Parameters:
  ///   - queries: the next ones of the part.
  ///   - keys: which keys there are numbers of; of all others the probability is 0.
  ///   - probabilities: [queries, keys], row by row; only as long as the call lasts.
  func read(queries: Range<Int>, keys: Range<Int>, _ probabilities: UnsafePointer<Float>)
  /// The part is over.
  func finish()
}

/// What becomes of the probabilities of an input: they are kept where they are few, and else only shown.
public struct ProbabilityStorage: Sendable {
  /// How many bytes of probabilities are kept at most; nil: it depends on the memory that is available.
  public var limit: Int?
  /// Makes what they are shown to where they are not kept, or of so many tokens that it is worth it; nil where nothing wants to see
  /// them.
  public var reader: (@Sendable (_ input: TokenizedInput) -> any ProbabilityReader)?
  /// Probabilities of so many tokens are shown to the reader even where they are kept.
  public var shownFrom = 256
  /// Is told on the way, from any thread, which share of the layers has been computed, from 0 to 1; it never falls. And whether the
  /// probabilities are not kept.
  public var progress: (@Sendable (_ share: Double, _ isInParts: Bool) -> Void)?

  /// How many are kept depends on the memory that is available, unless it is said here.
  public init(
    limit: Int? = nil, reader: (@Sendable (_ input: TokenizedInput) -> any ProbabilityReader)? = nil,
    progress: (@Sendable (_ share: Double, _ isInParts: Bool) -> Void)? = nil
  ) {
    self.limit = limit
    self.reader = reader
    self.progress = progress
  }
}
