import Activations
import Synchronization

/// Takes, of the probabilities of a long text on their way, what pictures and tables need of every head.
public final class OverviewReader: ProbabilityReader {
  private struct State {
    var layers: [[HeadOverview]] = []
    /// One for each mask: layers of a family have one of a few.
    var visible: [VisibleQueries] = []
  }

  private let state = Mutex(State())
  private let roles: TokenRoles

  /// Of a sentence.
  public init(_ input: TokenizedInput) { roles = TokenRoles(input) }

  /// What was taken of every head, [layer][head], of the layers that have been read so far.
  public var layers: [[HeadOverview]] { state.withLock { $0.layers } }

  /// A part is whole rows of cells, and enough of them that what is summed of parts takes little memory.
  public func partLength(queries: Int, keys: Int) -> Int {
    let factor = HeadOverview.factor(queries: queries, keys: keys)
    return (512 + factor - 1) / factor * factor
  }

  /// What reads a layer.
  public func layer(_ layer: Int, heads: Int, mask: AttentionMask) -> any ProbabilityLayerReader {
    let known = state.withLock { $0.visible.first { $0.mask == mask } }
    let visible = known ?? VisibleQueries(mask, queries: roles, keys: roles, keepsRows: false)
    if known == nil { state.withLock { $0.visible.append(visible) } }
    return OverviewLayer(heads: heads, roles, visible) { [self] overviews in
      state.withLock { $0.layers.append(overviews) }
    }
  }
}

/// Takes the overviews of the heads of a layer.
private final class OverviewLayer: ProbabilityLayerReader {
  private struct Part {
    let picture: OverviewPicture
    let sums: HeadSums
  }

  /// What was taken of parts, by head and first query.
  private let parts: Mutex<[[Int: Part]]>
  private let roles: TokenRoles
  private let visible: VisibleQueries
  private let isDone: @Sendable ([HeadOverview]) -> Void

  /// - Parameter isDone: is given what was taken of every head, when all of the layer has been read.
  init(
    heads: Int, _ roles: TokenRoles, _ visible: VisibleQueries, isDone: @escaping @Sendable ([HeadOverview]) -> Void
  ) {
    parts = Mutex(Array(repeating: [:], count: heads))
    self.roles = roles
    self.visible = visible
    self.isDone = isDone
  }

  func part(head: Int, queries: Range<Int>) -> any ProbabilityPartReader {
    let scan = HeadScan(queries: roles, keys: roles, isOfOneSentence: true)
    return OverviewPart(queries, keys: roles.count, scan, visible) { [self] part in
      let taken = Part(picture: part.picture, sums: part.sums)
      parts.withLock { $0[head][queries.lowerBound] = taken }
    }
  }

  /// What was taken of parts becomes that of the layer. Sums are added in the order of the queries, whichever thread was first.
  func finish() {
    isDone(
      parts.withLock { $0 }.map { parts in
        let ordered = parts.sorted { $0.key < $1.key }.map(\.value)
        var sums = HeadSums(queries: roles.count, keys: roles.count)
        for part in ordered { sums.add(part.sums) }
        return HeadOverview(
          ordered.map(\.picture), columns: roles.count,
          sums.statistics(visible, queries: roles, keys: roles, isOfOneSentence: true))
      })
  }
}

extension ProbabilityStorage {
  /// At most so many bytes of probabilities are kept, or, where that is nil, as many as the memory that is available allows; of those that
  /// are not, and of many, an `OverviewReader` takes what pictures and tables need.
  public static func summarized(atMost limit: Int?) -> ProbabilityStorage {
    ProbabilityStorage(limit: limit) { OverviewReader($0) }
  }
}

extension AttentionTrace {
  /// What was taken of every head when its probabilities were computed, [layer][head]; nil where nothing was, because they are few.
  public var overviews: [[HeadOverview]]? {
    (reader as? OverviewReader).map(\.layers).flatMap { $0.count == layers.count ? $0 : nil }
  }
}
