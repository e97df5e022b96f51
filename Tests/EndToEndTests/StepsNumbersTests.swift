import Activations
import Canvas
import Insights
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

/// What the view of steps shows is what the encoder has computed, in every family.
@Suite struct StepsNumbersTests {
  static let families = ["bert", "distilbert", "roberta", "electra", "albert", "mpnet", "deberta-v2", "modernbert"]

  private func state(_ family: String, mode: MaskMode, tokens: Int = 9) throws -> State {
    var state = try computedState("encoders/\(family)", mode: mode, tokens: tokens) { 5 + ($0 * 37 + 11) % 500 }
    state.view = .steps
    return state
  }

  private let appearance = Appearance(depth: .truecolor, glyphs: .unicode, scales: [.grey])

  /// Every number on the way, for every layer, head, query and key: the last displayed digit is that of the trace, unless
  /// both lie within rounding of where the digit changes.
  @Test(arguments: families) func everyStepAgreesWithTheTrace(family: String) throws {
    for mode in MaskMode.allCases {
      var state = try state(family, mode: mode)
      let trace = try #require(state.encoding?.trace)
      var worst = (probability: 0.0, score: 0.0, context: 0.0)
      for layer in trace.layers.indices {
        for head in 0..<trace.heads {
          for query in 0..<trace.positions {
            (state.head, state.query) = (HeadIndex(layer: layer, head: head), query)
            let steps = try #require(HeadSteps(state, appearance))
            var sum = [Double](repeating: 0, count: steps.headSize)
            for key in 0..<steps.positions {
              let captured = trace.layers[layer]
              // + mask: what the softmax sees.
              let masked = Double(captured.maskedScore(head: head, query: query, key: key))
              #expect(steps.isVisible(key) == masked.isFinite)
              let scaled = steps.divided(key) + (steps.bias(key) ?? 0)
              if masked.isFinite { worst.score = max(worst.score, abs(scaled - masked)) }
              #expect(abs(scaled - steps.softmax.scaledScores[key]) < 1e-6)
              // ÷ √d
              #expect(abs(steps.softmax.scores[key] / steps.divisor - steps.divided(key)) < 1e-6)
              // Softmax in its parts.
              let parts = steps.softmax.sum > 0 ? steps.softmax.exponentials[key] / steps.softmax.sum : 0
              let probability = Double(captured.attentionProbabilities[head, query, key])
              worst.probability = max(worst.probability, abs(parts - probability))
              agree(parts, probability, decimals: 4)
              for (place, value) in steps.weighted(key).enumerated() { sum[place] += Double(value) }
            }
            for (place, value) in steps.context.enumerated() {
              worst.context = max(worst.context, abs(sum[place] - Double(value)))
              agree(sum[place], Double(value), decimals: 3)
            }
          }
        }
      }
      print(
        "\(family) \(mode.rawValue): largest differences: scores \(worst.score), probabilities \(worst.probability), context \(worst.context)"
      )
      #expect(worst.probability < 2e-6 && worst.context < 2e-5 && worst.score < 2e-4)
    }
  }

  private func agree(_ a: Double, _ b: Double, decimals: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    guard Words.fixed(a, decimals) != Words.fixed(b, decimals) else { return }
    // Two numbers on both sides of where the last digit changes.
    let unit = decimals == 4 ? 1e-4 : 1e-3
    #expect(abs(a - b) < unit / 50, "\(a) and \(b)", sourceLocation: sourceLocation)
  }

  /// All heads' shares and the bias are the attention's output; each head's is its own columns of W_O.
  @Test(arguments: families) func theSharesOfAllHeadsAreTheLayersOutput(family: String) throws {
    let state = try state(family, mode: .keys)
    let encoding = try #require(state.encoding)
    for (index, layer) in encoding.trace.layers.enumerated() {
      let inputs = AnalysisInputs(shown: encoding, pictureA: nil, other: nil, untrained: nil)
      let shares = try #require(try SharesTask(layer: index, query: 2).run(inputs, isCancelled: { false }))
      let projection = try #require(layer.outputProjection)
      let (weight, bias) = (try projection.weight(), try projection.bias())
      let size = layer.contextLayer.shape[2]
      var largest = 0.0
      for output in 0..<weight.shape[0] {
        var expected = Double(bias?.values()[output] ?? 0)
        for head in 0..<encoding.trace.heads {
          for place in 0..<size {
            expected += Double(weight[output, head * size + place]) * Double(layer.contextLayer[head, 2, place])
          }
        }
        largest = max(largest, abs(expected - Double(shares.sum[output])))
      }
      #expect(largest < 1e-5, "layer \(index): \(largest)")
    }
  }

  /// What a family adds, and a window of its own, are named on the screen.
  @Test func familiesAreNamed() throws {
    for (family, words) in [
      ("mpnet", "a bias for the distance between the two"), ("deberta-v2", "scores of content with relative position"),
    ] {
      var state = try state(family, mode: .keys)
      state.steps.stage = .scale
      let text = draw(state, appearance: appearance, size: Size(columns: 200, rows: 50)).text
      #expect(text.contains(words) && text.contains("+ family"), "\(family)")
    }
    var state = try state("modernbert", mode: .keys, tokens: 40)
    let layers = try #require(state.encoding?.trace.layers)
    let windowed = try #require(layers.firstIndex { !$0.mask[0, 39] })
    (state.view, state.head) = (.mask, HeadIndex(layer: windowed, head: 0))
    #expect(
      draw(state, appearance: appearance, size: Size(columns: 200, rows: 60)).text.contains("only look at neighbours"))
  }
}
