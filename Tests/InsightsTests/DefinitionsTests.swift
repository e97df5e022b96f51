import Activations
import Foundation
import TestSupport
import Testing

@testable import Insights

/// Attention that transformers computed, and what `make_definitions.py` makes of it with numpy.
@Suite struct DefinitionsTests {
  /// What the examples call by another name than sessions.
  private static let names = ["meanDistance": "distance", "itself": "self"]

  private struct Document: Decodable {
    let cases: [Case]
  }

  private struct Case: Decodable {
    let name: String
    let maskMode: String
    let tokens: [String]
    let inputIDs: [Int32]
    let tokenTypeIDs: [Int32]
    let isSpecial: [Bool]
    let isReal: [Bool]
    let layers: Int
    let heads: Int
    let attentions: Data
    /// [layer][head] by the name of the number.
    let statistics: [String: [[Double]]]
    let divergences: [[Double]]
    let rollout: Data
    let flowQuery: Int
    let flow: [Double]
    let layer0: Layer

    struct Layer: Decodable {
      let values: Data
      let outputProjection: Data
      let outputBias: Data
      let attentionOutput: Data
      let headNorms: Data
      let layerNorms: Data
    }
  }

  private static func floats(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  private static func cases() throws -> [Case] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("insights/definitions.json")))
    return try JSONDecoder().decode(Document.self, from: data).cases
  }

  private func encoding(_ example: Case) throws -> Encoding {
    let size = example.tokens.count
    let input = TokenizedInput(
      inputIDs: example.inputIDs, tokenTypeIDs: example.tokenTypeIDs, tokens: example.tokens,
      offsets: example.tokens.map { _ in 0..<0 }, specialTokensMask: example.isSpecial,
      sequenceIDs: zip(example.isSpecial, example.tokenTypeIDs).map { $0 ? nil : Int($1) },
      attentionMask: example.isReal)
    let mask = AttentionMask(
      try #require(MaskMode(rawValue: example.maskMode)), attentionMask: input.attentionMask)
    let numbers = DefinitionsTests.floats(example.attentions)
    let perLayer = example.heads * size * size
    let vectors = Tensor(shape: [example.heads, size, 1]) { $0.update(repeating: 0) }
    let layers = (0..<example.layers).map { layer in
      LayerTrace(
        queries: vectors, keys: vectors, values: vectors,
        attentionProbabilities: Tensor(
          shape: [example.heads, size, size], Array(numbers[layer * perLayer..<(layer + 1) * perLayer])),
        contextLayer: vectors, mask: mask, scale: 1)
    }
    let hidden = Tensor(shape: [size, 1]) { $0.update(repeating: 0) }
    return Encoding(
      request: EncodeRequest(texts: [example.name]), input: input, mask: mask,
      trace: AttentionTrace(layers: layers, hiddenStates: Array(repeating: hidden, count: example.layers + 1)))
  }

  @Test("head statistics equal their definitions in numpy")
  func statistics() throws {
    let examples = try DefinitionsTests.cases()
    #expect(examples.count == 5)
    for example in examples {
      let table = HeadStatistics.table(of: try encoding(example))
      var worst = Worst()
      var compared = 0
      for (name, expected) in example.statistics {
        for layer in 0..<example.layers {
          for head in 0..<example.heads {
            let statistics = table[layer][head]
            let found =
              name == "neighbours"
              ? statistics.shares.neighbours : statistics[try #require(HeadStatistic.named(Self.names[name] ?? name))]
            worst.take(found, expected[layer][head])
            compared += 1
          }
        }
      }
      print("\(example.name): \(compared) statistics, largest difference \(worst.difference)")
      #expect(compared == 12 * example.layers * example.heads)
      #expect(worst.difference < 2e-6)
    }
  }

  @Test("distances between heads equal those of Clark et al.'s formula in numpy")
  func divergences() throws {
    for example in try DefinitionsTests.cases() {
      let found = HeadDistances(try encoding(example)).matrix()
      var worst = Worst()
      #expect(found.count == example.divergences.count)
      for (row, expected) in zip(found, example.divergences) {
        for (a, b) in zip(row, expected) { worst.take(a, b) }
      }
      print("\(example.name): distances, largest difference \(worst.difference)")
      #expect(worst.difference < 2e-5)
    }
  }

  @Test("rollout equals numpy's, flow equals networkx's")
  func rollout() throws {
    for example in try DefinitionsTests.cases() {
      let rollout = AttentionRollout(try encoding(example).trace)
      var (worst, worstFlow) = (Worst(), Worst())
      for (a, b) in zip(try #require(rollout.layers.last).values(), DefinitionsTests.floats(example.rollout)) {
        worst.take(a, b)
      }
      let flow = try #require(attentionFlow(rollout.steps, query: example.flowQuery))
      #expect(flow.count == example.flow.count)
      for (a, b) in zip(flow, example.flow) { worstFlow.take(a, b) }
      print("\(example.name): rollout, flow, largest differences \(worst.difference), \(worstFlow.difference)")
      #expect(worst.difference < 1e-6)
      #expect(worstFlow.difference < 1e-6)
    }
  }

  @Test("norms equal numpy's, and all p f(x) plus b_O is the attention's output before the residual connection")
  func norms() throws {
    for example in try DefinitionsTests.cases() {
      let trace = try encoding(example).trace
      let layer = example.layer0
      let size = example.tokens.count
      let bias = DefinitionsTests.floats(layer.outputBias)
      let hidden = bias.count
      let values = Tensor(
        shape: [example.heads, size, hidden / example.heads], DefinitionsTests.floats(layer.values))
      let projection = Tensor(shape: [hidden, hidden], DefinitionsTests.floats(layer.outputProjection))
      let transformed = try #require(TransformedValues(values: values, outputProjection: projection))
      let probabilities = trace.layers[0].attentionProbabilities
      var (ofHeads, ofLayer, sums) = (Worst(), Worst(), Worst())
      let headNorms = DefinitionsTests.floats(layer.headNorms)
      for head in 0..<example.heads {
        let found = transformed.weightedNorms(head: head, probabilities[slice: head]).values()
        for (index, norm) in found.enumerated() { ofHeads.take(norm, headNorms[head * size * size + index]) }
      }
      let layerNorms = DefinitionsTests.floats(layer.layerNorms)
      for (a, b) in zip(transformed.layerNorms(probabilities).values(), layerNorms) { ofLayer.take(a, b) }
      let outputs = DefinitionsTests.floats(layer.attentionOutput)
      for query in 0..<size where example.isReal[query] {
        var sum = bias
        for head in 0..<example.heads {
          let part = transformed.output(head: head, query: query, probabilities[slice: head])
          for i in 0..<hidden { sum[i] += part[i] }
        }
        for i in 0..<hidden { sums.take(sum[i], outputs[query * hidden + i]) }
      }
      print(
        "\(example.name): norms of heads, of the layer, sum of all, largest differences "
          + "\(ofHeads.difference), \(ofLayer.difference), \(sums.difference)")
      #expect(ofHeads.difference < 1e-5)
      #expect(ofLayer.difference < 1e-5)
      #expect(sums.difference < 1e-5)
    }
  }
}
