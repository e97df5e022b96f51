import JSON
import Support

/// How pictures look, whatever they show.
public enum PictureAction: Sendable, Equatable {
  case zoom(Zoom)
  /// The colour scale, by its name.
  case colors(String)
  /// One scale of intensity for all heads, or one for each.
  case range(IntensityRange)
  /// Whether pieces of words are joined into words.
  case joinWords(Bool)
  /// Whether layers, heads and positions are counted from 0 or from 1 on the screen.
  case countFrom(Int)
}

extension PictureAction: FeatureAction {
  /// Changes how pictures look. For `countFrom`, every number but 1 is 0.
  public func perform(on state: inout State) {
    switch self {
    case .zoom(let zoom): state.zoom = zoom
    case .colors(let name): state.colors = name
    case .range(let range): state.range = range
    case .joinWords(let isOn): state.exploration.joinsWords = isOn
    case .countFrom(let first): state.countFrom = first == 1 ? 1 : 0
    }
  }

  // MARK: In a session

  /// The names of these actions in a session file.
  public static let names = ["zoom", "colors", "range", "joinWords", "countFrom"]

  /// How the action is written: its name and its members.
  public var recorded: RecordedAction {
    switch self {
    case .zoom(let zoom): RecordedAction("zoom", [("cells", JSONValue(zoom.name))])
    case .colors(let id): RecordedAction("colors", [("scale", JSONValue(id))])
    case .range(let range): RecordedAction("range", [("of", JSONValue(range.rawValue))])
    case .joinWords(let isOn): RecordedAction("joinWords", [("on", .bool(isOn))])
    case .countFrom(let first): RecordedAction("countFrom", [("first", .integer(first))])
    }
  }

  /// Reads an action by its name; nil if the name is not in `names`. Throws if a member is missing or invalid.
  public static func read(_ name: String, _ reader: MemberReader) throws(MalformedAction) -> PictureAction? {
    switch name {
    case "zoom":
      guard let zoom = Zoom(named: try reader.string("cells")) else {
        throw MalformedAction("\"cells\" must be fit, words, number, block, dot or maxima of N")
      }
      return .zoom(zoom)
    case "colors": return .colors(try reader.string("scale"))
    case "range": return .range(try reader.choice("of"))
    case "joinWords": return .joinWords(try reader.flag("on"))
    case "countFrom": return .countFrom(try reader.count("first"))
    default: return nil
    }
  }

  /// A description of the action in plain words.
  public var words: String {
    switch self {
    case .zoom(.fit): "cells as large as they fit"
    case .zoom(.words): "cells as large as they fit, with words in any case"
    case .zoom(.fixed(.number)): "cells with numbers"
    case .zoom(.fixed(.block)): "cells without numbers"
    case .zoom(.fixed(.dot)): "a dot for every pair"
    case .zoom(.fixed(.pooled(let factor))): "a dot for the maximum of \(factor) x \(factor) pairs"
    case .colors(let name): "colours \(name)"
    case .range(.all): "one scale for all heads"
    case .range(.head): "a scale for each head"
    case .joinWords(true): "joins pieces of words into words"
    case .joinWords(false): "shows pieces of words"
    case .countFrom(let first): "counts from \(first)"
    }
  }
}

// MARK: Short forms

extension Action {
  /// See ``PictureAction/zoom(_:)``.
  public static func zoom(_ zoom: Zoom) -> Action { .feature(PictureAction.zoom(zoom)) }
  /// See ``PictureAction/colors(_:)``: the name of a colour scale; nothing checks that there is one.
  public static func colors(_ name: String) -> Action { .feature(PictureAction.colors(name)) }
  /// See ``PictureAction/range(_:)``.
  public static func range(_ range: IntensityRange) -> Action { .feature(PictureAction.range(range)) }
  /// See ``PictureAction/joinWords(_:)``.
  public static func joinWords(_ isOn: Bool) -> Action { .feature(PictureAction.joinWords(isOn)) }
  /// See ``PictureAction/countFrom(_:)``: 0 or 1.
  public static func countFrom(_ first: Int) -> Action { .feature(PictureAction.countFrom(first)) }
}
