import Activations
import Explorer
import Insights

extension State {
  /// What A and B have at a pair of places of a comparison. Of a long text, of which only coarse cells are compared, it is read anew; NaN
  /// where a picture is not there any more.
  func compared(_ comparison: HeadComparison, query: Int, key: Int) -> (a: Double, b: Double) {
    guard comparison.factor > 1 else {
      return (Double(comparison.a[query, key]), Double(comparison.b[query, key]))
    }
    let a = results[.pictureA]?.row(comparison.headA, comparison.queriesA[query])
    let b = results[.shown]?.row(comparison.headB, comparison.queriesB[query])
    func number(_ row: [Float]?, _ key: Int) -> Double {
      row.flatMap { $0.indices.contains(key) ? Double($0[key]) : nil } ?? .nan
    }
    return (number(a, comparison.positionsA[key]), number(b, comparison.positionsB[key]))
  }

  /// B - A of a query at all places of the keys.
  func change(_ comparison: HeadComparison, query: Int) -> [Float] {
    guard comparison.factor > 1 else { return comparison.change.row(query) }
    guard let a = results[.pictureA]?.row(comparison.headA, comparison.queriesA[query]),
      let b = results[.shown]?.row(comparison.headB, comparison.queriesB[query]),
      a.count > comparison.positionsA.last ?? 0, b.count > comparison.positionsB.last ?? 0
    else { return comparison.positionsB.map { _ in .nan } }
    return zip(comparison.positionsA, comparison.positionsB).map { b[$1] - a[$0] }
  }
}

extension Computation {
  /// A row of a head, whether it is held or not; nil where there is no such row.
  fileprivate func row(_ head: HeadIndex, _ query: Int) -> [Float]? {
    let trace = encoding.trace
    guard trace.layers.indices.contains(head.layer), (0..<trace.heads).contains(head.head),
      (0..<trace.queries).contains(query)
    else { return nil }
    if trace.computesRows { return PairMap(head, of: self).row(query) }
    return trace.layers[head.layer].probabilities(head: head.head, queries: query..<query + 1).row(0)
  }
}
