import Canvas
import UserInput

/// Where keystrokes come from.
protocol KeyStrokeSource {
  /// The next keystroke; nil if there is none within some milliseconds.
  mutating func next(within milliseconds: Int) -> KeyStroke?
  /// Everything up to the end of a paste, `ESC [ 201 ~`, which is taken away, too.
  mutating func pastedBytes() -> [UInt8]
  /// Milliseconds on a clock that only goes forward.
  var now: Int { get }
}

/// Makes input of keystrokes.
///
/// ncurses knows the keys of the terminal's description. What is not in there, and is still sent by terminals of today, is
/// understood here: control sequences with modifiers, Alt, the mouse, pastes, UTF-8. Sequences without a meaning are swallowed
/// whole, so that no rest of them is taken for typing.
struct InputDecoder<Source: KeyStrokeSource> {
  var source: Source
  /// A character of a locale whose encoding is not UTF-8.
  var legacyCharacter: ((UInt8) -> Character?)?

  /// How long bytes of one sequence may lie apart, on a slow line.
  private let patience = 50
  /// Two presses at one place within so many milliseconds are a double press.
  private let doublePressTime = 400
  private let longestSequence = 4096
  private var waiting: [KeyStroke] = []
  private var lastPress: (time: Int, point: Point)?

  init(source: Source) { self.source = source }

  enum Result: Equatable {
    case input(Input)
    /// Something came that means nothing.
    case nothing
  }

  /// The next input, without waiting for it to begin; nil if nothing has come.
  mutating func next() -> Result? {
    guard let stroke = take(within: 0) else { return nil }
    switch stroke {
    case .special(let key): return .input(.key(key))
    case .unused: return .nothing
    case .byte(0x1B): return afterEscape()
    case .byte(let byte): return .input(.key(key(startingWith: byte)))
    }
  }

  private mutating func take(within milliseconds: Int) -> KeyStroke? {
    waiting.isEmpty ? source.next(within: milliseconds) : waiting.removeFirst()
  }

  private mutating func takeByte(within milliseconds: Int) -> UInt8? {
    guard let stroke = take(within: milliseconds) else { return nil }
    if case .byte(let byte) = stroke { return byte }
    waiting.insert(stroke, at: 0)
    return nil
  }

  // MARK: - Characters

  private mutating func key(startingWith byte: UInt8) -> Key {
    switch byte {
    case 0: .control(" ")
    case 0x08, 0x7F: .backspace
    case 0x09: .tab
    // Ctrl-J, which is no Enter: it breaks lines.
    case 0x0A: .control("j")
    case 0x0D: .enter
    case 0x1B: .escape
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
    default: .character(character(startingWith: byte))
    }
  }

  /// Takes the rest of a character in UTF-8; what is not UTF-8 becomes U+FFFD.
  private mutating func character(startingWith first: UInt8) -> Character {
    guard first >= 0x80 else { return Character(Unicode.Scalar(first)) }
    if let legacyCharacter { return legacyCharacter(first) ?? "\u{FFFD}" }
    let length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
    var bytes = [first]
    while bytes.count < length, let byte = takeByte(within: patience) {
      guard byte & 0xC0 == 0x80 else {
        waiting.insert(.byte(byte), at: 0)
        break
      }
      bytes.append(byte)
    }
    return String(validating: bytes, as: UTF8.self)?.first ?? "\u{FFFD}"
  }

  // MARK: - Escape sequences

