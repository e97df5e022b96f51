import Support
import UserInput

extension Key {
  /// How the key is written, in ASCII.
  package var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "Ctrl-" + character.uppercased()
    case .alt(let character): "Alt-" + character.uppercased()
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .controlLeft: "Ctrl-Left"
    case .controlRight: "Ctrl-Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .insert: "Ins"
    case .function(let number): "F\(number)"
    }
  }
}

extension Key {
  /// The key that is written so in ASCII: `Enter`, `Ctrl-R`, `PgDn`, or a character.
  package init?(named name: String) {
    if name.count == 1, let character = name.first {
      self = .character(character)
    } else if name.count == 6, name.hasPrefix("Ctrl-"), let letter = name.last {
      self = .control(Character(letter.lowercased()))
    } else if name.count == 5, name.hasPrefix("Alt-"), let letter = name.last {
      self = .alt(Character(letter.lowercased()))
    } else if name.hasPrefix("F"), let number = Int(decimal: name.dropFirst(), in: 1...24) {
      self = .function(number)
    } else if let key = Key.named.first(where: { $0.name == name }) {
      self = key
    } else {
      return nil
    }
  }

  private static let named: [Key] = [
    .character(" "), .up, .down, .left, .right, .controlLeft, .controlRight, .home, .end, .pageUp, .pageDown, .enter,
    .escape, .tab, .backTab, .backspace, .delete, .insert,
  ]
}
