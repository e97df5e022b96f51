/// What a key can mean. What it comes to in the present state is worked out by `Keymap.resolve`.
public enum Command: Sendable, Hashable {
  case moveLeft, moveRight, moveUp, moveDown, moveFirst, moveLast, movePageUp, movePageDown
  case previousHead, nextHead, previousLayer, nextLayer
  case open, back, nextView, previousView
  case show(ViewID)
  case steps(StepsCommand)
  case maskView(MaskCommand)
  case zoomIn, zoomOut, zoomFit
  case typeSentence, nextSentence, previousSentence
  case togglePadding, padMore, padLess, switchPadSide, cycleMask
  case openLevers, blockKey, blockPair, resetMask, replaceToken, ablate, restoreHeads
  case chooseLever, leverLess, leverMore
  case cycleColors, switchRange, switchCounting
  case heads(HeadsCommand)
  case compare(CompareCommand)
  case flow(FlowCommand)
  case diagnosis(DiagnosisCommand)
  case undo, redo
  case openModels, help, redraw, suspend, quit

  case switchText, newSentence
  case keepText, restoreText, olderSentence, newerSentence
  case closeOverlay, chooseModel
  case present(PresenterCommand)

  case replay(PlayerCommand)
  case session(SessionCommand)
}