  private mutating func afterEscape() -> Result {
    // ncurses has waited for the rest of a key already.
    switch take(within: 0) {
    case nil: return .input(.key(.escape))
    case .special(let key): return .input(.key(withAlt(key)))
    case .unused: return .nothing
    case .byte(UInt8(ascii: "[")): return controlSequence()
    case .byte(UInt8(ascii: "O")): return singleShift()
    case .byte(0x1B):
      // Some terminals say Alt by one more escape; otherwise, Escape was pressed twice.
      if let byte = takeByte(within: 0) {
        waiting.insert(.byte(byte), at: 0)
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
          let result = afterEscape()
          guard case .input(.key(let key)) = result else { return result }
          return .input(.key(withAlt(key)))
        }
      }
      waiting.insert(.byte(0x1B), at: 0)
      return .input(.key(.escape))
    case .byte(let byte):
      if isAnswer(byte) { return swallowString() }
      return .input(.key(withAlt(key(startingWith: byte))))
    }
  }

  private func withAlt(_ key: Key) -> Key {
    switch key {
    case .character(let character): .alt(character)
    case .left: .controlLeft
    case .right: .controlRight
    // Alt-Enter breaks lines, as Ctrl-J does.
    case .enter: .control("j")
    // Deletes a word in every line editor.
    case .backspace: .control("w")
    default: key
    }
  }

  private mutating func controlSequence() -> Result {
    var sequence = ControlSequence(final: 0)
    while sequence.parameters.count < longestSequence {
      guard let byte = takeByte(within: patience) else {
        return sequence.parameters.isEmpty ? .input(.key(.alt("["))) : .nothing
      }
      switch byte {
      case 0x20...0x3F: sequence.parameters.append(byte)
      case 0x40...0x7E:
        sequence.final = byte
        return result(of: sequence)
      default:
        waiting.insert(.byte(byte), at: 0)
        return .nothing
      }
    }
    return .nothing
  }

  private mutating func result(of sequence: ControlSequence) -> Result {
    switch sequence.meaning {
    case .key(let key): return .input(.key(key))
    case .mouse(let button, let column, let row, let isPress):
      return mouse(button: button, at: Point(column: column, row: row), isPress: isPress)
    case .pasteBegins: return .input(.paste(Self.text(ofPaste: source.pastedBytes())))
    case .oldMouse:
      var bytes: [Int] = []
      while bytes.count < 3, let byte = takeByte(within: patience) { bytes.append(Int(byte)) }
      guard bytes.count == 3 else { return .nothing }
      let button = bytes[0] - 32
      return mouse(
        button: button, at: Point(column: max(bytes[1] - 33, 0), row: max(bytes[2] - 33, 0)), isPress: button & 3 != 3)
    case .consoleKey:
      guard let byte = takeByte(within: patience), (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte) else {
        return .nothing
      }
      return .input(.key(.function(Int(byte - UInt8(ascii: "A")) + 1)))
    case .nothing: return .nothing
    }
  }

  /// `ESC O` and a letter, with a digit for modifiers between them at times.
  private mutating func singleShift() -> Result {
    guard var byte = takeByte(within: patience) else { return .input(.key(.alt("O"))) }
    var modifiers = KeyModifiers(number: 1)
    if (UInt8(ascii: "2")...UInt8(ascii: "8")).contains(byte) {
      modifiers = KeyModifiers(number: Int(byte - UInt8(ascii: "0")))
      guard let next = takeByte(within: patience) else { return .nothing }
      byte = next
    }
    guard byte > 0x20 else {
      waiting.insert(.byte(byte), at: 0)
      return .input(.key(.alt("O")))
    }
    if let key = ControlSequence.named(byte, modifiers) { return .input(.key(key)) }
    return switch byte {
    case UInt8(ascii: "M"): .input(.key(.enter))
    case UInt8(ascii: "I"): .input(.key(.tab))
    // The number pad: * + , - . / and the digits.
    case UInt8(ascii: "j")...UInt8(ascii: "y"):
      .input(.key(.character(Character(Unicode.Scalar(byte - UInt8(ascii: "j") + UInt8(ascii: "*"))))))
    default: .nothing
    }
  }

  /// Whether this is a terminal's answer to a query that another program sent, rather than a person holding Alt.
  private mutating func isAnswer(_ byte: UInt8) -> Bool {
    let starts: ClosedRange<UInt8> = UInt8(ascii: "!")...UInt8(ascii: "?")
    guard [UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_")].contains(byte), let next = takeByte(within: 0)
    else { return false }
    waiting.insert(.byte(next), at: 0)
    return starts.contains(next) || byte == UInt8(ascii: "_") && next == UInt8(ascii: "G")
  }

  /// Takes everything up to BEL or `ESC \`.
  private mutating func swallowString() -> Result {
    var previous: UInt8 = 0
    for _ in 0..<longestSequence {
      guard let byte = takeByte(within: patience), byte != 0x07, !(previous == 0x1B && byte == UInt8(ascii: "\\"))
      else {
        break
      }
      previous = byte
    }
    return .nothing
  }

  // MARK: - Mouse and paste

  private mutating func mouse(button: Int, at point: Point, isPress: Bool) -> Result {
    let isMotion = button & 32 != 0
    // Shift, Alt and Ctrl, which change nothing here.
    switch button & ~(4 | 8 | 16) {
    case 64: return .input(.mouse(MouseEvent(kind: .wheelUp, point: point)))
    case 65: return .input(.mouse(MouseEvent(kind: .wheelDown, point: point)))
    case 0 where isPress && !isMotion: break
    default: return .nothing
    }
    let now = source.now
    if let last = lastPress, last.point == point, now - last.time <= doublePressTime {
      lastPress = nil
      return .input(.mouse(MouseEvent(kind: .doublePress, point: point)))
    }
    lastPress = (now, point)
    return .input(.mouse(MouseEvent(kind: .press, point: point)))
  }

  /// Terminals send what Enter sends for a new line; invalid UTF-8 becomes U+FFFD.
  static func text(ofPaste bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 0x0D {
        result.append(0x0A)
      } else if !(byte == 0x0A && previous == 0x0D) {
        result.append(byte)
      }
      previous = byte
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Finds the end of a paste in bytes that come one by one or in small pieces.
struct PasteCollector {
  /// The longest paste that is kept; the rest of a longer one is thrown away.
  static let limit = 4 << 20
  private static let end = Array("\u{1B}[201~".utf8)

  private(set) var bytes: [UInt8] = []
  private(set) var isComplete = false
  private var matched = 0

  /// How many bytes can be read at once without reading past the end of the paste.
  var room: Int { Self.end.count - matched }

  mutating func append(_ byte: UInt8) {
    if byte == Self.end[matched] {
      matched += 1
      isComplete = matched == Self.end.count
      return
    }
    keep(Self.end[..<matched])
    // Only its first byte can begin the mark anew, since that occurs nowhere else in it.
    matched = byte == Self.end[0] ? 1 : 0
    if matched == 0, bytes.count < Self.limit { bytes.append(byte) }
  }

  /// The paste broke off: what looked like its end belongs to it.
  mutating func finish() {
    keep(Self.end[..<matched])
    matched = 0
  }

  private mutating func keep(_ piece: some Collection<UInt8>) { bytes += piece.prefix(Self.limit - bytes.count) }
}
