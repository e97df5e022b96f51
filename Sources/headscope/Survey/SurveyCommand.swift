import ArgumentParser
import Exporting
import Glibc
import Models
import Support
import Survey

struct SurveyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "survey",
    abstract: "Say what heads do over a corpus: numbers of all sentences, and the sentences behind them.",
    discussion: """
      'headscope survey FILE...' reads plain text (a sentence a line), JSON Lines (text, and where there are any id, label and pairs) or \
      CoNLL-U treebanks, computes every sentence, and writes a table of all heads that 'headscope explore --survey' opens, and pandas \
      and R read. A treebank also gives each head's accuracy on each dependency relation. docs/survey.md describes the numbers and the file.
      """,
    subcommands: [
      SurveyFilesCommand.self, SurveyMergeCommand.self, SurveyShowCommand.self, SurveyMapCommand.self,
    ],
    defaultSubcommand: SurveyFilesCommand.self)
}

/// What is asked of a survey, in whole or of a part.
struct SurveyOptionGroup: ParsableArguments {
  @OptionGroup var model: ModelOption

  @Option(help: .init("What samples, bootstrap and shuffled labels follow from (default: 0).", valueName: "n"))
  var seed: Int?

  @Option(help: .init("Tell sentences apart: by length (in tokens), by label, or queries by upos.", valueName: "what"))
  var by: SurveyGrouping?

  @Option(
    help: .init(
      "How sentences are written: text, jsonl or conllu (default: as FILE's ending says).", valueName: "format"))
  var format: CorpusFormat?

  /// What was asked, for a model.
  func options(_ model: Model, sample: String = "") -> SurveyOptions {
    SurveyOptions(
      model: model.description.name, weights: model.weightsDigest() ?? "",
      shape: SurveyShape(layers: model.description.layers, heads: model.description.heads), seed: seed ?? 0,
      grouping: by, sample: sample)
  }
}

extension SurveyGrouping: ExpressibleByArgument {}
extension CorpusFormat: ExpressibleByArgument {}

struct SurveyFilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "Survey files (the default).",
    discussion: """
      What is left out or changed (lines that are not UTF-8, empty or too long, sentences that are cut, trees that do not add up) is \
      said with its line, and counted. Ctrl-C stops, and --resume goes on: the result is the same as without a stop, bit for bit.
      """)

  @Argument(help: .init("Text, JSON Lines or treebanks.", valueName: "file"))
  var files: [String]

  @Option(name: .shortAndLong, help: .init("Where the survey is written.", valueName: "file"))
  var output: String

  @OptionGroup var options: SurveyOptionGroup

  @Option(help: .init("Compute only N sentences, drawn by --seed.", valueName: "n"))
  var sample: Int?

  @Option(help: .init("Compute the K-th of N parts of the corpus, as in 3/10.", valueName: "k/n"))
  var shard: String?

  @Flag(help: "Go on with a survey that was stopped, or begin it.")
  var resume = false

  @Option(help: .init("Keep what there is every N seconds, in FILE.part (default: 5).", valueName: "n"))
  var saveEvery: Double?

  @Flag(help: "Leave out how far the heads are from each other.")
  var noDistances = false

  func validate() throws {
    if let saveEvery, !(saveEvery >= 0) { throw ValidationError("--save-every \(saveEvery): should not be negative") }
    if let sample, sample < 1 { throw ValidationError("--sample \(sample): should be at least 1") }
    if let shard, Self.shard(shard) == nil { throw ValidationError("--shard \(shard): should be K/N, as in 3/10") }
  }

  static func shard(_ text: String) -> CorpusShard? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    return CorpusShard(number, of: count)
  }

  func run() throws {
    let location = try options.model.locate()
    let shard = self.shard.flatMap(Self.shard) ?? .whole
    var reader = try CorpusReader(files: files, format: options.format, shard: shard)
    let drawn = try sample.map { count in
      try CorpusSample(
        count, of: try CorpusReader(files: files, format: options.format), seed: options.seed ?? 0)
    }
    let model = try Model.load(location)
    let asked = options.options(model, sample: drawn?.description ?? "")
    let checkpoint = try SurveyCheckpoint(for: output, isResumed: resume)
    if checkpoint.isComplete {
      StandardStreams.note("\(output) is there, and whole: nothing is left to do")
      return
    }
    var state = SurveyState(asked)
    if let saved = try checkpoint.load(options: asked, files: reader.files, shard: self.shard ?? "") {
      state = saved.state
      try reader.go(to: saved.place)
    }
    var run = SurveyRun(model: model, state: state, sample: drawn)
    Interruption.watch()
    let read = reader.files
    do {
      try run.compute(&reader, saveEvery: saveEvery ?? 5) { state, place in
        try checkpoint.save(state, place, files: read, shard: self.shard ?? "")
      }
    } catch let interruption as Interruption {
      StandardStreams.complain(
        "stopped after \(run.state.sentences) sentences: go on with the same command and --resume")
      throw interruption
    }
    try run.finish(to: output, distances: !noDistances)
    checkpoint.remove()
  }
}

