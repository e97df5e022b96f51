import Activations
import Explorer
import Models
import Testing

@testable import headscope

/// What stays in memory while one result takes another's place.
@Suite struct CalculatorTests {
  private func calculator(largeTrace: Int) throws -> (Calculator, TinyModel) {
    let files = TinyModel()
    let locator = ModelLocator(environment: [:], executablePath: "", currentFolder: "/")
    let model = try Model.load(try locator.locate(files.path))
    return (Calculator(model: model, reference: "tiny", largeTrace: largeTrace), files)
  }

  private func trace(_ calculator: inout Calculator, _ mode: MaskMode, _ slot: Slot = .shown) throws -> AttentionTrace {
    let subject = Subject(model: "tiny", request: EncodeRequest(texts: ["The cat ran"], maskMode: mode))
    guard case .computed(let computation, slot) = try calculator.answer(.encode(id: 1, slot, subject)) else {
      Issue.record("nothing was computed")
      return AttentionTrace(layers: [], hiddenStates: [])
    }
    return computation.encoding.trace
  }

  @Test func theOldResultGivesItsProbabilitiesForTheNewOne() throws {
    var (calculator, files) = try calculator(largeTrace: 1)
    let first = try trace(&calculator, .keys)
    let before = first.layers.map { $0.attentionProbabilities.values() }
    #expect(ProbabilityMemory(of: first).bytes > 0)
    let second = try trace(&calculator, .causal)
    #expect(ProbabilityMemory(of: first).bytes == 0, "the old one is let go")
    #expect(ProbabilityMemory(of: second).bytes > 0, "the new one is kept")
    for (layer, before) in zip(first.layers, before) {
      for (a, b) in zip(layer.attentionProbabilities.values(), before) { #expect(abs(a - b) < 1e-6) }
    }
    withExtendedLifetime(files) {}
  }

  @Test func whatStandsBesideTheScreenTakesNothingFromIt() throws {
    var (calculator, files) = try calculator(largeTrace: 1)
    let first = try trace(&calculator, .keys)
    let reference = try trace(&calculator, .causal, .reference)
    #expect(ProbabilityMemory(of: first).bytes > 0)
    _ = try trace(&calculator, .none)
    #expect(ProbabilityMemory(of: reference).bytes > 0)
    withExtendedLifetime(files) {}
  }

  @Test func aSmallResultStaysWhole() throws {
    var (calculator, files) = try calculator(largeTrace: 96 << 20)
    let first = try trace(&calculator, .keys)
    _ = try trace(&calculator, .causal)
    #expect(ProbabilityMemory(of: first).bytes > 0)
    withExtendedLifetime(files) {}
  }
}
