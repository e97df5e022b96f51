import ArgumentParser

struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "List, show, check, edit, export and grade recorded sessions.",
    subcommands: [
      SessionsListCommand.self, SessionsShowCommand.self, SessionsCheckCommand.self, SessionsEditCommand.self,
      SessionsRenameCommand.self, SessionsDeleteCommand.self, SessionsRestoreCommand.self, SessionsExportCommand.self,
      SessionsGradeCommand.self,
    ],
    defaultSubcommand: SessionsListCommand.self)
}
