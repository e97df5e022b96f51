import Canvas
import Explorer
import UserInput

extension Key {
  /// How the key is written in hints and help.
  package func name(_ glyphs: GlyphSet) -> String {
    guard glyphs == .unicode else { return name }
    return switch self {
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .controlLeft: "Ctrl-←"
    case .controlRight: "Ctrl-→"
    default: name
    }
  }
}
