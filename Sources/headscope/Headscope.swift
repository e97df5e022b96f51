import ArgumentParser
import Glibc

/// The version in `--version`, in exports and in session headers.
let programVersion = "0.1.0"

struct Headscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "headscope", abstract: "Explore the attention heads of a text encoder.",
    version: programVersion,
    subcommands: [
      ExploreCommand.self, ExportCommand.self, TokenizeCommand.self, ReplayCommand.self, SessionsCommand.self,
      ModelsCommand.self, BenchCommand.self,
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
    Leaving.leave(EXIT_SUCCESS)
  }

  /// The command line without the program's name. Swift repairs arguments that are not UTF-8 without a word; here they
  /// are refused, because the text that would be computed is not the one that was asked for.
  private static func arguments() throws -> [String] {
    try (1..<max(1, Int(CommandLine.argc))).compactMap { position in
      guard let argument = CommandLine.unsafeArgv[position] else { return nil }
      guard let text = String(validatingCString: argument) else {
        throw UsageError("argument \(position) is not valid UTF-8: \(CommandLine.arguments[position].singleLine)")
      }
      return text
    }
  }

  /// One clear line on standard error, and the exit status that goes with it. Help is no error: it goes to standard
  /// output.
  private static func leave(after error: any Error) -> Never {
    switch error {
    case let error as UsageError:
      StandardStreams.complain(error.description)
      Leaving.leave(EX_USAGE)
    case let error as OutputError where error.isBrokenPipe:
      // Whoever was reading has seen enough, as in `headscope tokenize ... | head`.
      Leaving.leave(EXIT_FAILURE)
    case let error as Interruption:
      error.end()
    case let code as ExitCode:
      Leaving.leave(code.rawValue)
    default:
      switch Headscope.exitCode(for: error) {
      case .validationFailure:
        var message = Headscope.message(for: error)
        if message.hasSuffix(".") { message.removeLast() }
        StandardStreams.complain("\(message); see `\(helpCommand(for: error))`")
        Leaving.leave(EX_USAGE)
      case .failure:
        StandardStreams.complain("\(error)")
        Leaving.leave(EXIT_FAILURE)
      case let code:
        print(Headscope.fullMessage(for: error))
        Leaving.leave(code.rawValue)
      }
    }
  }

  /// The command that explains what was called wrongly: the argument parser names it in the last line of its message.
  private static func helpCommand(for error: any Error) -> String {
    let words = Headscope.fullMessage(for: error).split(separator: "'")
    return words.last { $0.hasSuffix(" --help") }.map(String.init) ?? "headscope --help"
  }
}

/// The program was called in a way that cannot be meant: exit status 64.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Something that went wrong while the program ran: exit status 1.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
