import Explorer
import UserInput

/// Shares the room of the Head view between a head and the running text beside it.
struct DocumentRoom {
  /// The head, with all that belongs to it.
  let picture: Rect
  let document: Rect
  /// Whether there is so much room that the bars of the marked query stay, and the text stands in the place of the other heads.
  let isLarge: Bool

  private static let large = Size(columns: 150, rows: 30)
  private static let beside = Size(columns: 60, rows: 4)
  private static let below = Size(columns: 20, rows: 12)
  private static let narrowest = 24
  private static let widest = 90
  private static let gap = 2

  /// Nil where there is no room for both. The text stands on the right where it can, else below.
  static func split(_ area: Rect) -> DocumentRoom? {
    if area.columns >= beside.columns, area.rows >= beside.rows {
      let isLarge = area.columns >= large.columns && area.rows >= large.rows
      let columns = min(max(area.columns * 2 / 5, narrowest), widest)
      return DocumentRoom(
        picture: area.inset(right: columns + gap), document: area.inset(left: area.columns - columns),
        isLarge: isLarge)
    }
    guard area.columns >= below.columns, area.rows >= below.rows else { return nil }
    let rows = area.rows * 2 / 5
    return DocumentRoom(
      picture: area.inset(bottom: rows), document: area.inset(top: area.rows - rows), isLarge: false)
  }

  /// Nil where the text is not shown, and where there is no room for it.
  static func chosen(_ state: State, _ appearance: Appearance, in area: Rect) -> DocumentRoom? {
    guard state.exploration.document.isShown, state.view == .head, appearance.presentation == nil else { return nil }
    return split(area)
  }
}