struct SurveyMapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Survey lines of standard input, and write what 'survey merge' merges.",
    discussion: """
      Lines are JSON with "id" and "text", or plain text under the name of a part. The result is one line of JSON: for Spark, Slurm or \
      GNU parallel to carry.
      """)

  @Option(
    help: .init("What the sentences of plain lines are called by: NAME and the number of the line.", valueName: "name"))
  var part: String?

  @OptionGroup var options: SurveyOptionGroup

  func run() throws {
    let location = try options.model.locate()
    let output = try StandardStreams.output()
    var reader = try CorpusReader(
      descriptor: STDIN_FILENO, name: "standard input", part: part, format: options.format)
    let model = try Model.load(location)
    var run = SurveyRun(model: model, state: SurveyState(options.options(model)), sample: nil)
    Interruption.watch()
    try run.compute(&reader) { _, _ in }
    run.noteProblems()
    try output.append(SurveyFile.stateLine(run.state))
    try output.finish()
  }
}

struct SurveyMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Make one survey of parts.",
    discussion: """
      PART is what 'headscope survey' or 'headscope survey map' wrote; '-' is standard input. The result is what one survey of all \
      sentences would be, bit for bit, however they were split. A sentence that two parts have is an error.
      """)

  @Argument(help: .init("Surveys and parts of them.", valueName: "part"))
  var parts: [String]

  @Option(name: .shortAndLong, help: .init("Where the survey is written.", valueName: "file"))
  var output: String

  @OptionGroup var model: ModelOption

  @Flag(help: "Leave out how far the heads are from each other: then no encoder is needed.")
  var noDistances = false

  func run() throws {
    var merged: SurveyState?
    for part in parts {
      do {
        let bytes =
          part == "-"
          ? try StandardStreams.readBytes(limit: SurveyFile.mostBytes)
          : try InputFile(part).bytes(limit: SurveyFile.mostBytes)
        try SurveyFile.states(in: bytes) { state in
          if merged == nil { merged = state } else { try merged?.merge(state) }
        }
      } catch let error as SurveyError {
        throw CommandError("\(part == "-" ? "standard input" : part): \(error.text)")
      }
    }
    guard let state = merged else { throw UsageError("name at least one PART") }
    if state.instructions.count > 1 {
      StandardStreams.note(
        "parts were computed with different instructions (\(words: state.instructions.sorted().joined(separator: ", "))): "
          + "numbers are the same but for their last digits")
    }
    var distances: SurveyDistances?
    if !noDistances {
      let location: ModelLocation
      do { location = try locate(state.options.model) } catch {
        throw CommandError("the distances between heads need the encoder: \(MessageText(error)); or add --no-distances")
      }
      let model = try Model.load(location)
      guard model.weightsDigest() == state.options.weights else {
        throw CommandError(
          "the parts are of another encoder (\(state.options.model)) than \(model.description.name): name it with --model, or "
            + "add --no-distances")
      }
      distances = try SurveyRun.distances(of: state.sampledSentences, model)
    }
    try SurveyRun.write(state, distances, to: output)
  }

  /// The encoder that was named, else the one whose name the parts have, else the default one.
  private func locate(_ name: String) throws -> ModelLocation {
    if model.model == nil, let location = try? ModelLocator.current.locate(name) { return location }
    return try model.locate()
  }
}
