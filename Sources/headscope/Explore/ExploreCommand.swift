import ArgumentParser

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Explore a sentence full screen (what happens when no command is named).")

  @OptionGroup var input: InputOptions

  func run() throws {
    throw UsageError("exploring needs a terminal; without one use `headscope export` or `headscope tokenize`")
  }
}
