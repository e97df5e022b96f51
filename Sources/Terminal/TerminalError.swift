import Support

/// Why there is no full screen to be had.
public enum TerminalError: TextualError, Equatable {
  /// Standard input or output (`stream` says which) is a file, a pipe or nothing.
  case notATerminal(stream: String)
  case noTerminalName
  case unknownTerminal(name: String)
  case noCursorMovement(name: String)
  case badColors(value: String)
  case failed(reason: String)

  /// One line that says what is wrong and what to do about it.
  public var text: MessageText {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal; the full screen needs one on standard input and standard output"
    case .noTerminalName:
      "the environment variable TERM is not set; set it to your terminal's name, such as xterm-256color"
    case .unknownTerminal(let name):
      "the terminal '\(name)' (TERM) is not in the terminfo database; try TERM=xterm-256color or install ncurses-term"
    case .noCursorMovement(let name):
      "the terminal '\(name)' (TERM) cannot move its cursor; the full screen needs one that can, such as xterm or vt100"
    case .badColors(let value):
      "HEADSCOPE_COLORS is '\(value)'; expected truecolor, 256, 8 or none"
    case .failed(let reason):
      "the terminal cannot be used: \(reason)"
    }
  }
}
