import Activations
import UserInput

/// What the mouse means: whatever looks like a place is one, and a hint is its key.
struct MouseTargets {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ event: MouseEvent) -> Resolution {
    switch event.kind {
    case .wheelUp: turned(.up)
    case .wheelDown: turned(.down)
    case .press: pressed(screen.place(at: event.point, isDouble: false), isDouble: false)
    case .doublePress: pressed(screen.place(at: event.point, isDouble: true), isDouble: true)
    }
  }

  private func resolve(_ key: Key) -> Resolution { Keymap.resolve(.key(key), state: state, on: screen) }

  /// The wheel moves as the arrow keys do, and in a replay from action to action. Where a line is typed it would change what is
  /// typed.
  private func turned(_ key: Key) -> Resolution {
    switch Keymap.context(of: state) {
    case .prompt, .filter, .entry: .ignored
    case .replay: .control(.replay(key == .up ? .stepBack : .stepForward))
    case .question: .ignored
    default: resolve(key)
    }
  }

  private func pressed(_ place: ScreenPlace, isDouble: Bool) -> Resolution {
    let context = Keymap.context(of: state)
    switch place {
    case .hint(let key): return resolve(key)
    case .moment(let share): return .control(.replay(.moment(share)))
    case .line(let line): return pressed(line: line, isDouble: isDouble)
    case .view, .token, .inView:
      if let question = state.playback?.question, !question.isRevealed, state.overlay == nil {
        return state.amongTokens(answer(place))
      }
      // What is replayed was chosen by another; and while a line is typed, the rest waits.
      guard state.playback == nil, case .view(let view) = context else { return .ignored }
      return state.amongTokens(pressed(place, in: view))
    case .nothing: return .ignored
    }
  }

  private func pressed(_ place: ScreenPlace, in view: ViewID) -> Resolution {
    switch place {
    case .view(let other): other == view ? .ignored : .action(.show(other))
    case .token(let position):
      state.query == position ? .ignored : .action(.selectPair(query: position, key: state.key))
    case .inView(let resolution): resolution
    default: .ignored
    }
  }

  /// A cell of the picture answers a question.
  private func answer(_ place: ScreenPlace) -> Resolution {
    guard case .inView(.action(let action)) = place,
      case .selectPair(let query, let key)? = action.of(NavigationAction.self)
    else { return .ignored }
    return .control(.choose(query: query, key: key))
  }

  /// A line of a list is marked; pressed twice, it is taken as Enter takes it.
  private func pressed(line: Int, isDouble: Bool) -> Resolution {
    if isDouble { return resolve(.enter) }
    if let entry = state.entry, entry.isPalette { return .control(.edit(entry.marking(line))) }
    if let browser = state.browser { return line == browser.marked ? .ignored : .control(.markSession(line)) }
    switch state.overlay {
    case .models(let marked): return line == state.markedModel(marked) ? .ignored : .action(.markModel(line))
    case .interventions(let marked): return line == marked ? .ignored : .action(.intervention(.mark(line)))
    case .diagnosis(let marked): return line == marked ? .ignored : .action(.diagnosis(.mark(line)))
    case .help, nil: return .ignored
    }
  }
}
