import ArgumentParser

@main
struct Headscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "headscope", abstract: "Explore the attention heads of a text encoder.")
}
