/// The maximum spanning tree of a directed graph, from a root (Chu and Liu 1965; Edmonds 1967), in O(n²): memory for graphs of one size.
///
/// Each node but the root gets the edge with the largest weight; a circle of such edges becomes one node, until there is none. Of
/// equal weights the first counts. Not for two threads at once.
final class Arborescence {
  let count: Int
  /// How many nodes there can be, those that were made of circles among them.
  private let most: Int
  /// How much better an edge is than the one that would be taken without it: [to, from].
  private let weights: UnsafeMutablePointer<Double>
  /// The edge of the graph that an edge stands for: [to, from].
  private let edges: UnsafeMutablePointer<Edge>
  /// The circle that a node is in; −1 where it is in none.
  private let circle: UnsafeMutablePointer<Int>
  /// The node among those that are left that each node of the graph is in.
  private let outermost: UnsafeMutablePointer<Int>
  /// The edge that was taken into a node.
  private let taken: UnsafeMutablePointer<Edge>
  /// The walk in which a node was met.
  private let walks: UnsafeMutablePointer<Int>

  private struct Edge {
    var source: Int32
    var target: Int32
  }

  /// Memory for graphs of so many nodes.
  init(count: Int) {
    self.count = count
    most = max(2 * count, 1)
    weights = .allocate(capacity: most * most)
    edges = .allocate(capacity: most * most)
    circle = .allocate(capacity: most)
    outermost = .allocate(capacity: most)
    taken = .allocate(capacity: most)
    walks = .allocate(capacity: most)
    taken.initialize(repeating: Edge(source: 0, target: 0), count: most)
  }

  deinit {
    weights.deallocate()
    edges.deallocate()
    circle.deallocate()
    outermost.deallocate()
    taken.deallocate()
    walks.deallocate()
  }

  /// The head of each node; the root is its own.
  ///
  /// - Parameter attention: the weights of the edges, [to, from]. NaN counts as 0.
  func heads(of attention: [Double], root: Int) -> [Int] {
    precondition(attention.count == count * count && (0..<count).contains(root), "a weight for every edge")
    begin(attention)
    var active = Array(0..<count)
    for node in active where node != root { take(into: node, active) }
    var next = count
    while let first = firstOfCircle(root: root, active) {
      contract(circleFrom: first, into: next, &active)
      take(into: next, active)
      next += 1
    }
    // A circle is broken where the edge into it ends.
    for node in stride(from: next - 1, through: count, by: -1) {
      var inner = Int(taken[node].target)
      while circle[inner] != node { inner = circle[inner] }
      taken[inner] = taken[node]
    }
    return (0..<count).map { $0 == root ? root : Int(taken[$0].source) }
  }

  private func begin(_ attention: [Double]) {
    for to in 0..<count {
      for from in 0..<count {
        let weight = attention[to * count + from]
        weights[to * most + from] = weight.isNaN ? 0 : weight
        edges[to * most + from] = Edge(
          source: Int32(truncatingIfNeeded: from), target: Int32(truncatingIfNeeded: to))
      }
      outermost[to] = to
    }
    circle.initialize(repeating: -1, count: most)
  }

  /// Takes the best edge into a node.
  private func take(into node: Int, _ active: [Int]) {
    let row = weights + node * most
    var best = -1
    for from in active where from != node && (best < 0 || row[from] > row[best]) { best = from }
    if best >= 0 { taken[node] = edges[node * most + best] }
  }

  /// The node among those that are left from which the edge into a node comes.
  private func before(_ node: Int) -> Int { outermost[Int(taken[node].source)] }

  /// A node of a circle of edges that were taken.
  private func firstOfCircle(root: Int, _ active: [Int]) -> Int? {
    for node in active { walks[node] = -1 }
    for start in active {
      var node = start
      while node != root, walks[node] < 0 {
        walks[node] = start
        node = before(node)
      }
      if node != root, walks[node] == start { return node }
    }
    return nil
  }

  private func contract(circleFrom first: Int, into new: Int, _ active: inout [Int]) {
    var members: [Int] = []
    var node = first
    repeat {
      members.append(node)
      circle[node] = new
      node = before(node)
    } while node != first
    // In the order of their numbers, so that equal weights are decided by it.
    members.sort()
    active.removeAll { circle[$0] == new }
    for (place, member) in members.enumerated() {
      let lost = weights[member * most + before(member)]
      for other in active {
        let (edgeIn, edgeOut) = (member * most + other, other * most + member)
        let (newIn, newOut) = (new * most + other, other * most + new)
        if place == 0 || weights[edgeIn] - lost > weights[newIn] {
          weights[newIn] = weights[edgeIn] - lost
          edges[newIn] = edges[edgeIn]
        }
        if place == 0 || weights[edgeOut] > weights[newOut] {
          weights[newOut] = weights[edgeOut]
          edges[newOut] = edges[edgeOut]
        }
      }
    }
    active.append(new)
    for node in 0..<count where circle[outermost[node]] == new { outermost[node] = new }
  }
}
