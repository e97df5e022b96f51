import ArgumentParser
import Support

/// What the argument parser says about a wrong call, in one line.
enum WrongUsage {
  static func message(for error: any Error) -> MessageText {
    var message = Headscope.message(for: error)
    if message.hasSuffix(".") { message.removeLast() }
    return quoting(message, CommandLine.arguments) + "; see `\(words: helpCommand(for: error))`"
  }

  /// The parser's words with what they repeat of the command line as quotes.
  static func quoting(_ message: String, _ arguments: [String]) -> MessageText {
    // What is shorter never makes a line long, unless there is much of it.
    let long = arguments.flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).map(String.init) }
      .filter { $0.utf8.count > 40 }
    let text = quoting(Substring(message), long.sorted { $0.utf8.count > $1.utf8.count }[...])
    return text.description.utf8.count > 1000 ? MessageText(quoting: message) : text
  }

  private static func quoting(_ message: Substring, _ long: ArraySlice<String>) -> MessageText {
    guard let argument = long.first else { return "\(words: String(message))" }
    guard let place = message.firstRange(of: argument) else { return quoting(message, long.dropFirst()) }
    return quoting(message[..<place.lowerBound], long.dropFirst()) + MessageText(quoting: argument)
      + quoting(message[place.upperBound...], long)
  }

  /// The command that explains what was called wrongly: the argument parser names it in the last line of its message.
  private static func helpCommand(for error: any Error) -> String {
    let words = Headscope.fullMessage(for: error).split(separator: "'")
    return words.last { $0.hasSuffix(" --help") }.map(String.init) ?? "headscope --help"
  }
}
