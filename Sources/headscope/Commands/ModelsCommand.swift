import ArgumentParser
import Encoders

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Show which models are there and what is in them, and fetch more.",
    discussion: "Families that are supported: \(supportedFamilies.joined(separator: ", ")).",
    subcommands: [ModelsListCommand.self, ModelsInfoCommand.self, ModelsPullCommand.self],
    defaultSubcommand: ModelsListCommand.self)
}
