import ArgumentParser
import Encoders
import Glibc
import JSON
import Models
import Tokenizers

/// What `make bench` measures inside the program; not shown in the help.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Time the encoder and the tokenizer.", shouldDisplay: false,
    subcommands: [BenchmarkEncoderCommand.self, BenchmarkTokenizerCommand.self])
}

/// Prints a JSON line a length: how long the encoder takes, everything captured.
struct BenchmarkEncoderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "encoder", abstract: "Time the encoder.")

  @OptionGroup var model: ModelOption

  @Option(help: "Numbers of tokens.") var lengths = "5,8,16,32,64,128,256,512"

  @Option(help: "Runs a length.") var runs = 30

  func run() throws {
    let lengths = try self.lengths.split(separator: ",").map { text in
      guard let length = Int(text), length > 0 else { throw UsageError("'\(text)' is no number of tokens") }
      return length
    }
    guard runs > 0 else { throw UsageError("--runs \(runs): at least one run is needed") }
    let output = try OutputFile(.standardOutput, randomAccess: false)
    let encoder = try Model.load(model.locate()).encoder
    for length in lengths where length <= encoder.description.maximumPositions {
      let timing = try encoder.time(tokens: length, runs: runs)
      let line: JSONValue = [
        "tokens": .integer(length), "median_ms": .number(timing.median), "min_ms": .number(timing.minimum),
      ]
      try output.append(line.serialized() + "\n")
      try output.flush()
    }
    try output.finish()
  }
}

/// Tokenizes the lines of standard input one after the other, on one thread, and prints how long that took.
struct BenchmarkTokenizerCommand: ParsableCommand {
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
    let line: JSONValue = [
      "bytes": .integer(text.utf8.count), "lines": .integer(lines.count), "tokens": .integer(tokens),
      "min_s": .number(seconds.min() ?? 0),
    ]
    let output = try OutputFile(.standardOutput, randomAccess: false)
    try output.append(line.serialized() + "\n")
    try output.finish()
  }
}
