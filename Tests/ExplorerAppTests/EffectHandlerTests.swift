import Activations
import Explorer
import ExplorerAppTestSupport
import Models
import Testing

@testable import ExplorerApp

/// What stays in memory while one result takes another's place.
@Suite struct EffectHandlerTests {
  private func handler(largeTrace: Int) throws -> (EffectHandler, TinyModel) {
    let files = TinyModel()
    let locator = ModelLocator(environment: [:], executablePath: "", currentFolder: "/")
    let model = try Model.load(try locator.locate(files.path))
    return (EffectHandler(model: model, reference: "tiny", largeTrace: largeTrace), files)
  }

  private func trace(_ handler: inout EffectHandler, _ mode: MaskMode, _ slot: Slot = .shown) throws -> AttentionTrace {
    let subject = Subject(model: "tiny", request: EncodeRequest(texts: ["The cat ran"], maskMode: mode))
    guard case .computed(let computation, slot) = try handler.answer(.encode(id: 1, slot, subject)) else {
      Issue.record("nothing was computed")
      return AttentionTrace(layers: [], hiddenStates: [])
    }
    return computation.encoding.trace
  }

  @Test func theOldResultGivesItsProbabilitiesForTheNewOne() throws {
    var (handler, files) = try handler(largeTrace: 1)
    let first = try trace(&handler, .keys)
    let before = first.layers.map { $0.attentionProbabilities.values() }
    #expect(ProbabilityMemory(of: first).bytes > 0)
    let second = try trace(&handler, .causal)
    #expect(ProbabilityMemory(of: first).bytes == 0, "the old one is released")
    #expect(ProbabilityMemory(of: second).bytes > 0, "the new one is kept")
    for (layer, before) in zip(first.layers, before) {
      for (a, b) in zip(layer.attentionProbabilities.values(), before) { #expect(abs(a - b) < 1e-6) }
    }
    withExtendedLifetime(files) {}
  }

  @Test func whatStandsBesideTheScreenTakesNothingFromIt() throws {
    var (handler, files) = try handler(largeTrace: 1)
    let first = try trace(&handler, .keys)
    let reference = try trace(&handler, .causal, .pictureA)
    #expect(ProbabilityMemory(of: first).bytes > 0)
    _ = try trace(&handler, .none)
    #expect(ProbabilityMemory(of: reference).bytes > 0)
    withExtendedLifetime(files) {}
  }

  @Test func aSmallResultStaysWhole() throws {
    var (handler, files) = try handler(largeTrace: 96 << 20)
    let first = try trace(&handler, .keys)
    _ = try trace(&handler, .causal)
    #expect(ProbabilityMemory(of: first).bytes > 0)
    withExtendedLifetime(files) {}
  }
}
