/// What a command means in a table of heads, whatever its numbers are of.
enum TableMovement {
  /// So many lines down.
  case lines(Int)
  /// So many columns to the right.
  case columns(Int)
  case open, back

  /// Nil for a command that means something else.
  init?(_ command: Command, _ screen: any ScreenLayout) {
    let page = max(screen.viewRows - 2, 1)
    switch command {
    case .moveUp: self = .lines(-1)
    case .moveDown: self = .lines(1)
    case .movePageUp: self = .lines(-page)
    case .movePageDown: self = .lines(page)
    case .moveFirst: self = .lines(-(1 << 20))
    case .moveLast: self = .lines(1 << 20)
    case .moveLeft: self = .columns(-1)
    case .moveRight: self = .columns(1)
    case .open: self = .open
    case .back: self = .back
    default: return nil
    }
  }
}

extension State {
  /// Shows all heads again; nil where none are left out.
  var withoutFilter: Resolution? {
    self.heads.filter.isEmpty ? nil : .action(.heads(.filter("", marking: firstListed(self.heads.filter))))
  }
}
