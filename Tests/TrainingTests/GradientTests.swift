import Activations
import Compute
import TestSupport
import Testing

@testable import Training

/// Gradients in double precision, against central differences.
@Suite struct GradientTests {
  private static func probe(
    _ tiny: TinyNetwork, masked: Bool = false, predictsTokens: Bool = false
  ) throws -> Probe<PlainArithmetic> {
    let masks = [
      AttentionMask.random(size: 5, blockedRow: 2, seed: 3), .random(size: 4, blockedRow: 9, seed: 4),
    ]
    return try Probe(
      tiny, tiny.inputs([5, 4], seed: 2), masks: masked ? masks : nil,
      predictsTokens ? .tokens(rows: [1, 3, 6], ids: [4, 9, 17]) : .labels([2, 0]),
      on: Machine(PlainArithmetic(), team: ThreadTeam(size: 1)))
  }

  @Test("every parameter under a classification head, with pairs and a whole row blocked", arguments: TinyNetwork.all())
  func ofClassification(tiny: TinyNetwork) throws {
    let worst = try Self.probe(tiny, masked: true).checkGradients()
    print("gradients, \(tiny.name), classification: largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }

  @Test("every parameter under a masked-LM head", arguments: TinyNetwork.all())
  func ofMaskedLM(tiny: TinyNetwork) throws {
    let worst = try Self.probe(tiny, predictsTokens: true).checkGradients()
    print("gradients, \(tiny.name), masked-LM: largest relative difference \(worst)")
    #expect(worst.value < 1e-4)
  }

  @Test("what is dropped forward is dropped backward", arguments: TinyNetwork.all())
  func withDropout(tiny: TinyNetwork) throws {
    let probe = try Self.probe(tiny)
    let without = probe.loss()
    probe.dropout = Dropout(rate: 0.2, seed: 7, step: 3)
    let loss = probe.loss()
    let worst = probe.checkGradients(every: 7)
    print("gradients, \(tiny.name), dropout 0.2: largest relative difference \(worst)")
    #expect(worst.value < 1e-4 && loss != without && probe.loss() == loss)
    probe.dropout = Dropout(rate: 0.2, seed: 7, step: 4)
    #expect(probe.loss() != loss)
  }
}
