import Activations
import ArgumentParser
import JSON
import Models

/// How much memory exploring takes: the reducer and the effect handler as in the explorer, without a screen.
struct BenchMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory", abstract: "Toggle the mask on a long input, and say how much memory that takes.")

  @OptionGroup var model: ModelOption
  @Option(help: "Positions of the input.") var tokens = 512
  @Option(help: "How often the mask is changed.") var toggles = 50

  func run() throws {
    guard (3...1 << 20).contains(tokens), toggles > 0 else {
      throw UsageError("at least 3 tokens and 1 toggle are needed")
    }
    let model = try Model.load(self.model.locate())
    let text = Array(repeating: "cat", count: tokens - 2).joined(separator: " ")
    var explorer = BenchExplorer(model, text: text)
    try explorer.start()
    let first = try ProcessMemory.mebibytes("VmRSS")
    var afterTen = first
    for toggle in 0..<toggles {
      let modes = MaskMode.allCases
      try explorer.take(.mask(modes[(toggle + 1) % modes.count]))
      if toggle == min(9, toggles - 1) { afterTen = try ProcessMemory.mebibytes("VmRSS") }
    }
    try BenchOutput().print([
      "tokens": .integer(explorer.state.positions), "toggles": .integer(toggles), "first_mib": .number(first),
      "after_ten_mib": .number(afterTen), "last_mib": .number(try ProcessMemory.mebibytes("VmRSS")),
      "largest_mib": .number(try ProcessMemory.mebibytes("VmHWM")),
    ])
  }
}
