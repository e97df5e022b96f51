import Activations
import Glibc
import TestSupport
import Testing

@testable import Encoders

/// The project's tolerances: attentions and hidden states, as largest absolute differences.
private struct Tolerance {
  var attentions: Float = 2e-5
  var hiddenStates: Float = 2e-4
}

@Suite struct GoldenTests {
  @Test(
    "agrees with transformers in every case",
    arguments: ["bert", "bert-mlm-cased", "bert-gelu-new", "bert-sharded", "bert-float16", "bert-bfloat16"])
  func agrees(model: String) throws {
    let folder = Fixtures.path("encoders/\(model)")
    try compare(try loadEncoder(folder: folder, name: model), with: Golden(folder: folder))
  }

  @Test("agrees with transformers on all-MiniLM-L6-v2")
  func agreesOnMiniLM() throws {
    let weights = "\(Fixtures.root)/models/all-MiniLM-L6-v2"
    guard exists("\(weights)/model.safetensors") else {
      let message = "all-MiniLM-L6-v2 is not in \(weights); `make model` fetches it"
      if getenv("CI") != nil { Issue.record("\(message)") } else { print("left out: \(message)") }
      return
    }
    let golden = try Golden(folder: Fixtures.path("encoders/all-MiniLM-L6-v2"))
    try compare(try loadEncoder(folder: weights, name: "all-MiniLM-L6-v2"), with: golden)
  }

  private func compare(_ encoder: any Encoder, with golden: Golden) throws {
    #expect(!golden.cases.isEmpty)
    var worst = Tolerance(attentions: 0, hiddenStates: 0)
    for testCase in golden.cases {
      let input = golden.input(testCase)
      let trace = try encoder.run(input, mask: AttentionMask(testCase.mode, attentionMask: input.attentionMask))
      // Rows of PAD queries are noisier, in the reference too.
      let isPadded = testCase.realTokens < testCase.length
      var tolerance = isPadded ? Tolerance(attentions: 4e-5, hiddenStates: 1e-3) : Tolerance()
      let keep = { !testCase.fullyMaskedRows.contains($0) }

      let attentions = stacked(trace.layers.map(\.attentionProbabilities))
      let attention: Float
      if let expected = try golden.floats(testCase, "attentions_subset") {
        attention = largestDifference(stacked(testCase.subset.map(trace.probabilities)), expected)
        tolerance.attentions = 1e-3
      } else {
        let expected = try #require(try golden.floats(testCase, "attentions"))
        attention = largestDifference(attentions, expected, axis: 2, keep: keep)
        if golden.isHalf(testCase, "attentions") { tolerance.attentions = 1e-3 }
      }
      #expect(attention <= tolerance.attentions, "\(testCase.name): attentions")

      let hidden: Float
      if let expected = try golden.floats(testCase, "hidden_states") {
        hidden = largestDifference(stacked(trace.hiddenStates), expected, axis: 1, keep: keep)
      } else {
        let expected = try #require(try golden.floats(testCase, "hidden_state_last"))
        let last = try #require(trace.hiddenStates.last)
        hidden = largestDifference(last, expected, axis: 0, keep: keep)
        if golden.isHalf(testCase, "hidden_state_last") { tolerance.hiddenStates = 1e-2 }
      }
      #expect(hidden <= tolerance.hiddenStates, "\(testCase.name): hidden states")
      if tolerance.attentions < 1e-3 { worst.attentions = max(worst.attentions, attention) }
      if tolerance.hiddenStates < 1e-2 { worst.hiddenStates = max(worst.hiddenStates, hidden) }
    }
    print(
      "\(encoder.description.name): \(golden.cases.count) cases, largest differences: "
        + "attentions \(worst.attentions), hidden states \(worst.hiddenStates)")
  }
}
