import TestSupport
import Testing

@testable import Survey

@Suite struct ArborescenceTests {
  /// On small graphs, nothing is heavier among all trees; also where many weights are equal.
  @Test(arguments: 1...6) func isTheHeaviest(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let arborescence = Arborescence(count: count)
    for round in 0..<(count < 5 ? 200 : count < 6 ? 40 : 4) {
      let weights = (0..<count * count).map { _ in
        round.isMultiple(of: 2) ? Double(generator.float(0...1)) : Double(Int.random(in: 0...3, using: &generator))
      }
      let root = Int.random(in: 0..<count, using: &generator)
      let heads = arborescence.heads(of: weights, root: root)
      #expect(Self.isTree(heads, root: root))
      let best = Self.best(weights, count: count, root: root)
      #expect(abs(Self.weight(heads, weights) - best) < 1e-9, "\(weights), root \(root)")
    }
  }

  /// Circles within circles: the first choices make two, which together make a third.
  @Test func nestedCircles() {
    var weights = [Double](repeating: 0, count: 25)
    for (to, from, weight) in [
      (1, 2, 9.0), (2, 1, 9), (3, 4, 9), (4, 3, 9), (1, 3, 5), (3, 2, 5), (4, 0, 1), (2, 0, 1),
    ] {
      weights[to * 5 + from] = weight
    }
    let heads = Arborescence(count: 5).heads(of: weights, root: 0)
    #expect(Self.isTree(heads, root: 0))
    #expect(Self.weight(heads, weights) == Self.best(weights, count: 5, root: 0))
  }

  /// Numbers that are none still give a tree.
  @Test func notANumber() {
    let heads = Arborescence(count: 3).heads(of: [Double](repeating: .nan, count: 9), root: 1)
    #expect(Self.isTree(heads, root: 1))
  }

  /// A long sentence, whose tree is checked by what holds of every tree that is the heaviest: no single edge can be exchanged for better.
  @Test func largeGraphs() {
    var generator = SeededGenerator(seed: 9)
    let count = 120
    let weights = (0..<count * count).map { _ in Double(generator.float(0...1)) }
    let heads = Arborescence(count: count).heads(of: weights, root: 3)
    #expect(Self.isTree(heads, root: 3))
    for node in 0..<count where node != 3 {
      for other in 0..<count where other != node && weights[node * count + other] > weights[node * count + heads[node]]
      {
        var changed = heads
        changed[node] = other
        #expect(!Self.isTree(changed, root: 3))
      }
    }
  }

  private static func isTree(_ heads: [Int], root: Int) -> Bool {
    heads.indices.allSatisfy { start in
      var node = start
      for _ in heads where node != root { node = heads[node] }
      return node == root
    }
  }

  private static func weight(_ heads: [Int], _ weights: [Double]) -> Double {
    heads.enumerated().reduce(0) { $1.offset == $1.element ? $0 : $0 + weights[$1.offset * heads.count + $1.element] }
  }

  /// By trying all.
  private static func best(_ weights: [Double], count: Int, root: Int) -> Double {
    var best = -Double.infinity
    var heads = [Int](repeating: 0, count: count)
    func choose(_ node: Int) {
      guard node < count else {
        if isTree(heads, root: root) { best = max(best, weight(heads, weights)) }
        return
      }
      for head in node == root ? root..<(root + 1) : 0..<count where head != node || node == root {
        heads[node] = head
        choose(node + 1)
      }
    }
    choose(0)
    return best
  }
}
