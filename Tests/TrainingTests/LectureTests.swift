import Activations
import Compute
import Encoders
import TestSupport
import Testing
import Tokenizers

@testable import Training

/// What docs/training.md and the lesson say of the task *agent*, on the real encoder: with optimization only (`make numbers`), because a
/// run takes a minute without.
@Suite(.enabled(if: isOptimized), .serialized)
struct LectureTests {
  private struct Task {
    let pretrained: PretrainedModel
    let labels: [String]
    let sentences: ClassificationExamples
    let heldOut: ClassificationExamples

    init(_ name: String) throws {
      let folder = "\(Fixtures.root)/models/all-MiniLM-L6-v2"
      pretrained = try PretrainedModel(folder: folder, name: "all-MiniLM-L6-v2")
      let tokenizer = try Tokenizer(folder: folder)
      let data = try LabelledData(file: "\(Fixtures.root)/assets/tasks/\(name)/train.tsv")
      let test = try LabelledData(file: "\(Fixtures.root)/assets/tasks/\(name)/test.tsv")
      let labels = try data.labelNames()
      func examples(_ data: LabelledData) throws -> ClassificationExamples {
        ClassificationExamples(
          inputs: data.sentences.map { tokenizer.encode($0.text) }, labels: try data.ids(among: labels))
      }
      self.labels = labels
      (sentences, heldOut) = (try examples(data), try examples(test))
    }

    func run(
      _ kernels: Kernels = .best, _ change: (inout TrainingArguments) -> Void
    ) throws -> (run: ClassificationRun, losses: [Double]) {
      var arguments = TrainingArguments()
      change(&arguments)
      let run = try ClassificationRun(
        pretrained, labels: labels, sentences, arguments, machine: Machine(VectorArithmetic(kernels)))
      var losses: [Double] = []
      while !run.isFinished { losses.append(try run.takeStep().loss) }
      return (run, losses)
    }
  }

  @Test("everything trained gets 0.95 of agent's held-out sentences right within 40 steps, whatever the seed")
  func everything() throws {
    let task = try Task("agent")
    for seed in 0..<5 {
      let accuracy = try task.run {
        $0.steps = 40
        $0.seed = seed
      }.run.evaluate(task.heldOut).accuracy
      print("agent, everything, seed \(seed): \(accuracy) held out")
      #expect(accuracy >= 0.95)
    }
  }

  @Test("the prediction layer alone stays below 0.70, and leaves every parameter of the encoder as it was")
  func onlyTheHead() throws {
    let task = try Task("agent")
    for seed in 0..<5 {
      let run = try task.run {
        $0.onlyHead = true
        $0.steps = 200
        $0.seed = seed
      }.run
      let accuracy = run.evaluate(task.heldOut).accuracy
      print("agent, only the prediction layer, seed \(seed): \(accuracy) held out")
      #expect(accuracy < 0.70)
      let snapshot = run.snapshot()
      for name in task.pretrained.store.names where !name.hasPrefix("pooler.") {
        let after = snapshot[name] ?? snapshot["bert.\(name)"]
        #expect(
          after?.values().map(\.bitPattern) == task.pretrained.store[name]?.values().map(\.bitPattern), "\(name)")
      }
    }
  }

  @Test("the losses of a replay on other instructions differ by less than it tolerates")
  func instructions() throws {
    let task = try Task("agent")
    let reference = try task.run(.baseline) { $0.steps = 40 }.losses
    for kernels in Kernels.available.dropFirst() {
      let losses = try task.run(kernels) { $0.steps = 40 }.losses
      let largest = zip(losses, reference).map { abs($0 - $1) }.max() ?? .infinity
      print("losses of 40 steps of agent, \(kernels.name) and baseline: largest difference \(largest)")
      #expect(largest < 0.001)
    }
  }
}

/// Whether assertions are left out.
private let isOptimized: Bool = {
  var isOptimized = true
  assert(
    {
      isOptimized = false
      return true
    }())
  return isOptimized
}()
