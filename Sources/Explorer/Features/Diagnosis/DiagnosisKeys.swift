import UserInput

/// What keys mean to the list of what looks odd.
enum DiagnosisCommand: FeatureCommand {
  case open
  /// Goes to the place that shows the marked symptom.
  case goToMarked
  /// Goes to a symptom by its number, from 1.
  case go(Int)

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { .action(.diagnosis(.open)) }
}

extension Command {
  static func diagnosis(_ command: DiagnosisCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let diagnosing: [KeyBinding] =
    [
      KeyBinding(
        .diagnosis(.open), .diagnosis, KeyContext.views, [.character("!")],
        "what looks odd here, and its cause: PAD that takes attention, NaN, heads that are even ...", hint: "odd?"),
      KeyBinding(
        .diagnosis(.goToMarked), .diagnosis, [.diagnosis], [.enter], "go to where the marked symptom is seen",
        hint: "go there"),
    ] + numbers + [
      KeyBinding(
        .closeOverlay, .diagnosis, [.diagnosis], [.escape, .character("q"), .character("!")], "close", hint: "close"),
      KeyBinding(.undo, .diagnosis, [.diagnosis], [.character("u")], "take the last change back"),
    ]

  private static let numbers: [KeyBinding] = zip(1..., "123456789").map { number, digit in
    KeyBinding(
      .diagnosis(.go(number)), .diagnosis, [.diagnosis], [.character(digit)],
      "go to where the symptom with this number is seen")
  }
}

/// Resolves commands in the list.
struct DiagnosisKeys {
  let state: State
  let screen: any ScreenLayout
  let marked: Int

  /// Nil where the command means the same everywhere.
  func resolve(_ command: Command) -> Resolution? {
    let list = screen.oddities
    // After them there is one more line, for the checks that found nothing.
    let lastLine = list.goals.count
    let isPointing =
      switch command {
      case .moveUp, .movePageUp, .moveDown, .movePageDown, .moveFirst, .moveLast: true
      default: command.of(DiagnosisCommand.self).map { $0 != .open } ?? false
      }
    // The entries and their order are known only when all checks are done.
    if isPointing, !list.isComplete, state.awaits(.diagnosis) || state.isComputing { return .awaiting }
    let present = min(max(marked, 0), lastLine)
    func mark(_ line: Int) -> Resolution {
      let line = min(max(line, 0), lastLine)
      return line == present ? .ignored : .action(.diagnosis(.mark(line)))
    }
    switch command {
    case .moveUp, .movePageUp: return mark(present - 1)
    case .moveDown, .movePageDown: return mark(present + 1)
    case .moveFirst: return mark(0)
    case .moveLast: return mark(lastLine)
    default: break
    }
    switch command.of(DiagnosisCommand.self) {
    case .goToMarked: return go(to: present, in: list)
    case .go(let number): return go(to: number - 1, in: list)
    case .open, nil: return nil
    }
  }

  private func go(to line: Int, in list: Oddities) -> Resolution {
    guard list.goals.indices.contains(line) else {
      return .refused(
        list.isComplete
          ? "there is nothing odd with this number" : "the numbers are still being looked at")
    }
    return list.goals[line]
  }
}
