import ArgumentParser
import Exporting
import Glibc
import Support

/// The version in `--version`, in exports and in session headers.
let programVersion = "0.1.0"

struct Headscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "headscope", abstract: "Explore the attention heads of a text encoder.",
    version: programVersion,
    subcommands: [
      ExploreCommand.self, OpenCommand.self, ExportCommand.self, TokenizeCommand.self, ReplayCommand.self,
      SessionsCommand.self, ModelsCommand.self, TrainCommand.self, ClassifyCommand.self, SurveyCommand.self,
      TourCommand.self,
      DoctorCommand.self,
      BenchCommand.self,
    ],
    defaultSubcommand: ExploreCommand.self)
}

@main
enum Program {
  static func main() {
    StandardStreams.prepare()
    do {
      var command = try Headscope.parseAsRoot(arguments())
      try command.run()
    } catch {
      leave(after: error)
    }
    StandardStreams.sayNotes()
    Leaving.leave(EXIT_SUCCESS)
  }

  /// The command line without the program's name. Swift repairs arguments that are not UTF-8 without a word; here they
  /// are refused, because the text that would be computed is not the one that was asked for.
  private static func arguments() throws -> [String] {
    try (1..<max(1, Int(CommandLine.argc))).compactMap { position in
      guard let argument = CommandLine.unsafeArgv[position] else { return nil }
      guard let text = String(validatingCString: argument) else {
        throw UsageError("argument \(position) is not valid UTF-8: \(CommandLine.arguments[position])")
      }
      return text
    }
  }

  /// One clear line on standard error, and the exit status that goes with it. Help is no error: it goes to standard
  /// output.
  private static func leave(after error: any Error) -> Never {
    switch error {
    case let error as UsageError:
      StandardStreams.complain(error.text)
      Leaving.leave(EX_USAGE)
    case let error as OutputError where error.isBrokenPipe:
      StandardStreams.leaveUnread()
    case let error as Interruption:
      Leaving.leave(by: error.signal)
    case let code as ExitCode:
      // A report says what was found; what should be known about it belongs to it.
      StandardStreams.sayNotes()
      Leaving.leave(code.rawValue)
    default:
      switch Headscope.exitCode(for: error) {
      case .validationFailure:
        StandardStreams.complain(WrongUsage.message(for: error))
        Leaving.leave(EX_USAGE)
      case .failure:
        StandardStreams.complain(MessageText(error))
        Leaving.leave(EXIT_FAILURE)
      case let code:
        do { try StandardStreams.say(Headscope.fullMessage(for: error)) } catch { leave(after: error) }
        Leaving.leave(code.rawValue)
      }
    }
  }
}

/// The program was called with a wrong command line: exit status 64.
struct UsageError: TextualError {
  let text: MessageText

  init(_ text: MessageText) { self.text = text }
}

/// Something that went wrong while the program ran: exit status 1.
struct CommandError: TextualError {
  let text: MessageText

  init(_ text: MessageText) { self.text = text }
}
