import ArgumentParser

struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "List, show, check and edit recorded sessions.",
    subcommands: [
      SessionsListCommand.self, SessionsShowCommand.self, SessionsCheckCommand.self, SessionsEditCommand.self,
      SessionsRenameCommand.self, SessionsDeleteCommand.self, SessionsRestoreCommand.self,
    ],
    defaultSubcommand: SessionsListCommand.self)
}
