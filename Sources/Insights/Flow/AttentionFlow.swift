import Activations

/// How much could flow from each input position to one position of the last layer's output, if the attention of every
/// step was the capacity of a pipe (Abnar & Zuidema 2020): the maximum flow, between 0 and 1.
///
/// `steps` are those of an `AttentionRollout`, or the first few of them, [query, key] each. One maximum flow is computed
/// for every input position, so this is for short inputs: 64 tokens and 6 layers take some tens of milliseconds.
/// `isCancelled` is asked before each; then the result is nil.
public func attentionFlow(
  _ steps: [Tensor], query: Int, isCancelled: () -> Bool = { false }
) -> [Double]? {
  guard let size = steps.first?.shape[0], query >= 0, query < size else { return [] }
  precondition(steps.allSatisfy { $0.shape == [size, size] }, "steps between as many positions")
  let capacities = steps.flatMap { $0.values().map(Double.init) }
  var flows: [Double] = []
  for key in 0..<size {
    if isCancelled() { return nil }
    var network = LayeredNetwork(capacities: capacities, layers: steps.count, size: size)
    flows.append(network.maximumFlow(from: query, to: key))
  }
  return flows
}

/// A network in which every node of one level has a pipe to every node of the level below it. Maximum flows by Dinic's
/// method: levels by breadth-first search, then as much as goes along shortest paths, until no path is left.
private struct LayeredNetwork {
  private let layers: Int
  private let size: Int
  /// What can still be sent down, [layer][upper node][lower node].
  private var free: [Double]
  /// What is being sent down, and so can be taken back, laid out as `free`.
  private var used: [Double]
  /// The distance from the source, by node: level · size + place; level 0 is the input.
  private var distances: [Int]
  /// Which pipes of a node are still to be tried in this round: first those that lead down, then those that lead back up.
  private var next: [Int]

  /// Less than this is rounding, and nothing to send.
  private static let smallest = 1e-12

  init(capacities: [Double], layers: Int, size: Int) {
    self.layers = layers
    self.size = size
    free = capacities
    used = [Double](repeating: 0, count: capacities.count)
    distances = []
    next = []
  }

  mutating func maximumFlow(from query: Int, to key: Int) -> Double {
    let source = layers * size + query
    var total = 0.0
    while findDistances(from: source, to: key) {
      next = [Int](repeating: 0, count: distances.count)
      total += send(from: source, to: key, atMost: .infinity)
    }
    return total
  }

  /// Finds how far every node is from the source, as long as that is nearer than the sink; false if the sink is out of
  /// reach.
  private mutating func findDistances(from source: Int, to sink: Int) -> Bool {
    distances = [Int](repeating: -1, count: (layers + 1) * size)
    distances[source] = 0
    var reached = [source]
    var index = 0
    while index < reached.count, distances[sink] < 0 {
      let node = reached[index]
      index += 1
      for pipe in 0..<2 * size {
        guard let (target, amount, _) = self.pipe(pipe, of: node), distances[target] < 0,
          amount > LayeredNetwork.smallest
        else { continue }
        distances[target] = distances[node] + 1
        reached.append(target)
      }
    }
    return distances[sink] >= 0
  }

  /// Where a pipe of a node leads, how much can go through it, and its place in `free` and `used`.
  @inline(__always)
  private func pipe(_ pipe: Int, of node: Int) -> (target: Int, amount: Double, place: Int)? {
    let level = node / size
    if pipe < size {
      guard level > 0 else { return nil }
      let place = ((level - 1) * size + node % size) * size + pipe
      return ((level - 1) * size + pipe, free[place], place)
    }
    guard level < layers else { return nil }
    let place = (level * size + pipe - size) * size + node % size
    return ((level + 1) * size + pipe - size, used[place], place)
  }

  private mutating func send(from node: Int, to sink: Int, atMost limit: Double) -> Double {
    guard node != sink else { return limit }
    var sent = 0.0
    while next[node] < 2 * size {
      let pipe = next[node]
      if let (target, amount, place) = self.pipe(pipe, of: node), distances[target] == distances[node] + 1,
        amount > LayeredNetwork.smallest
      {
        let more = send(from: target, to: sink, atMost: min(limit - sent, amount))
        free[place] += pipe < size ? -more : more
        used[place] += pipe < size ? more : -more
        sent += more
        if limit - sent <= LayeredNetwork.smallest { return sent }
      }
      next[node] += 1
    }
    return sent
  }
}
