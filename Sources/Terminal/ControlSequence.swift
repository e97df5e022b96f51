import Canvas
import Support
import UserInput

/// A control sequence of ECMA-48: `ESC [ parameters intermediates final`.
struct ControlSequence: Equatable {
  var parameters: [UInt8] = []
  var final: UInt8

  enum Meaning: Equatable {
    case key(Key)
    case mouse(button: Int, column: Int, row: Int, isPress: Bool)
    case pasteBegins
    /// Three bytes follow: a press as old terminals report it.
    case oldMouse
    /// A name follows: a function key of the Linux console.
    case consoleKey
    case nothing
  }

  /// Parameters as numbers, -1 where there is none; sub-parameters behind a colon are left out.
  private func numbers(_ bytes: some Collection<UInt8>) -> [Int] {
    bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
      Int(decimal: part.prefix { $0 != UInt8(ascii: ":") }, in: 0...9_999_999) ?? -1
    }
  }

  var meaning: Meaning {
    if parameters.isEmpty && final == UInt8(ascii: "M") { return .oldMouse }
    if parameters.isEmpty && final == UInt8(ascii: "[") { return .consoleKey }
    if parameters.first == UInt8(ascii: "<") { return mouse }
    if let first = parameters.first, !(0x30...0x3B).contains(first) { return .nothing }
    let numbers = numbers(parameters)
    let first = numbers.first ?? -1
    let modifiers = KeyModifiers(number: numbers.count > 1 ? numbers[1] : numbers.count == 1 ? first : 1)
    switch final {
    case UInt8(ascii: "~"):
      if first == 200 { return .pasteBegins }
      if first == 27 && numbers.count > 2 { return Self.key(code: numbers[2], modifiers) }
      return Self.numbered(first).map(Meaning.key) ?? .nothing
    case UInt8(ascii: "u"): return Self.key(code: first, KeyModifiers(number: numbers.count > 1 ? numbers[1] : 1))
    // With other numbers, `R` tells where the cursor is.
    case UInt8(ascii: "P")...UInt8(ascii: "S") where !numbers.isEmpty && first != 1: return .nothing
    default: return Self.named(final, modifiers).map(Meaning.key) ?? .nothing
    }
  }

  private var mouse: Meaning {
    let numbers = numbers(parameters.dropFirst())
    guard numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }), [UInt8(ascii: "M"), UInt8(ascii: "m")].contains(final)
    else { return .nothing }
    return .mouse(
      button: numbers[0], column: max(numbers[1] - 1, 0), row: max(numbers[2] - 1, 0),
      isPress: final == UInt8(ascii: "M"))
  }

  /// Keys that a letter names, as in `ESC [ A` and `ESC O A`.
  static func named(_ letter: UInt8, _ modifiers: KeyModifiers) -> Key? {
    switch letter {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): modifiers.movesByWords ? .controlRight : .right
    case UInt8(ascii: "D"): modifiers.movesByWords ? .controlLeft : .left
    // What rxvt sends for arrows with Ctrl and with Shift.
    case UInt8(ascii: "a"): .up
    case UInt8(ascii: "b"): .down
    case UInt8(ascii: "c"): .controlRight
    case UInt8(ascii: "d"): .controlLeft
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(letter - UInt8(ascii: "P")) + 1)
    case UInt8(ascii: "Z"): .backTab
    default: nil
    }
  }

  /// Keys that a number names, as in `ESC [ 5 ~`.
  private static func numbered(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28, 29: .function(number - 13)
    case 31...34: .function(number - 14)
    default: nil
    }
  }

  /// A key given by its code point, as terminals do that tell all keys apart.
  private static func key(code: Int, _ modifiers: KeyModifiers) -> Meaning {
    switch code {
    case 9: return .key(modifiers.shift ? .backTab : .tab)
    case 13: return .key(.enter)
    case 27: return .key(.escape)
    case 8, 127: return .key(.backspace)
    default: break
    }
    guard code >= 0x20, let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value),
      scalar.properties.generalCategory != .privateUse
    else { return .nothing }
    let character = Character(scalar)
    if modifiers.control { return .key(.control(Character(character.lowercased().first.map(String.init) ?? ""))) }
    return .key(modifiers.alt ? .alt(character) : .character(character))
  }
}
