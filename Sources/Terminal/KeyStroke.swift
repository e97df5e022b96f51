import CNcurses
import Canvas
import UserInput

/// What ncurses makes of the bytes that a terminal sends.
enum KeyStroke: Equatable {
  case byte(UInt8)
  /// A key of its own that the terminal's description knows.
  case special(Key)
  /// A key that is known, but has no meaning here.
  case unused

  /// - Parameter code: what `wgetch` answered, not ERR.
  init(code: Int32) {
    if let byte = UInt8(exactly: code) {
      self = .byte(byte)
    } else if let key = Self.special(code) ?? Self.extended(code) {
      self = .special(key)
    } else {
      self = .unused
    }
  }

  private static func special(_ code: Int32) -> Key? {
    switch code {
    case KEY_UP, KEY_SR: .up
    case KEY_DOWN, KEY_SF: .down
    case KEY_LEFT, KEY_SLEFT: .left
    case KEY_RIGHT, KEY_SRIGHT: .right
    case KEY_HOME, KEY_FIND, KEY_A1, KEY_BEG, KEY_SHOME: .home
    case KEY_END, KEY_SELECT, KEY_LL, KEY_C1, KEY_SEND: .end
    case KEY_PPAGE, KEY_A3, KEY_SPREVIOUS: .pageUp
    case KEY_NPAGE, KEY_C3, KEY_SNEXT: .pageDown
    case KEY_ENTER: .enter
    case KEY_BTAB: .backTab
    case KEY_BACKSPACE: .backspace
    case KEY_DC, KEY_SDC: .delete
    case KEY_IC, KEY_SIC: .insert
    case hs_first_function_key() + 1...hs_first_function_key() + 63: .function(Int(code - hs_first_function_key()))
    default: nil
    }
  }

  /// Keys with Shift, Alt or Ctrl, which ncurses numbers as it meets them, by the names that xterm made common: `kLFT5`.
  private static func extended(_ code: Int32) -> Key? {
    guard let name = keyname(code).map({ String(cString: $0) }), name.utf8.count >= 4, name.hasPrefix("k") else {
      return nil
    }
    let digit = name.last?.wholeNumberValue
    let modifiers = KeyModifiers(number: digit ?? 1)
    return switch digit == nil ? name.dropFirst() : name.dropFirst().dropLast() {
    case "UP": .up
    case "DN": .down
    case "LFT": modifiers.movesByWords ? .controlLeft : .left
    case "RIT": modifiers.movesByWords ? .controlRight : .right
    case "HOM": .home
    case "END": .end
    case "PRV": .pageUp
    case "NXT": .pageDown
    case "DC": .delete
    case "IC": .insert
    default: nil
    }
  }
}

/// What is held down with a key, as xterm numbers it: 1 + 1 for Shift + 2 for Alt + 4 for Ctrl (+ 8 for Meta).
struct KeyModifiers: Equatable {
  private let bits: Int

  init(number: Int) { bits = max(number - 1, 0) }

  var shift: Bool { bits & 1 != 0 }
  var alt: Bool { bits & 2 != 0 }
  var control: Bool { bits & 4 != 0 }
  /// Left and right with Ctrl, or with Alt as on a Mac.
  var movesByWords: Bool { alt || control }
}
