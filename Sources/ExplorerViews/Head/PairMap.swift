import Activations
import Explorer
import Insights
import Synchronization

/// Numbers of pairs of tokens, [query, key]: all of them, or rows that are computed as they are looked at.
struct PairMap {
  private enum Source {
    case whole(Tensor)
    case rows(HeadRows)
    /// Rows of some queries: of others nothing is known.
    case part(Tensor, Range<Int>)
  }

  private let source: Source
  /// How many queries and keys there are.
  let shape: [Int]

  /// All numbers are there.
  init(_ numbers: Tensor) { (source, shape) = (.whole(numbers), numbers.shape) }

  /// What the Flow view shows, or as much as is known of it.
  init(_ flow: FlowMap, positions: Int) {
    source = flow.queries == 0..<positions ? .whole(flow.map) : .part(flow.map, flow.queries)
    shape = [positions, positions]
  }

  /// The probabilities of a head: its rows where a text is so long that they are computed in parts.
  init(_ head: HeadIndex, of computation: Computation) {
    let trace = computation.encoding.trace
    let layer = trace.layers[head.layer]
    if trace.computesRows, WholeHeads.hold(max(trace.queries, trace.keys)) {
      let numbers = computation.wholeHead(head)
      (source, shape) = (.whole(numbers), numbers.shape)
    } else if trace.computesRows {
      source = .rows(HeadRows(head: head, layer: layer, queries: trace.queries, kept: computation.keptRows))
      shape = [trace.queries, trace.keys]
    } else {
      let numbers = layer.probabilities(head: head.head)
      (source, shape) = (.whole(numbers), numbers.shape)
    }
  }

  /// All of it, where that is held; else nil.
  var whole: Tensor? { if case .whole(let numbers) = source { numbers } else { nil } }

  /// Whether the numbers of a query are known, or can be computed.
  func knows(_ query: Int) -> Bool {
    if case .part(_, let queries) = source { queries.contains(query) } else { true }
  }

  /// The numbers of a query, one entry a key.
  func row(_ query: Int) -> [Float] {
    switch source {
    case .whole(let numbers): numbers.row(query)
    case .part(let numbers, let queries):
      queries.contains(query)
        ? numbers.row(query - queries.lowerBound) : Array(repeating: .nan, count: shape[1])
    case .rows(let rows): rows.block(of: query).row(query % KeptRows.together)
    }
  }

  /// The bits of the maxima of each key over some queries in their order; see `ColumnMaxima`.
  func columnMaxima(_ queries: [Int], mask: AttentionMask, weights: [Float]? = nil) -> [Int32] {
    switch source {
    case .whole(let numbers): return ColumnMaxima(numbers, mask: mask, weights: weights).of(queries)
    case .part(let numbers, let known):
      return ColumnMaxima(numbers, from: known.lowerBound, mask: mask, weights: weights).of(queries)
    case .rows(let rows):
      var maxima = [Int32](repeating: ColumnMaxima.blocked, count: min(shape[1], mask.keys))
      var rest = queries[...]
      while let query = rest.first {
        let first = query - query % KeptRows.together
        let part = rest.prefix { (first..<first + KeptRows.together).contains($0) }
        let found = ColumnMaxima(rows.block(of: first), from: first, mask: mask, weights: weights).of(Array(part))
        for key in maxima.indices { maxima[key] = max(maxima[key], found[key]) }
        rest = rest.dropFirst(part.count)
      }
      return maxima
    }
  }

  subscript(query: Int, key: Int) -> Float {
    switch source {
    case .whole(let numbers): numbers[query, key]
    case .part(let numbers, let queries):
      queries.contains(query) ? numbers[query - queries.lowerBound, key] : .nan
    case .rows(let rows): rows.block(of: query)[query % KeptRows.together, key]
    }
  }
}

/// The rows of a head, computed some at a time.
private struct HeadRows {
  let head: HeadIndex
  let layer: LayerTrace
  let queries: Int
  let kept: KeptRows

  /// The block of rows that a query is in, [queries, key].
  func block(of query: Int) -> Tensor {
    let first = query - query % KeptRows.together
    return kept.block(KeptRows.Place(head: head, first: first)) {
      layer.probabilities(head: head.head, queries: first..<min(first + KeptRows.together, queries))
    }
  }
}

/// Rows of heads that were looked at, those that were looked at last: as many as a few screens show.
///
/// Nothing depends on what is kept here.
final class KeptRows: Sendable {
  /// So many neighbouring queries are computed together: as many as cost hardly more than one.
  static let together = 16
  /// So many bytes of numbers are kept, and some blocks at least.
  private static let mostBytes = 32 << 20
  private static let leastBlocks = 16

  struct Place: Hashable {
    let head: HeadIndex
    /// The first query of the block.
    let first: Int
  }

  private struct State {
    var blocks: [Place: (numbers: Tensor, use: Int)] = [:]
    var uses = 0
    /// What was asked for last: the cells of a row are asked for one after the other.
    var last: (place: Place, numbers: Tensor)?

    mutating func use(_ place: Place, _ numbers: Tensor) {
      uses += 1
      blocks[place] = (numbers, uses)
      last = (place, numbers)
    }
  }

  private let state = Mutex(State())

  /// How many blocks are kept.
  var count: Int { state.withLock { $0.blocks.count } }

  /// The numbers of a block; `read` computes them where they are not kept.
  func block(_ place: Place, read: () -> Tensor) -> Tensor {
    let known = state.withLock { state -> Tensor? in
      if let last = state.last, last.place == place { return last.numbers }
      guard let numbers = state.blocks[place]?.numbers else { return nil }
      state.use(place, numbers)
      return numbers
    }
    if let known { return known }
    let numbers = read()
    state.withLock { state in
      state.use(place, numbers)
      let most = max(KeptRows.mostBytes / max(numbers.count * MemoryLayout<Float>.stride, 1), KeptRows.leastBlocks)
      guard state.blocks.count > most else { return }
      // A quarter goes at once, so that not every new block looks for the oldest.
      let oldest = state.blocks.sorted { $0.value.use < $1.value.use }.prefix(max(most / 4, 1))
      for (place, _) in oldest { state.blocks[place] = nil }
    }
    return numbers
  }
}

/// A mask that lets everything through, for what comes through all layers.
private final class OpenMask: Sendable {
  private let mask = Mutex<AttentionMask?>(nil)

  func of(_ size: Int) -> AttentionMask {
    mask.withLock { mask in
      if let mask { return mask }
      let made = AttentionMask(.none, attentionMask: Array(repeating: true, count: size))
      mask = made
      return made
    }
  }
}

extension Computation {
  /// A mask of its tokens that lets everything through.
  var openMask: AttentionMask { drawings.value(OpenMask.init).of(encoding.input.count) }

  /// The rows of its heads that were looked at.
  var keptRows: KeptRows { drawings.value(KeptRows.init) }
}
