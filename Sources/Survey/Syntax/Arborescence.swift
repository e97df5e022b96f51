/// The maximum spanning tree of a directed graph, from a root (Chu and Liu 1965; Edmonds 1967), in O(n²): memory for graphs of one size.
///
/// Each node but the root gets the edge with the largest weight; a circle of such edges becomes one node, until there is none. Of
/// equal weights the first counts. Not for two threads at once.
final class Arborescence {
  let count: Int
  /// How many nodes there can be, those that were made of circles among them.
  private let most: Int
  /// How much better an edge is than the one that would be taken without it: [to, from].
  private var weights: [Double]
  /// The edge of the graph that an edge stands for: [to, from].
  private var sources: [Int32]
  private var targets: [Int32]
  /// The nodes that are left, in order.
  private var active: [Int] = []
  /// The circle that a node is in; −1 where it is in none.
  private var circle: [Int]
  /// The node among those that are left that each node of the graph is in.
  private var outermost: [Int]
  /// The edge that was taken into a node.
  private var taken: [(source: Int, target: Int)]
  private var walks: [Int]

  /// Memory for graphs of so many nodes.
  init(count: Int) {
    self.count = count
    most = max(2 * count, 1)
    weights = [Double](repeating: 0, count: most * most)
    sources = [Int32](repeating: 0, count: most * most)
    targets = sources
    circle = [Int](repeating: -1, count: most)
    outermost = [Int](repeating: 0, count: count)
    taken = [(source: Int, target: Int)](repeating: (0, 0), count: most)
    walks = circle
  }

  /// The head of each node; the root is its own.
  ///
  /// - Parameter edges: the weights of the edges, [to, from]. NaN counts as 0.
  func heads(of edges: [Double], root: Int) -> [Int] {
    precondition(edges.count == count * count && (0..<count).contains(root), "a weight for every edge")
    begin(edges)
    for node in 0..<count where node != root { take(into: node) }
    var next = count
    while let first = firstOfCircle(root: root, nodes: next) {
      contract(circleFrom: first, into: next)
      take(into: next)
      next += 1
    }
    // A circle is broken where the edge into it ends.
    for node in stride(from: next - 1, through: count, by: -1) {
      var inner = taken[node].target
      while circle[inner] != node { inner = circle[inner] }
      taken[inner] = taken[node]
    }
    return (0..<count).map { $0 == root ? root : taken[$0].source }
  }

  private func begin(_ edges: [Double]) {
    for to in 0..<count {
      for from in 0..<count {
        let weight = edges[to * count + from]
        weights[to * most + from] = weight.isNaN ? 0 : weight
        sources[to * most + from] = Int32(truncatingIfNeeded: from)
        targets[to * most + from] = Int32(truncatingIfNeeded: to)
      }
    }
    active = Array(0..<count)
    for node in 0..<count { outermost[node] = node }
    for node in circle.indices { circle[node] = -1 }
  }

  /// Takes the best edge into a node.
  private func take(into node: Int) {
    var best = -1
    for from in active where from != node && (best < 0 || weights[node * most + from] > weights[node * most + best]) {
      best = from
    }
    guard best >= 0 else { return }
    taken[node] = (Int(sources[node * most + best]), Int(targets[node * most + best]))
  }

  /// A node of a circle of edges that were taken.
  private func firstOfCircle(root: Int, nodes: Int) -> Int? {
    for node in active { walks[node] = -1 }
    for start in active {
      var node = start
      while node != root, walks[node] < 0 {
        walks[node] = start
        node = outermost[taken[node].source]
      }
      if node != root, walks[node] == start { return node }
    }
    return nil
  }

  private func contract(circleFrom first: Int, into new: Int) {
    var members: [Int] = []
    var node = first
    repeat {
      members.append(node)
      circle[node] = new
      node = outermost[taken[node].source]
    } while node != first
    // In the order of their numbers, so that equal weights are decided by it.
    members.sort()
    let lost = members.map { weights[$0 * most + outermost[taken[$0].source]] }
    active.removeAll { circle[$0] == new }
    for other in active {
      var (into, outOf) = (-Double.infinity, -Double.infinity)
      for (place, member) in members.enumerated() {
        let edgeIn = member * most + other
        if weights[edgeIn] - lost[place] > into || place == 0 {
          into = weights[edgeIn] - lost[place]
          sources[new * most + other] = sources[edgeIn]
          targets[new * most + other] = targets[edgeIn]
        }
        let edgeOut = other * most + member
        if weights[edgeOut] > outOf || place == 0 {
          outOf = weights[edgeOut]
          sources[other * most + new] = sources[edgeOut]
          targets[other * most + new] = targets[edgeOut]
        }
      }
      weights[new * most + other] = into
      weights[other * most + new] = outOf
    }
    active.append(new)
    for node in 0..<count where circle[outermost[node]] == new { outermost[node] = new }
  }
}
