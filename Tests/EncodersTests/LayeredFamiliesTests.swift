import Activations
import Compute
import Glibc
import TestSupport
import Testing

@testable import Encoders

/// Families that a blueprint describes, with what transformers computes (`Tools/generate_family_cases`); Jina BERT v2, which it does not
/// have, with its definition.
@Suite struct LayeredFamiliesTests {
  static let families = [
    "bart", "clip_text_model", "data2vec-text", "deberta", "ernie", "esm", "eurobert", "gemma3_text", "gpt2", "gte",
    "jina_bert", "jina_bert-later", "jina_embeddings_v3", "jina_embeddings_v3-authors", "layoutlm", "llama", "m2m_100",
    "marian", "mbart", "megatron-bert", "mt5", "new", "nomic_bert", "nomic_bert-authors", "qwen3", "rembert",
    "roberta-prelayernorm", "roformer", "siglip_text_model", "t5", "umt5", "xlm-roberta-xl",
  ]

  private func folder(_ name: String) -> String { Fixtures.path("families/\(name)") }

  /// A case beside the weights.
  private struct Case {
    let input: TokenizedInput
    let mode: MaskMode
    let rows: [Bool]
    let attentions: Tensor
    let states: Tensor

    init(_ store: ParameterStore, _ number: Int) throws {
      func tensor(_ name: String) throws -> Tensor { try #require(store["case.\(number).\(name)"]) }
      input = TokenizedInput(
        ids: try tensor("ids").values().map { Int32($0) }, mask: try tensor("mask").values().map { $0 == 1 })
      mode = try tensor("causal").values() == [1] ? .causal : .keys
      rows = try tensor("rows").values().map { $0 == 1 }
      attentions = try tensor("attentions")
      states = try tensor("states")
    }
  }

  @Test("agrees with transformers", arguments: families)
  func agrees(family: String) throws {
    let store = try ParameterStore(folder: folder(family))
    for kernels in Kernels.available {
      let encoder = try loadEncoder(folder: folder(family), name: family, kernels: kernels)
      var worst: (attentions: Float, states: Float) = (0, 0)
      for number in 0..<2 {
        let known = try Case(store, number)
        let mask = AttentionMask(known.mode, attentionMask: known.input.attentionMask)
        let trace = try encoder.run(known.input, mask: mask)
        let (layers, heads, count) = (known.attentions.shape[0], known.attentions.shape[1], known.input.count)
        #expect((trace.layers.count, trace.heads, trace.positions) == (layers, heads, count))
        #expect(known.rows.contains(true))
        let rows = known.rows.indices.filter { known.rows[$0] }
        for (layer, part) in trace.layers.enumerated() {
          let expected = known.attentions[slice: layer]
          for head in 0..<heads {
            for query in rows {
              for key in 0..<count {
                worst.attentions = max(
                  worst.attentions, abs(part.attentionProbabilities[head, query, key] - expected[head, query, key]))
              }
            }
          }
        }
        for (layer, state) in trace.hiddenStates.enumerated() {
          for row in rows {
            for column in 0..<state.shape[1] {
              worst.states = max(worst.states, abs(state[row, column] - known.states[slice: layer][row, column]))
            }
          }
        }
      }
      print("\(family), \(kernels.name): attentions differ by \(worst.attentions), hidden states by \(worst.states)")
      #expect(worst.attentions < 2e-5 && worst.states < 2e-4)
    }
  }

  @Test("the softmax of the masked scores is the attention, and the context what it weighs", arguments: families)
  func stagesFitTogether(family: String) throws {
    let encoder = try loadEncoder(folder: folder(family), name: family)
    let input = try Case(try ParameterStore(folder: folder(family)), 1).input
    var worst: Float = 0
    for mode in MaskMode.allCases {
      for layer in try encoder.run(input, mask: AttentionMask(mode, attentionMask: input.attentionMask)).layers {
        let (masked, context) = (layer.maskedScores(), layer.contextLayer)
        for head in 0..<masked.shape[0] {
          for query in 0..<input.count {
            let scores = (0..<input.count).map { masked[head, query, $0] }
            let largest = scores.max() ?? 0
            let exponentials = scores.map { largest > -.infinity ? expf($0 - largest) : 0 }
            let sum = max(exponentials.reduce(0, +), 1e-30)
            var weighed = [Float](repeating: 0, count: encoder.description.headSize)
            for key in 0..<input.count {
              worst = max(worst, abs(exponentials[key] / sum - layer.attentionProbabilities[head, query, key]))
              for i in weighed.indices { weighed[i] += exponentials[key] / sum * layer.values[head, key, i] }
            }
            for i in weighed.indices { worst = max(worst, abs(weighed[i] - context[head, query, i])) }
          }
        }
      }
    }
    print("\(family): the stages differ by \(worst)")
    #expect(worst < 2e-5)
  }

