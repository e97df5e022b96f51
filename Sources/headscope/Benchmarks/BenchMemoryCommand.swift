import Activations
import ArgumentParser
import Explorer
import ExplorerApp
import Glibc
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
    var state = State(model: model.description, texts: [text])
    var handler = EffectHandler(model: model, reference: state.loadedModel)
    var failure: (any Error)?
    func answer(_ effect: Effect) -> Message? {
      do {
        return try handler.answer(effect)
      } catch {
        failure = failure ?? error
        return nil
      }
    }
    settle(&state, start(&state), answer: answer)
    let first = try ProcessMemory.mebibytes("VmRSS")
    var afterTen = first
    for toggle in 0..<toggles {
      let modes = MaskMode.allCases
      settle(&state, reduce(&state, .action(.mask(modes[(toggle + 1) % modes.count]))), answer: answer)
      if toggle == min(9, toggles - 1) { afterTen = try ProcessMemory.mebibytes("VmRSS") }
    }
    if let failure { throw failure }
    try BenchOutput().print([
      "tokens": .integer(state.positions), "toggles": .integer(toggles), "first_mib": .number(first),
      "after_ten_mib": .number(afterTen), "last_mib": .number(try ProcessMemory.mebibytes("VmRSS")),
      "largest_mib": .number(try ProcessMemory.mebibytes("VmHWM")),
    ])
  }
}
