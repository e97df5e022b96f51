import UserInput

/// What a key can mean to the lines of the Head view.
enum LinesCommand: FeatureCommand {
  case switchForm, switchQueries, keep

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    let lines = state.exploration.lines
    switch self {
    case .switchForm: return .action(.lines(.show(!lines.isShown)))
    case .switchQueries:
      return lines.isShown ? .action(.lines(.queries(lines.queries == .all ? .marked : .all))) : Self.refusal
    case .keep:
      return lines.isShown ? .action(.lines(.keep(state.head, !lines.kept.contains(state.head)))) : Self.refusal
    }
  }

  private static let refusal = Resolution.refused("lines between words are off: v shows them")
}

extension Command {
  static func lines(_ command: LinesCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let lining: [KeyBinding] = [
    KeyBinding(
      .lines(.switchForm), .picture, [.view(.head)], [.character("v")],
      "cells, or words in two columns with lines between them",
      hint: "lines"),
    KeyBinding(
      .lines(.switchQueries), .picture, [.view(.head)], [.character("o")], "lines of all queries, or of the marked one"),
    KeyBinding(
      .lines(.keep), .picture, [.view(.head)], [.character("z")],
      "keep this head's lines, in a colour, while others are looked at; or let them go"),
  ]
}