  @Test("what is causal by nature stays so in every mask", arguments: ["gpt2", "llama", "qwen3", "clip_text_model"])
  func causalByNature(family: String) throws {
    let encoder = try loadEncoder(folder: folder(family), name: family)
    let input = TokenizedInput(ids: [3, 4, 5, 6, 7, 1], mask: [true, true, true, true, true, false])
    for mode in MaskMode.allCases {
      for layer in try encoder.run(input, mask: AttentionMask(mode, attentionMask: input.attentionMask)).layers {
        #expect(layer.traits?.block.isCausal == true)
        for query in 0..<6 {
          for key in 0..<6 where key > query {
            #expect(!layer.mask[query, key] && layer.attentionProbabilities[0, query, key] == 0)
          }
        }
        #expect(layer.mask[4, 4])
      }
    }
  }

  @Test(
    "a sliding layer blocks what is as far away as its window", arguments: [("qwen3", true), ("gemma3_text", false)])
  func slides(family: String, isCausal: Bool) throws {
    let encoder = try loadEncoder(folder: folder(family), name: family)
    let input = TokenizedInput(ids: [3, 4, 5, 6, 7, 8, 9, 10], mask: [Bool](repeating: true, count: 8))
    let layers = try encoder.run(input, mask: AttentionMask(.none, attentionMask: input.attentionMask)).layers
    let windows = layers.compactMap { $0.traits?.block.window }
    #expect(windows.count == 1, "one of two layers slides")
    for layer in layers {
      for query in 0..<8 {
        for key in 0..<8 {
          let isNear = layer.traits?.block.window.map { abs(query - key) < $0 } ?? true
          #expect(layer.mask[query, key] == (isNear && (!isCausal || key <= query)))
        }
      }
    }
  }

  @Test(
    "heads that share keys and values have the same ones", arguments: ["qwen3", "gemma3_text", "llama", "eurobert"])
  func sharesKeys(family: String) throws {
    let encoder = try loadEncoder(folder: folder(family), name: family)
    #expect((encoder.description.heads, encoder.description.keyValueHeads) == (2, 1))
    let input = TokenizedInput(ids: [3, 4, 5], mask: [true, true, true])
    let layer = try #require(
      try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask)).layers.first)
    #expect(layer.traits?.sharing(head: 1, of: 2) == 0..<2)
    #expect(layer.keys[slice: 0].values() == layer.keys[slice: 1].values())
    #expect(layer.values[slice: 0].values() == layer.values[slice: 1].values())
    #expect(layer.queries[slice: 0].values() != layer.queries[slice: 1].values())
  }

  @Test("the output projection takes the context to what the layer adds", arguments: ["gpt2", "t5", "qwen3"])
  func outputProjectionHasItsShape(family: String) throws {
    let encoder = try loadEncoder(folder: folder(family), name: family)
    let input = TokenizedInput(ids: [3, 4, 5], mask: [true, true, true])
    let layer = try #require(
      try encoder.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask)).layers.first)
    let weight = try #require(try layer.outputProjection?.weight())
    let description = encoder.description
    #expect(weight.shape == [description.hiddenSize, description.heads * description.headSize])
  }

  @Test("the head that predicts tokens agrees with transformers")
  func predicts() throws {
    var predicting: [String] = []
    for family in Self.families {
      guard let expected = try ParameterStore(folder: folder(family))["case.0.logits"] else { continue }
      let encoder = try loadEncoder(folder: folder(family), name: family)
      let known = try Case(try ParameterStore(folder: folder(family)), 0)
      let mask = AttentionMask(known.mode, attentionMask: known.input.attentionMask)
      let last = try #require(try encoder.run(known.input, mask: mask).hiddenStates.last)
      let logits = try #require(try encoder.vocabularyLogits(of: last, at: [0, 3]), "\(family)")
      let worst = zip([0, 3], 0...).flatMap { position, row in
        (0..<expected.shape[1]).map { abs(logits[row, $0] - expected[position, $0]) }
      }.max()
      print("\(family): logits differ by \(worst ?? .infinity)")
      #expect(worst.map { $0 < 2e-4 } == true)
      predicting.append(family)
    }
    #expect(predicting.count == 15, "\(predicting)")
  }

  @Test("slopes of ALiBi are those of the paper")
  func slopes() {
    #expect(DistanceBias.slopes(heads: 8) == (1...8).map { powf(2, -Float($0)) })
    let twelve = DistanceBias.slopes(heads: 12)
    #expect(Array(twelve.prefix(8)) == DistanceBias.slopes(heads: 8))
    #expect(Array(twelve.suffix(4)) == [0, 2, 4, 6].map { DistanceBias.slopes(heads: 16)[$0] })
  }

  @Test("families under the name of another are told apart by their positions")
  func familiesUnderOtherNames() throws {
    let named = try ["jina_bert", "jina_embeddings_v3-authors", "new"].map {
      try loadEncoder(folder: folder($0), name: $0).description.family
    }
    #expect(named == ["jina_bert", "jina_embeddings_v3", "new"])
  }
}
