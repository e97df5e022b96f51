import Activations
import ArgumentParser
import JSON
import Models
import Support
import Training

/// Prints how long steps of training take: forward, backward and AdamW, everything updated.
struct BenchTrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "training", abstract: "Time steps of training.")

  @OptionGroup var model: ModelOption

  @Option(help: "How many sentences a step sees.") var sentences = 16

  @Option(help: "How many tokens each of them has.") var tokens = 16

  @Option(help: "How many steps are timed, after three that are not.") var steps = 20

  func run() throws {
    guard steps > 0, sentences > 0, tokens > 2 else {
      throw UsageError("--steps, --sentences and --tokens are too small")
    }
    let location = try model.locate()
    let pretrained = try PretrainedModel(folder: location.folder, name: location.name)
    let vocabulary = min(pretrained.architecture.vocabulary, 20_000)
    guard tokens <= pretrained.architecture.positions else { throw UsageError("--tokens \(tokens): too many") }
    let inputs = (0..<sentences).map { sentence in
      let ids = (0..<tokens).map { Int32((sentence * 7919 + $0 * 104_729 + 1000) % vocabulary) }
      return TokenizedInput(
        inputIDs: ids, tokenTypeIDs: ids.map { _ in 0 }, tokens: ids.map { "\($0)" }, offsets: ids.map { _ in 0..<0 },
        specialTokensMask: ids.map { _ in false }, sequenceIDs: ids.map { _ in nil },
        attentionMask: ids.map { _ in true })
    }
    var arguments = TrainingArguments()
    arguments.steps = steps + 3
    arguments.batchSize = sentences
    let run = try ClassificationRun(
      pretrained, labels: ["0", "1"],
      ClassificationExamples(inputs: inputs, labels: (0..<sentences).map { $0 % 2 }), arguments)
    var timings = Timings()
    while !run.isFinished {
      let start = MonotonicClock.now
      _ = try run.takeStep()
      if run.step > 3 { timings.add(MonotonicClock.now - start) }
    }
    try BenchOutput().print([
      "sentences": .integer(sentences), "tokens": .integer(tokens), "median_ms": .number(timings.milliseconds(0.5)),
      "min_ms": .number(timings.milliseconds(0)),
    ])
  }
}
