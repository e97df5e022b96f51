import Compute
import Testing

@testable import Training

@Suite struct HeadImportanceTests {
  /// A gate on a head is a factor of the part of the output projection that reads it. Where layers share their parameters, it
  /// would be one on several heads.
  @Test(arguments: TinyNetwork.all().filter { !$0.name.hasPrefix("albert") })
  func itIsWhatAGateOnTheHeadChanges(tiny: TinyNetwork) throws {
    let network = try Network(tiny.architecture(), .classification(labels: TinyNetwork.labels))
    let weights = try Weights<Double>(network, from: tiny.store(seed: 3), drawsHead: false, seed: 0)
    let state = TrainingState(
      network, weights, onlyHead: false, weightDecay: 0, on: Machine(PlainArithmetic(), team: ThreadTeam(size: 1)))
    let examples = ClassificationExamples(inputs: try tiny.inputs([5, 4], seed: 2), labels: [2, 0])
    let found = state.importance(examples)
    let (heads, size) = (network.architecture.heads, network.architecture.headSize)
    var worst = 0.0
    for (layer, index) in network.architecture.order.enumerated() {
      let projection = network.layers[index].attentionOutput
      for head in 0..<heads {
        func losses(gate: Double) -> [Double] {
          let start = weights.values.pointer + projection.weight
          let places = (0..<projection.outputs).flatMap { row in
            (head * size..<(head + 1) * size).map { row * projection.inputs + $0 }
          }
          let before = places.map { start[$0] }
          defer { for (place, number) in zip(places, before) { start[place] = number } }
          for place in places { start[place] *= gate }
          return zip(state.logits(examples.inputs), examples.labels).map { -softmax($0).logarithms[$1] }
        }
        let step = 1e-5
        let slopes = zip(losses(gate: 1 + step), losses(gate: 1 - step)).map { abs($0 - $1) / (2 * step) }
        let expected = slopes.reduce(0, +) / Double(slopes.count)
        worst = max(worst, abs(found.values[layer][head] - expected) / max(expected, 1e-3))
      }
    }
    print("importance, \(tiny.name): largest relative difference \(worst)")
    #expect(worst < 1e-4)
  }
}
