/// What can be done in a replay.
public enum PlayerCommand: Sendable, Hashable {
  case playPause
  case stepForward, stepBack
  /// A step of the lesson: to the next words, or a picture that time is left to look at.
  case lessonForward, lessonBack
  case secondsForward, secondsBack
  case nextMark, previousMark
  /// To a share of the session, from 0 to 1.
  case moment(Double)
  case first, last
  case faster, slower, normalSpeed
  case search
  /// To the next part of a note that is too long for its place.
  case turnNote
  /// Leaves the session and explores from here.
  case takeOver
  case openHelp, closeHelp
  /// Answers the question and lifts the veil.
  case reveal
  /// Returns to what was on the screen before the replay, or leaves the program.
  case leave
}

/// What can be done with sessions while exploring, and in the list of them.
public enum SessionCommand: Sendable, Hashable {
  case mark, note, question
  /// The list of the marks that were set and the notes that were written.
  case openPlaces
  /// Back to the session that was left with `takeOver`.
  case returnToLesson
  case submitEntry, cancelEntry, newLine
  case openList, closeList
  case replay, open, fork, rename, delete, restore, filter
}
