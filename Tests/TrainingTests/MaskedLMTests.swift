import Activations
import Compute
import Encoders
import TestSupport
import Testing

@testable import Training

@Suite struct MaskedLMTests {
  @Test("15 % of the tokens that are not special are predicted; of those 80 % become [MASK], and 10 % a random token")
  func shares() {
    var sentence = TokenizedInput(ids: [Int32](repeating: 7, count: 40))
    for place in [0, 39] { sentence.specialTokensMask[place] = true }
    let sentences = [TokenizedInput](repeating: sentence, count: 500)
    var generator = Training.SeededGenerator(seed: 4)
    let masked = MaskedTokens(sentences, mask: 3, vocabulary: 1000, using: &generator)
    let count = Double(masked.tokens.count)
    #expect(abs(count / (500 * 38) - 0.15) < 0.01)
    #expect(masked.tokens.allSatisfy { 1...38 ~= $0.position && $0.id == 7 })
    let found = masked.tokens.map { masked.inputs[$0.sentence].inputIDs[$0.position] }
    #expect(abs(Double(found.count { $0 == 3 }) / count - 0.8) < 0.03)
    #expect(abs(Double(found.count { $0 != 3 && $0 != 7 }) / count - 0.1) < 0.03)
    // Nothing else has changed.
    var restored = masked.inputs
    for token in masked.tokens { restored[token.sentence].inputIDs[token.position] = Int32(token.id) }
    #expect(restored == sentences)
    // One token at least, if there is one.
    let short = MaskedTokens([TokenizedInput(ids: [5])], mask: 3, vocabulary: 10, using: &generator)
    #expect(short.tokens.count == 1)
  }

  private func run(_ model: String, threads: Int = 1, _ change: (inout TrainingArguments) -> Void = { _ in }) throws
    -> MaskedLMRun
  {
    let pretrained = try PretrainedModel(folder: Fixtures.path("mlm/\(model)"), name: model)
    var generator = TestSupport.SeededGenerator(seed: 10)
    let vocabulary = 6..<Int32(pretrained.architecture.vocabulary)
    let sentences = (0..<8).map { _ in
      TokenizedInput(ids: (0..<12).map { _ in Int32.random(in: vocabulary, using: &generator) })
    }
    var arguments = TrainingArguments()
    arguments.batchSize = 4
    arguments.steps = 6
    arguments.learningRate = 5e-3
    change(&arguments)
    return try MaskedLMRun(
      pretrained, sentences, mask: 4, arguments,
      machine: Machine(VectorArithmetic(), team: ThreadTeam(size: threads)))
  }

  private func losses(_ run: MaskedLMRun) throws -> [Double] {
    var losses: [Double] = []
    while !run.isFinished { losses.append(try run.takeStep().loss) }
    return losses
  }

  @Test(
    "it is learnt, with the same bits on any number of threads, and is shown as it was learnt",
    arguments: ["bert", "deberta-v2-new", "modernbert"])
  func learns(model: String) throws {
    let one = try run(model)
    let before = one.evaluate([TokenizedInput(ids: [7, 8, 9, 10, 11])])
    let found = try losses(one)
    #expect(try losses(run(model, threads: 3)) == found)
    #expect(try losses(run(model) { $0.seed = 1 }) != found)
    #expect(one.evaluate([TokenizedInput(ids: [7, 8, 9, 10, 11])]) != before)
    let shown = try makeEncoder(configuration: one.configuration, parameters: one.snapshot(), name: model)
    let input = TokenizedInput(ids: [7, 8, 9, 10])
    let trace = try shown.run(input, mask: AttentionMask(.keys, attentionMask: input.attentionMask))
    let last = try #require(trace.hiddenStates.last)
    #expect(try shown.vocabularyLogits(of: last, at: [1])?.count == one.pretrained.architecture.vocabulary)
  }

  @Test(
    "only the head: the encoder keeps its bits, and so does a tied matrix",
    arguments: ["bert", "deberta-v2-new", "modernbert"])
  func onlyTheHead(model: String) throws {
    let run = try run(model) { $0.onlyHead = true }
    let before = run.snapshot()
    _ = try losses(run)
    let after = run.snapshot()
    let moved = before.names.filter { before[$0]?.values() != after[$0]?.values() }
    let base = run.pretrained.architecture.basePrefix
    #expect(!moved.isEmpty && moved.allSatisfy { !$0.hasPrefix(base) }, "\(moved)")
  }
}
