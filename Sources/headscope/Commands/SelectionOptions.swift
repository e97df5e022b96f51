import Activations
import ArgumentParser
import Exporting
import Support

/// What of the attention is written, where that is not all.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: .init(
      "Only these heads, LAYER.HEAD from 0: 3.7,5.1. The tensors of heads then have the axes [batch, head, ...].",
      valueName: "heads"))
  var heads: HeadList?

  @Option(
    help: .init(
      "Only these queries of attentions and scores, by position from 0, as in Python: 100:200, 100: or :200.",
      valueName: "from:to"))
  var queries: QueryRange?

  var isUsed: Bool { heads != nil || queries != nil }

  /// - Parameter length: how many positions the longest text has.
  func selection(length: Int) -> ExportSelection {
    ExportSelection(
      heads: heads?.heads,
      queries: queries.map { range in
        let (from, to) = (range.from ?? 0, range.to ?? length)
        return from..<max(from, to)
      })
  }
}

/// Heads as they are named on a command line: 3.7,5.1.
struct HeadList: ExpressibleByArgument, Equatable {
  let heads: [HeadIndex]

  /// Nil where a part is no LAYER.HEAD, or a head stands twice.
  init?(argument: String) {
    var heads: [HeadIndex] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ".", omittingEmptySubsequences: false).map { Int(decimal: $0) }
      guard numbers.count == 2, let layer = numbers[0], let head = numbers[1] else { return nil }
      let index = HeadIndex(layer: layer, head: head)
      guard !heads.contains(index) else { return nil }
      heads.append(index)
    }
    self.heads = heads
  }
}

/// Positions as a range without its end: 100:200.
struct QueryRange: ExpressibleByArgument, Equatable {
  let from: Int?
  let to: Int?

  /// Nil where it is no range, or one in which there is nothing.
  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let ends = parts.map { Int(decimal: $0) }
    guard zip(parts, ends).allSatisfy({ $0.isEmpty || $1 != nil }) else { return nil }
    (from, to) = (ends[0], ends[1])
    if let to, (from ?? 0) >= to { return nil }
  }
}
