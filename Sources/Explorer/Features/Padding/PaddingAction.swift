import Activations
import JSON

/// Padding, and the mode of the mask.
public enum PaddingAction: Sendable, Equatable {
  /// Padding to a number of positions; nil switches it off.
  case pad(to: Int?)
  case padSide(PadSide)
  case mask(MaskMode)
}

extension PaddingAction: FeatureAction {
  /// Changes the padding, its side or the mode of the mask. A length below 1 becomes 1.
  public func perform(on state: inout State) {
    switch self {
    case .pad(let length):
      state.padTo = length.map { max($0, 1) }
      if let length = state.exploration.padTo { state.lastPadTo = length }
    case .padSide(let side): state.padSide = side
    case .mask(let mode): state.maskMode = mode
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["pad", "padSide", "mask"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .pad(let length): RecordedAction("pad", [("to", length.map { .integer($0) } ?? .null)])
    case .padSide(let side): RecordedAction("padSide", [("side", JSONValue(side.rawValue))])
    case .mask(let mode): RecordedAction("mask", [("mode", JSONValue(mode.rawValue))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> PaddingAction? {
    switch name {
    case "pad": return .pad(to: try reader.optionalCount("to"))
    case "padSide": return .padSide(try reader.choice("side"))
    case "mask": return .mask(try reader.choice("mode"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .pad(let length): length.map { "pad to \($0)" } ?? "padding off"
    case .padSide(let side): "PAD on the \(side.rawValue)"
    case .mask(let mode): "mask \(mode.rawValue)"
    }
  }
}

// MARK: Short forms

extension Action {
  /// See ``PaddingAction/pad(to:)``: a number of positions; nil switches padding off.
  public static func pad(to length: Int?) -> Action { .feature(PaddingAction.pad(to: length)) }
  /// See ``PaddingAction/padSide(_:)``.
  public static func padSide(_ side: PadSide) -> Action { .feature(PaddingAction.padSide(side)) }
  /// See ``PaddingAction/mask(_:)``.
  public static func mask(_ mode: MaskMode) -> Action { .feature(PaddingAction.mask(mode)) }
}
