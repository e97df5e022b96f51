import Activations
import Glibc
import TestSupport
import Testing

@testable import Encoders

/// What each family adds to the scores is in its trace: a bias, a mask of its own, a scale. So the stages fit together.
@Suite struct ScoresOfFamiliesTests {
  private static let families = [
    "albert", "bert", "deberta-v2", "deberta-v2-conv", "distilbert", "electra", "modernbert", "mpnet", "roberta",
    "xlm-roberta",
  ]

  /// Words, padded on the right.
  private func input(real: Int, count: Int) -> TokenizedInput {
    TokenizedInput(
      ids: (0..<count).map { $0 < real ? Int32(5 + 7 * $0) : 1 }, mask: (0..<count).map { $0 < real })
  }

  private func trace(_ family: String, _ mode: MaskMode, real: Int = 11, count: Int = 16) throws -> AttentionTrace {
    let encoder = try loadEncoder(folder: Fixtures.path("encoders/\(family)"), name: family)
    let input = input(real: real, count: count)
    return try encoder.run(input, mask: AttentionMask(mode, attentionMask: input.attentionMask))
  }

  @Test("the softmax of the masked scores is the attention", arguments: families, MaskMode.allCases)
  func stagesFitTogether(family: String, mode: MaskMode) throws {
    var worst: Float = 0
    for layer in try trace(family, mode).layers {
      let (scaled, masked) = (layer.scaledScores(), layer.maskedScores())
      for head in 0..<masked.shape[0] {
        for query in 0..<masked.shape[1] {
          let scores = (0..<masked.shape[2]).map { masked[head, query, $0] }
          for (key, score) in scores.enumerated() {
            #expect(layer.mask[query, key] ? score == scaled[head, query, key] : score == -.infinity)
          }
          guard let largest = scores.max(), largest > -.infinity else {
            #expect(scores.indices.allSatisfy { layer.attentionProbabilities[head, query, $0] == 0 })
            continue
          }
          let exponentials = scores.map { expf($0 - largest) }
          let sum = exponentials.reduce(0, +)
          for (key, exponential) in exponentials.enumerated() {
            worst = max(worst, abs(exponential / sum - layer.attentionProbabilities[head, query, key]))
          }
        }
      }
    }
    print("\(family), \(mode): the softmax of the scores differs by \(worst)")
    #expect(worst < 5e-6)
  }

  @Test("causal blocks later keys in every family", arguments: families)
  func causalIsInTheMask(family: String) throws {
    for layer in try trace(family, .causal).layers {
      for query in 0..<16 { for key in query + 1..<17 where key < 16 { #expect(!layer.mask[query, key]) } }
      #expect(layer.mask[3, 3])
    }
  }

  @Test("only MPNet and DeBERTa add a bias", arguments: families)
  func biases(family: String) throws {
    let layers = try trace(family, .keys).layers
    let isExpected = family == "mpnet" || family.hasPrefix("deberta")
    for layer in layers {
      let bias = layer.scoreBias?.values().map(abs).max() ?? 0
      #expect(isExpected ? bias > 0.01 : layer.scoreBias == nil)
    }
  }

  @Test("MPNet's bias depends on the distance only, and is the same in every layer")
  func biasOfMPNet() throws {
    let biases = try trace("mpnet", .keys).layers.compactMap(\.scoreBias)
    #expect(biases.count == 2 && biases.first?.values() == biases.last?.values())
    let bias = try #require(biases.first)
    for head in 0..<bias.shape[0] {
      for query in 1..<16 { for key in 1..<16 { #expect(bias[head, query, key] == bias[head, query - 1, key - 1]) } }
    }
    #expect(bias[0, 3, 5] != bias[0, 5, 3])
  }

  @Test("DeBERTa blocks PAD queries of its own accord")
  func maskOfDeberta() throws {
    for layer in try trace("deberta-v2", .keys).layers {
      for position in 0..<16 {
        #expect(layer.mask[0, position] == (position < 11) && layer.mask[position, 0] == (position < 11))
      }
    }
  }

  @Test("ModernBERT's window is in the mask of the layers that have one", arguments: [MaskMode.none, .keys])
  func maskOfModernBert(mode: MaskMode) throws {
    let folder = Fixtures.path("encoders/modernbert")
    let configuration = try Configuration(folder: folder)
    let window = try configuration.integer("local_attention", in: 1...64) / 2
    let every = try configuration.integer("global_attn_every_n_layers", in: 1...64)
    let layers = try trace("modernbert", mode).layers
    for (index, layer) in layers.enumerated() {
      for query in 0..<16 {
        for key in 0..<16 {
          let isNear = index % every == 0 || abs(query - key) <= window
          #expect(layer.mask[query, key] == (isNear && (mode == .none || key < 11)), "layer \(index)")
        }
      }
    }
  }
}
