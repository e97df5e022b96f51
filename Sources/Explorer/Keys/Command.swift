/// What a key can mean. What it comes to in the present state is worked out by `Keymap.resolve`.
public enum Command: Sendable, Hashable {
  case moveLeft, moveRight, moveUp, moveDown, moveFirst, moveLast, movePageUp, movePageDown
  case previousHead, nextHead, previousLayer, nextLayer
  case open, back, nextView, previousView
  case show(ViewID)
  case zoomIn, zoomOut, zoomFit
  case undo, redo
  case redraw, suspend, quit
  case closeOverlay
  case present(PresenterCommand)
  case replay(PlayerCommand)
  case session(SessionCommand)
  /// What means something to one feature.
  case feature(AnyFeatureCommand)
}
