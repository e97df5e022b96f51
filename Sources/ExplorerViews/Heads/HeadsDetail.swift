import Activations
import Canvas
import Explorer
import Insights

/// What the table of heads says in words: the rule that gave the selected head its name, and which head is like it.
struct HeadsDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    let marked = state.markedHead
    guard let row = state.headRows.first(where: { $0.index == marked }) else { return [] }
    let name = "\(state.name(of: row.index)): \(row.pattern.name)"
    let shape = row.pattern.shape.map { " (shape: \($0.rawValue))" } ?? ""
    let rule = "\(name), because \(row.pattern.reason)"
    let short = "\(row.pattern.name): \(row.pattern.reason.withoutSource)"
    var wordings = [name + shape + ", because \(row.pattern.reason)", rule, short, name]
    if let likeness {
      wordings.insert("\(name)\(shape), because \(row.pattern.reason)\(Signs(appearance).separator)\(likeness)", at: 0)
    }
    return wordings
  }

  /// Which head is nearest, or how near this one is to the one that the search began with.
  private var likeness: String? {
    let anchor = state.likenessAnchor
    guard let neighbours = state.found(NeighboursTask(of: anchor)) else { return nil }
    func distance(_ neighbour: HeadDistances.Neighbour) -> String {
      Words.fixed(neighbour.distance / Double(max(neighbours.queries, 1)), 3) + " nats a query"
    }
    let marked = state.markedHead
    if let place = neighbours.heads.firstIndex(where: { $0.head == marked }) {
      return "number \(place + 1) of those like \(state.name(of: anchor)), \(distance(neighbours.heads[place])) from it"
    }
    return neighbours.heads.first.map { "most like it: \(state.name(of: $0.head)), \(distance($0))" }
  }

}

extension String {
  /// Without the paper in parentheses at its end.
  fileprivate var withoutSource: String {
    guard last == ")", let start = lastIndex(of: "(") else { return self }
    return String(self[..<start].dropLast())
  }
}
