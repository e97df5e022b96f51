/// A key as a person sees it on the keyboard.
public enum Key: Sendable, Hashable {
  /// A character as typed, Shift already applied.
  case character(Character)
  /// Ctrl with a letter (lower case) or a sign.
  case control(Character)
  /// Alt (or Escape and quickly after it) with a character.
  case alt(Character)
  case up, down, left, right
  case controlLeft, controlRight
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, delete, insert
  case function(Int)
}

/// A press, or a turn of the wheel, of the mouse.
public struct MouseEvent: Sendable, Hashable {
  /// What was done with the mouse.
  public enum Kind: Sendable, Hashable {
    case press, doublePress, wheelUp, wheelDown
  }
  /// Whether a button was pressed, or the wheel turned and in which direction.
  public var kind: Kind
  /// The cell under the pointer, counted from 0 at the top left.
  public var point: Point

  /// An event of that kind at a cell.
  public init(kind: Kind, point: Point) {
    self.kind = kind
    self.point = point
  }
}

/// Whatever comes in through the terminal: the one door for input.
public enum Input: Sendable, Hashable {
  case key(Key)
  /// Text pasted in one piece (bracketed paste), as it came. Untrusted.
  case paste(String)
  case mouse(MouseEvent)
  case resized(Size)
  /// The waker was called: results have arrived.
  case wake
  /// The terminal is gone, or the program is asked to end (SIGHUP, SIGTERM, SIGINT).
  case end
}
