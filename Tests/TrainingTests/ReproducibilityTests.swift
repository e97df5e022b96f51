import Activations
import Compute
import Encoders
import TestSupport
import Testing

@testable import Training

/// The same data, seed and machine give the same bits.
@Suite struct ReproducibilityTests {
  /// Sentences long enough, and layers wide enough, for all threads to get work.
  private static func run(
    _ name: String, _ change: (inout TrainingArguments) -> Void = { _ in }, threads: Int = 1,
    kernels: Kernels = .best
  ) throws -> (losses: [Double], parameters: ParameterStore) {
    let reference = try ReferenceRun(name)
    var arguments = TrainingArguments()
    arguments.steps = 4
    arguments.batchSize = 8
    arguments.learningRate = 1e-3
    arguments.dropout = 0.1
    change(&arguments)
    let examples = ClassificationExamples(
      inputs: reference.examples.inputs.map { input in
        // Several of them in a row.
        TokenizedInput(ids: Array((0..<3).flatMap { _ in input.inputIDs }.prefix(48)))
      }, labels: reference.examples.labels)
    let training = try ClassificationRun(
      reference.pretrained, labels: reference.labels, examples, arguments,
      machine: Machine(VectorArithmetic(kernels), team: ThreadTeam(size: threads)))
    var losses: [Double] = []
    while !training.isFinished { losses.append(try training.takeStep().loss) }
    return (losses, training.snapshot())
  }

  private func bits(_ store: ParameterStore) -> [String: [UInt32]] {
    store.names.reduce(into: [:]) { $0[$1] = store[$1]?.values().map(\.bitPattern) }
  }

  @Test(
    "the number of threads changes no bit", arguments: ["bert", "albert", "deberta-v2-conv", "mpnet", "modernbert"])
  func anyNumberOfThreads(name: String) throws {
    let one = try Self.run(name)
    let expected = bits(one.parameters)
    for threads in [1, 2, 3] {
      let found = try Self.run(name, threads: threads)
      #expect(found.losses == one.losses && bits(found.parameters) == expected, "\(threads) threads")
    }
    #expect(try Self.run(name) { $0.seed = 1 }.losses != one.losses)
  }

  @Test("losses agree across instruction sets", arguments: ["bert", "electra", "deberta-v2", "modernbert"])
  func anyInstructions(name: String) throws {
    let reference = try Self.run(name) { $0.steps = 20 }.losses
    var worst = Worst()
    for kernels in Kernels.available {
      let losses = try Self.run(name, { $0.steps = 20 }, kernels: kernels).losses
      for (step, pair) in zip(losses, reference).enumerated() {
        worst.note(abs(pair.0 - pair.1), "\(kernels.name), step \(step)")
      }
    }
    print("losses of \(name) in 20 steps on all kernels: largest difference \(worst)")
    // The tolerance that docs state: differences of rounding grow with every step.
    #expect(worst.value < 1e-3)
  }

  @Test("a new head follows from the seed, and only a new one does")
  func newHeads() throws {
    let reference = try ReferenceRun("roberta")
    func weight(_ labels: [String], seed: Int) throws -> (new: [String], values: [Float]) {
      var arguments = reference.arguments
      arguments.seed = seed
      let run = try ClassificationRun(reference.pretrained, labels: labels, reference.examples, arguments)
      return (run.newParameters, try #require(run.snapshot()["classifier.out_proj.weight"]).values())
    }
    let labels = ["a", "b", "c", "d"]
    let new = try weight(labels, seed: 0)
    #expect(
      new.new == [
        "classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight", "classifier.out_proj.bias",
      ])
    #expect(try weight(labels, seed: 0).values == new.values && weight(labels, seed: 1).values != new.values)
    let known = try weight(reference.labels, seed: 0)
    #expect(try known.new == [] && weight(reference.labels, seed: 1).values == known.values)
  }

  @Test("a loss that is no number is an error that names the step and the learning rate, and changes nothing")
  func divergence() throws {
    let reference = try ReferenceRun("bert")
    var arguments = reference.arguments
    arguments.learningRate = 1e30
    let run = try ClassificationRun(reference.pretrained, labels: reference.labels, reference.examples, arguments)
    var (error, last): (TrainingError?, ParameterStore) = (nil, run.snapshot())
    while error == nil, !run.isFinished {
      last = run.snapshot()
      do throws(TrainingError) { _ = try run.takeStep() } catch let failure { error = failure }
    }
    let text = try #require(error).text.description
    #expect(
      text.hasPrefix("the loss of step \(run.step) is not a number: the learning rate 1e+30 is too large"), "\(text)")
    #expect(bits(run.snapshot()) == bits(last))
  }
}
