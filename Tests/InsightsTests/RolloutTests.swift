import Activations
import TestSupport
import Testing

@testable import Insights

@Suite struct RolloutTests {
  /// A trace whose layers have one head each with the given probabilities.
  private func trace(_ layers: [[[Float]]]) -> AttentionTrace {
    let size = layers[0].count
    let encodings = layers.map {
      Encoding($0, TokenizedInput((2..<size).map { "w\($0)" }))
    }
    return AttentionTrace(
      layers: encodings.map { $0.trace.layers[0] },
      hiddenStates: [encodings[0].trace.hiddenStates[0]] + encodings.map { $0.trace.hiddenStates[0] })
  }

  @Test("two layers, by hand")
  func byHand() {
    let rollout = AttentionRollout(trace([[[0, 1], [1, 0]], [[1, 0], [1, 0]]]))
    // Steps: ½ ½ / ½ ½ and 1 0 / ½ ½.
    #expect(rollout.steps[0].values() == [0.5, 0.5, 0.5, 0.5])
    #expect(rollout.steps[1].values() == [1, 0, 0.5, 0.5])
    #expect(rollout.layers[1].values() == [0.5, 0.5, 0.5, 0.5])
    let other = AttentionRollout(trace([[[1, 0], [1, 0]], [[0, 1], [0, 1]]]))
    // ½ ½ / 0 1 times 1 0 / ½ ½.
    #expect(other.layers[1].values() == [0.75, 0.25, 0.5, 0.5])
  }

  @Test("rows that go down through the layers are those of the rollout", arguments: Made.variety)
  func rolledRows(made: Made) {
    var made = made
    made.layers += 2
    let trace = Encoding(made).trace
    let size = trace.queries
    var random = SeededGenerator(seed: made.seed)
    for pooling in HeadPooling.allCases {
      let weights = (0..<3).map { row in
        (0..<size).map { row == 0 ? ($0 == size / 2 ? 1 : 0) : Float.random(in: 0...1, using: &random) }
      }
      var rolled = RolledRows(
        Tensor(shape: [3, size], weights.flatMap(\.self)), through: trace.layers, pooling: pooling)
      let rollout = AttentionRollout(trace, pooling: pooling)
      var worst = Worst()
      for layer in trace.layers.indices.reversed() {
        #expect(rolled.layersLeft == layer + 1)
        #expect(rolled.advance { false })
      }
      for row in 0..<3 {
        for key in 0..<size {
          let expected = (0..<size).reduce(0.0) {
            $0 + Double(weights[row][$1]) * Double(rollout.layers[made.layers - 1][$1, key])
          }
          worst.take(rolled.shares[row, key], expected)
        }
      }
      #expect(worst.difference < 2e-6)
      #expect(rolled.layersLeft == 0 && rolled.advance { false })
    }
    var stopped = RolledRows(
      Tensor(shape: [1, size], [Float](repeating: 1, count: size)), through: trace.layers, pooling: .mean)
    #expect(!stopped.advance { true } && stopped.layersLeft == made.layers)
  }

  @Test("attention of every token to itself stays where it is")
  func identity() {
    let rollout = AttentionRollout(trace([.identity(4), .identity(4), .identity(4)]))
    #expect(rollout.layers[2].values() == [[Float]].identity(4).flatMap(\.self))
  }

  @Test("agrees with the definition in double precision, and rows sum to 1", arguments: Made.variety)
  func agrees(made: Made) {
    var made = made
    made.layers += 1
    let encoding = Encoding(made)
    let size = encoding.input.count
    for pooling in HeadPooling.allCases {
      let rollout = AttentionRollout(encoding.trace, pooling: pooling)
      var expected: [[Double]] = []
      var worst = Worst()
      for (index, layer) in encoding.trace.layers.enumerated() {
        let maps = (0..<made.heads).map { layer.attentionProbabilities[slice: $0].rows }
        let step = (0..<size).map { query in
          let row = (0..<size).map { key in
            let all = maps.map { $0[query][key] }
            let pooled = pooling == .mean ? all.reduce(0, +) / Double(all.count) : all.max() ?? 0
            return pooled + (query == key ? 1 : 0)
          }
          return row.map { $0 / row.reduce(0, +) }
        }
        let before = expected
        expected =
          index == 0
          ? step
          : step.map { row in
            (0..<size).map { column in (0..<size).map { row[$0] * before[$0][column] }.reduce(0, +) }
          }
        for (found, row) in zip(rollout.layers[index].rows, expected) {
          #expect(abs(found.reduce(0, +) - 1) < 1e-5)
          for (a, b) in zip(found, row) { worst.take(a, b) }
        }
      }
      print("rollout, \(pooling): largest difference \(worst.difference)")
      #expect(worst.difference < 1e-6)
    }
  }

  @Test("a fully blocked query carries itself")
  func blocked() {
    let encoding = Encoding(Made(pad: 2, mode: .full))
    let rollout = AttentionRollout(encoding.trace)
    let last = encoding.input.count - 1
    #expect(rollout.layers[1][last, last] == 1)
  }

