import Activations
import Explorer
import Insights
import Models

/// The head that a new exploration starts at: one that shows at first sight what attention can do.
package enum TellingHead {
  /// The head to begin with in models that are known, by the last part of the model's name: it looks at the next token.
  private static let known = ["all-MiniLM-L6-v2": HeadIndex(layer: 1, head: 8)]
  /// So many characters of a text are looked at, so that nobody waits for it.
  private static let longest = 300

  /// What is looked at of some texts: all of it where that is short, else the beginning of the first.
  ///
  /// - Returns: nil where it cannot be computed.
  package static func encoding(
    _ model: any EncodingSource, for texts: [String], pair: String?, storage: ProbabilityStorage = ProbabilityStorage()
  ) -> Encoding? {
    // Of what was computed elsewhere there is no beginning.
    let isShort =
      model.description.recorded != nil
      || (texts + (pair.map { [$0] } ?? [])).reduce(0) { $0 + $1.utf8.count } <= longest
    return try? model.encode(
      isShort ? EncodeRequest(texts: texts, pair: pair) : EncodeRequest(texts: [String(texts[0].prefix(longest))]),
      storage: storage, isCancelled: { false })
  }

  /// The head of the strongest pattern that has a name in a sentence; nil where no head has one.
  package static func of(_ model: any EncodingSource, in encoding: Encoding) -> HeadIndex? {
    let table = HeadStatistics.table(of: encoding)
    let name = model.description.name.split(separator: "/").last.map(String.init) ?? ""
    if let head = known[name], table.indices.contains(head.layer), table[head.layer].indices.contains(head.head),
      HeadPattern(table[head.layer][head.head]).kind == .next
    {
      return head
    }
    return strongest(in: table)
  }

  /// The head whose pattern is the strongest in statistics, [layer][head]: neighbours before what only gathers attention.
  static func strongest(in table: [[HeadStatistics]]) -> HeadIndex? {
    var best: (head: HeadIndex, strength: Double)?
    for (layer, heads) in table.enumerated() {
      for (head, statistics) in heads.enumerated() {
        let strength = strength(of: statistics)
        guard strength > best?.strength ?? 0 else { continue }
        best = (HeadIndex(layer: layer, head: head), strength)
      }
    }
    return best?.head
  }

  /// From 0 to 3; 0 for what has no name, and for attention that is spread over all.
  private static func strength(of statistics: HeadStatistics) -> Double {
    let shares = statistics.shares
    switch HeadPattern(statistics).kind {
    case .previous: return 2 + shares.previous
    case .next: return 2 + shares.next
    case .offset: return 1 + statistics.offsetShare
    case .itself: return 1 + shares.itself
    case .block: return shares.ownText
    case .punctuation: return shares.punctuation
    case .separator: return shares.separators
    case .first: return shares.first
    case .key: return statistics.topKeyShare
    case .padding, .broad, .heterogeneous, .none: return 0
    }
  }
}
