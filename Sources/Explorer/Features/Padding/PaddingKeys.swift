import Activations
import UserInput

/// What a key can mean to padding and to the mode of the mask.
enum PaddingCommand: FeatureCommand {
  case toggle, more, less, switchSide, cycleMask

  var needsModel: Bool { true }

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    let keys = PaddingKeys(state: state)
    return switch self {
    case .toggle: keys.togglePadding()
    case .more: keys.pad(by: 1)
    case .less: keys.pad(by: -1)
    case .switchSide: .action(.padSide(state.padSide == .right ? .left : .right))
    case .cycleMask: .action(.mask(neighbour(of: state.maskMode, in: MaskMode.allCases, by: 1)))
    }
  }
}

extension Command {
  static func padding(_ command: PaddingCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  /// What comes after what only some views can do.
  static let padding: [KeyBinding] = [
    KeyBinding(.padding(.less), .padding, KeyContext.views, [.character("<")], "one PAD less", hint: "shorter"),
    KeyBinding(.padding(.more), .padding, KeyContext.views, [.character(">")], "one PAD more", hint: "longer"),
    KeyBinding(.padding(.switchSide), .padding, KeyContext.views, [.character("s")], "PAD on the right or on the left"),
  ]
}

private struct PaddingKeys {
  let state: State

  private var realTokens: Int { state.encoding?.input.realCount ?? 0 }

  func togglePadding() -> Resolution {
    if state.padTo != nil { return .action(.pad(to: nil)) }
    guard !state.awaitsTokens else { return .awaiting }
    guard realTokens < state.model.maximumPositions else { return .refused(noRoom) }
    // Enough PAD to be seen, where no length was chosen yet.
    let length = state.lastPadTo.flatMap { $0 > realTokens ? $0 : nil } ?? realTokens + 3
    return .action(.pad(to: min(length, state.model.maximumPositions)))
  }

  func pad(by step: Int) -> Resolution {
    guard !state.awaitsTokens else { return .awaiting }
    let present = max(state.padTo ?? 0, state.positions)
    let length = present + step
    guard length <= state.model.maximumPositions else { return .refused(noRoom) }
    if step < 0, state.padTo == nil { return .refused("padding is off; p or > switches it on") }
    return .action(.pad(to: length <= realTokens ? nil : length))
  }

  private var noRoom: String { "the model takes no more than \(state.model.maximumPositions) tokens" }
}
