import UserInput

/// What a key can mean to a list that is chosen from by typing.
enum PaletteCommand: FeatureCommand {
  case open, choose

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    switch self {
    case .open: .control(.edit(LineEntry(.command)))
    case .choose: PaletteKeys(state: state, screen: screen).choice
    }
  }
}

extension Command {
  static func palette(_ command: PaletteCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  /// The keys of the list of all keys, and of that of marks.
  static let choosing: [KeyBinding] = [
    KeyBinding(.palette(.choose), .choosing, [.palette], [.enter], "do what is marked, or go there", hint: "do it"),
    KeyBinding(.moveDown, .choosing, [.palette], [.down, .control("n")], "the line below", hint: "below"),
    KeyBinding(.moveUp, .choosing, [.palette], [.up, .control("p")], "the line above", hint: "above"),
    KeyBinding(.movePageDown, .choosing, [.palette], [.pageDown], "a page down"),
    KeyBinding(.movePageUp, .choosing, [.palette], [.pageUp], "a page up"),
    KeyBinding(.session(.cancelEntry), .choosing, [.palette], [.escape], "close", hint: "close"),
    KeyBinding(.quit, .choosing, [.palette], [.control("c")], "leave"),
  ]
}

/// Resolves these commands in a state.
struct PaletteKeys {
  let state: State
  let screen: any ScreenLayout

  /// Going up and down; nil for every other command.
  func moved(_ command: Command) -> Resolution? {
    guard let entry = state.entry, entry.isPalette else { return nil }
    let page = max(screen.viewRows - 2, 1)
    let step: Int? =
      switch command {
      case .moveUp: -1
      case .moveDown: 1
      case .movePageUp: -page
      case .movePageDown: page
      default: nil
      }
    guard let step else { return nil }
    let last = state.paletteRows.count - 1
    let present = state.markedRow(of: last + 1)
    let line = min(max(present + step, 0), max(last, 0))
    return line == present ? .ignored : .control(.edit(entry.marking(line)))
  }

  /// Does what the marked line says; the list closes unless that cannot be done.
  var choice: Resolution {
    let rows = state.paletteRows
    guard rows.indices.contains(state.markedRow(of: rows.count)) else {
      return .refused("nothing here has these words")
    }
    var below = state
    below.entry = nil
    switch rows[state.markedRow(of: rows.count)].goal {
    case .head(let head):
      guard head.layer < state.model.layers, head.head < state.model.heads else {
        return .refused(
          "there are \(Words.count(state.model.layers, "layer")) of \(Words.count(state.model.heads, "head")) each")
      }
      return .control(.run(.action(.selectHead(head))))
    case .place(let index): return .control(.run(.action(.places(.visit(index)))))
    case .number(let number, let best):
      return .control(.run(.action(.survey(.sort(.number(number), isDescending: true, best)))))
    case .elsewhere(let view): return .control(.run(.action(.show(view))))
    case .never(let place): return .refused("that is a key of another place: \(place)")
    case .command(let command):
      switch CommandResolver(state: below, screen: screen).resolve(command) {
      case .ignored: return .refused("that can do nothing here")
      case .awaiting: return .awaiting
      case .refused(let reason): return .refused(reason)
      case let resolution: return .control(.run(below.amongTokens(resolution)))
      }
    }
  }
}
