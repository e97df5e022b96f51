import ArgumentParser
import Models
import Support
import Tokenizers
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a classifier on labelled sentences: all of an encoder, or only a prediction layer on top.",
    discussion: """
      DATA is a .tsv or .csv file whose first line names the columns text and label (and text_pair), a .jsonl file with those keys, or \
      the name of a task that comes with the program. Fine-tuning updates all parameters; --only-head updates the prediction layer, \
      and no head of the encoder changes.

      FOLDER can be opened by every other command, and by transformers: config.json, model.safetensors, the tokenizer's files, and \
      training.json, which says how it was trained. Ctrl-C stops after the step, and saves what there is.
      """)

  @Argument(help: .init("The labelled sentences: a file, or the name of a task.", valueName: "data"))
  var data: String

  @OptionGroup var model: ModelOption

  @Option(name: .shortAndLong, help: .init("Where the trained model is written.", valueName: "folder"))
  var output: String

  @Option(
    help: .init(
      """
      classification (default), or mlm: predict tokens that are replaced, 15 % of all, on plain text, a sentence a line.
      """, valueName: "task"))
  var task: TaskOption = .classification

  @OptionGroup var options: TrainingOptions

  @Option(help: .init("Held-out sentences, in the layout of DATA.", valueName: "file"))
  var test: String?

  @Option(help: .init("Write a line of JSON for each step.", valueName: "file"))
  var log: String?

  @Option(help: .init("Write the gradients of the first batch, before they are clipped.", valueName: "file"))
  var gradients: String?

  @Option(help: "Which parameters are written: those of the last step, or of the lowest loss on held-out sentences.")
  var keep: KeptSnapshot = .last

  @Option(help: .init("Stop when the loss on held-out sentences has not fallen in N evaluations.", valueName: "n"))
  var patience: Int?

  @Flag(help: "Replace FOLDER where a trained model is there already.")
  var force = false

  func validate() throws {
    if let patience, patience < 1 { throw ValidationError("--patience \(patience): should be at least 1") }
  }

  func run() throws {
    let folder = try ModelFolder(output, replaces: force)
    let location = try model.locate()
    let pretrained = try PretrainedModel(folder: location.folder, name: location.name)
    let tokenizer = try Tokenizer(folder: location.folder)
    let outputs = TrainingOutputs(log: log, gradients: gradients, keep: keep, patience: patience)
    let setting = TrainingSetting(
      pretrained: pretrained, tokenizer: tokenizer, arguments: options.arguments, folder: folder, outputs: outputs)
    switch task {
    case .classification: try setting.classify(data, test: test)
    case .mlm: try setting.predictTokens(data, test: test)
    }
  }
}

/// What is learnt.
enum TaskOption: String, ExpressibleByArgument, CaseIterable {
  case classification, mlm
}

/// Which parameters are written when training has ended.
enum KeptSnapshot: String, ExpressibleByArgument, CaseIterable {
  case best, last
}

/// How a network is trained: the options that the explorer has, too.
struct TrainingOptions: ParsableArguments {
  @Flag(help: "Train only the prediction layer: what lies outside Hugging Face's base model.")
  var onlyHead = false

  @Option(help: .init("See all sentences N times (default: 3, with --only-head 20).", valueName: "n"))
  var epochs: Int?

  @Option(help: .init("Take N steps.", valueName: "n"))
  var steps: Int?

  @Option(help: .init("How many sentences a step sees (default: 16).", valueName: "n"))
  var batchSize: Int?

  @Option(
    help: .init(
      "The learning rate of the first step; it falls to 0 (default: 2e-4, with --only-head 1e-2).", valueName: "x"))
  var learningRate: Double?

  @Option(help: .init("That of the prediction layer (default: --learning-rate, else 1e-3).", valueName: "x"))
  var headLearningRate: Double?

  @Option(help: .init("AdamW's weight decay, not of biases and norms (default: 0.01).", valueName: "x"))
  var weightDecay: Double?

  @Option(
    help: .init(
      "For how long the rate rises first: below 1 a share of all steps, else steps (default: 0).", valueName: "x"))
  var warmup: Double?

  @Option(help: .init("The share of numbers that are dropped (default: 0).", valueName: "x"))
  var dropout: Double?

  @Option(
    help: .init("What new parameters, the order of sentences and dropout follow from (default: 0).", valueName: "n"))
  var seed: Int?

  @Flag(help: "Take the sentences in the order of the file, again and again.")
  var noShuffle = false

  @Option(
    help: .init(
      "Look at the held-out sentences after every N steps (default: each time all were seen).", valueName: "n"))
  var evaluateEvery: Int?

  func validate() throws {
    func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws {
      if let value, !range.contains(value) {
        throw ValidationError("--\(name) \(value): should be from \(range.lowerBound) to \(range.upperBound)")
      }
    }
    func check(_ name: String, _ value: Int?, atLeast least: Int) throws {
      if let value, value < least { throw ValidationError("--\(name) \(value): should be at least \(least)") }
    }
    if epochs != nil, steps != nil { throw ValidationError("--epochs and --steps exclude each other") }
    try check("epochs", epochs, atLeast: 1)
    try check("steps", steps, atLeast: 1)
    try check("batch-size", batchSize, atLeast: 1)
    try check("evaluate-every", evaluateEvery, atLeast: 1)
    try check("learning-rate", learningRate, 0...1e6)
    try check("head-learning-rate", headLearningRate, 0...1e6)
    try check("weight-decay", weightDecay, 0...1)
    try check("warmup", warmup, 0...1e9)
    if let dropout, !(0..<1).contains(dropout) {
      throw ValidationError("--dropout \(dropout): should be at least 0 and below 1")
    }
  }

  var arguments: TrainingArguments {
    var arguments = TrainingArguments()
    arguments.onlyHead = onlyHead
    arguments.epochs = epochs
    arguments.steps = steps
    arguments.batchSize = batchSize ?? arguments.batchSize
    arguments.learningRate = learningRate
    arguments.headLearningRate = headLearningRate
    arguments.weightDecay = weightDecay ?? arguments.weightDecay
    arguments.warmup = warmup ?? arguments.warmup
    arguments.dropout = dropout ?? arguments.dropout
    arguments.seed = seed ?? arguments.seed
    arguments.shuffles = !noShuffle
    arguments.evaluateEvery = evaluateEvery
    return arguments
  }
}