  @Test("heads made into one")
  func pooled() {
    let vectors = Tensor(shape: [2, 2, 1], [0, 0, 0, 0])
    let layer = LayerTrace(
      queries: vectors, keys: vectors, values: vectors,
      attentionProbabilities: Tensor(shape: [2, 2, 2], [0.5, 0.5, 0.25, 0.75, 1, 0, 0, 1]), contextLayer: vectors,
      mask: AttentionMask(size: 2, allowed: [true, true, true, true]), scale: 1)
    #expect(layer.pooledProbabilities(.mean).values() == [0.75, 0.25, 0.125, 0.875])
    #expect(layer.pooledProbabilities(.maximum).values() == [1, 0.5, 0.25, 1])
  }

  @Test("a head whose output is zero passes nothing on, and one that attends evenly does")
  func headsThatAreOff() {
    let vectors = Tensor(shape: [2, 2, 1], [3, 4, 3, 4])
    func layer(_ ablations: [Int: Ablation.Kind]) -> LayerTrace {
      LayerTrace(
        queries: vectors, keys: vectors, values: vectors,
        attentionProbabilities: Tensor(shape: [2, 2, 2], [0.5, 0.5, 0.25, 0.75, 1, 0, 0, 1]), contextLayer: vectors,
        mask: AttentionMask(size: 2, allowed: [true, true, true, true]), scale: 1, ablations: ablations)
    }
    let off = layer([1: .zeroOutput])
    for pooling in HeadPooling.allCases {
      #expect(off.pooledProbabilities(pooling).values() == [0.5, 0.5, 0.25, 0.75])
      #expect(layer([0: .zeroOutput, 1: .zeroOutput]).pooledProbabilities(pooling).values() == [0, 0, 0, 0])
    }
    #expect(layer([0: .uniformAttention]).pooledProbabilities(.mean).values() == [0.75, 0.25, 0.125, 0.875])
    let state = Tensor(shape: [2, 1], [0, 0])
    let trace = AttentionTrace(layers: [layer([0: .zeroOutput, 1: .zeroOutput])], hiddenStates: [state, state])
    #expect(AttentionRollout(trace).layers[0].values() == [1, 0, 0, 1], "only what goes straight on is left")
    let transformed = TransformedValues(values: vectors, outputProjection: Tensor(shape: [1, 2], [1, 1]))
    let lengths = transformed?.layerNorms(off.attentionProbabilities, carries: off.carries, check: {})
    #expect(lengths?.values() == [1.5, 2, 0.75, 3])
  }
}

@Suite struct AttentionFlowTests {
  @Test("it can be given up within a layer")
  func cancelled() {
    let trace = Encoding(Made(words: (0..<70).map { "w\($0)" }, seed: 14)).trace
    var asked = 0
    // Before each of the two layers, and in the product of the second at its rows 0, 32 and 64.
    #expect(
      AttentionRollout(trace) {
        asked += 1
        return asked == 4
      } == nil)
    #expect(asked == 4)
    #expect(AttentionRollout(trace, isCancelled: { false })?.layers.count == 2)
  }

  @Test("two layers of two, by hand")
  func byHand() throws {
    let steps = [Tensor(shape: [2, 2], [0.5, 0.5, 0.25, 0.75]), Tensor(shape: [2, 2], [0.625, 0.375, 0, 1])]
    // To input 0: min(0.625, 0.5) + min(0.375, 0.25); to input 1: min(0.625, 0.5) + min(0.375, 0.75).
    #expect(try #require(attentionFlow(steps, query: 0)) == [0.75, 0.875])
    #expect(try #require(attentionFlow(steps, query: 1)) == [0.25, 0.75])
    #expect(try #require(attentionFlow([], query: 0)).isEmpty)
    #expect(try #require(attentionFlow(steps, query: 2)).isEmpty)
    #expect(attentionFlow(steps, query: 0, isCancelled: { true }) == nil)
  }

  @Test("agrees with the smallest cut, found by trying all", arguments: 0..<12)
  func smallestCut(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let size = 3
    let layers = 3
    let steps = (0..<layers).map { _ in
      Tensor(shape: [size, size]) { for index in $0.indices { $0[index] = random.float(0...1) * random.float(0...1) } }
    }
    var worst = Worst()
    for query in 0..<size {
      let flows = try #require(attentionFlow(steps, query: query))
      for key in 0..<size {
        let source = layers * size + query
        var smallest = Double.infinity
        // Every set of nodes with the source and without the sink is a cut.
        for set in 0..<1 << ((layers + 1) * size) where set >> source & 1 == 1 && set >> key & 1 == 0 {
          var cut = 0.0
          for layer in 0..<layers {
            for upper in 0..<size where set >> ((layer + 1) * size + upper) & 1 == 1 {
              for lower in 0..<size where set >> (layer * size + lower) & 1 == 0 {
                cut += Double(steps[layer][upper, lower])
              }
            }
          }
          smallest = min(smallest, cut)
        }
        worst.take(flows[key], smallest)
      }
    }
    #expect(worst.difference < 1e-9)
  }

  @Test("flows lie between the rollout and 1", arguments: [Made(), Made(pad: 2), Made(mode: .causal)])
  func bounds(made: Made) throws {
    let rollout = AttentionRollout(Encoding(made).trace)
    for query in 0..<rollout.steps[0].shape[0] {
      let flows = try #require(attentionFlow(rollout.steps, query: query))
      // A rollout sends 1 down and splits it by the capacities, so it is a flow too, if not the largest.
      for (flow, share) in zip(flows, rollout.layers[1].row(query)) {
        #expect(flow <= 1 + 1e-6 && flow >= Double(share) - 1e-6)
      }
    }
  }
}
