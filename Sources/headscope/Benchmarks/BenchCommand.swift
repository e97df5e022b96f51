import ArgumentParser
import Compute
import Encoders
import Exporting
import Glibc
import JSON
import Models
import Support
import Tokenizers

/// What `make bench` measures inside the program; not shown in the help. Every command prints JSON, a line a measurement.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time the parts of the program.", shouldDisplay: false,
    subcommands: [
      BenchEncoderCommand.self, BenchTokenizerCommand.self, BenchMachineCommand.self, BenchFramesCommand.self,
      BenchMemoryCommand.self, BenchSessionsCommand.self, BenchTrainingCommand.self, BenchSurveyCommand.self,
      BenchLongCommand.self,
    ])
}

/// Lines of JSON on standard output, each as soon as it is known.
struct BenchOutput {
  private let file: OutputFile

  init() throws { file = try StandardStreams.output() }

  func print(_ line: JSONValue) throws {
    try file.append(line.serialized() + "\n")
    try file.finish()
  }
}

/// Times in the order in which they were measured.
struct Timings {
  private(set) var seconds: [Double] = []

  mutating func add(_ duration: Duration) { seconds.append(duration / .seconds(1)) }

  /// The smallest time that `share` of all do not exceed, in milliseconds.
  func milliseconds(_ share: Double) -> Double {
    let sorted = seconds.sorted()
    guard !sorted.isEmpty else { return 0 }
    return 1e3 * sorted[min(sorted.count - 1, Int(saturating: Double(sorted.count) * share) ?? 0)]
  }

  var json: [(JSONString, JSONValue)] {
    [
      ("count", .integer(seconds.count)), ("median_ms", .number(milliseconds(0.5))),
      ("p99_ms", .number(milliseconds(0.99))), ("max_ms", .number(milliseconds(1))),
    ]
  }
}

/// Prints a JSON line a length: how long the encoder takes, everything captured.
struct BenchEncoderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "encoder", abstract: "Time the encoder.")

  @OptionGroup var model: ModelOption

  @Option(help: "Numbers of tokens.") var lengths = "5,8,16,32,64,128,256,512"

  @Option(help: "Runs a length.") var runs = 30

  func run() throws {
    let lengths = try self.lengths.split(separator: ",").map { text in
      guard let length = Int(decimal: text, in: 1...1 << 20) else {
        throw UsageError("'\(text)' is no number of tokens")
      }
      return length
    }
    guard runs > 0 else { throw UsageError("--runs \(runs): at least one run is needed") }
    let output = try BenchOutput()
    let encoder = try Model.load(model.locate()).encoder
    for length in lengths where length <= encoder.description.maximumPositions {
      let timing = try encoder.time(tokens: length, runs: runs)
      try output.print([
        "tokens": .integer(length), "median_ms": .number(timing.median), "min_ms": .number(timing.minimum),
      ])
    }
  }
}

/// Tokenizes the lines of standard input one after the other, on one thread, and prints how long that took.
struct BenchTokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tokenizer", abstract: "Time the tokenizer.")

  @OptionGroup var model: ModelOption

  @Option(help: "How often everything is tokenized.") var runs = 3

  func run() throws {
    guard runs > 0 else { throw UsageError("--runs \(runs): at least one run is needed") }
    let tokenizer = try Tokenizer(folder: model.locate().folder)
    let text = try StandardStreams.readText()
    let lines = text.split(separator: "\n").map(String.init)
    let clock = ContinuousClock()
    var tokens = 0
    var seconds: [Double] = []
    for _ in 0..<runs {
      tokens = 0
      let duration = clock.measure { for line in lines { tokens += tokenizer.encode(line).count } }
      seconds.append(duration / .seconds(1))
    }
    try BenchOutput().print([
      "bytes": .integer(text.utf8.count), "lines": .integer(lines.count), "tokens": .integer(tokens),
      "min_s": .number(seconds.min() ?? 0),
    ])
  }
}

/// Prints what the machine can do at most: how fast memory is read, and how fast numbers are multiplied and added.
struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "machine", abstract: "Time the machine.")

  @Option(help: "How much is read again and again, in bytes: as much as an encoder's weights take.")
  var bytes = 42_467_328

  func run() throws {
    guard (1 << 20...1 << 40).contains(bytes) else { throw UsageError("--bytes \(bytes): at least 1048576 are needed") }
    let limits = MachineLimits.measure(bytes: bytes)
    try BenchOutput().print([
      "threads": .integer(limits.threads), "read_bytes": .integer(bytes),
      "read_gb_per_s": .number(limits.bytesPerSecond / 1e9), "gflop_per_s": .number(limits.operationsPerSecond / 1e9),
    ])
  }
}
