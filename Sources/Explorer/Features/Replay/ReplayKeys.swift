import UserInput

extension KeyBinding {
  private static func replay(
    _ command: PlayerCommand, _ keys: [Key], _ help: String, hint: String? = nil,
    in contexts: [KeyContext] = [.replay, .question]
  ) -> KeyBinding {
    KeyBinding(.replay(command), .replay, contexts, keys, help, hint: hint)
  }

  /// The keys of a replay. A clicker sends PageDown and PageUp.
  static let replaying: [KeyBinding] =
    [
      replay(.playPause, [.character(" ")], "play or pause; past a question", hint: "play"),
      replay(.lessonForward, [.pageDown], "on to the next note or question", hint: "step"),
      replay(.lessonBack, [.pageUp], "back to the note or question before", hint: "back"),
      replay(.stepForward, [.character(".")], "one action forward", in: [.replay]),
      replay(.stepBack, [.character(",")], "one action back"),
      replay(.takeOver, [.tab], "explore from here; Esc comes back", hint: "take over"),
      replay(.secondsForward, [.right], "5 seconds forward", in: [.replay]),
      replay(.secondsBack, [.left], "5 seconds back", in: [.replay]),
      replay(.nextMark, [.character("]")], "to the next mark", hint: "mark"),
      replay(.previousMark, [.character("[")], "to the mark before"),
      replay(.turnNote, [.character("n")], "the rest of a long note"),
      replay(.search, [.character("/")], "search marks and notes", hint: "search"),
      replay(.faster, [.character("+")], "faster", in: [.replay]),
      replay(.slower, [.character("-")], "slower", in: [.replay]),
      replay(.normalSpeed, [.character("=")], "as fast as it was recorded", in: [.replay]),
      replay(.first, [.character("g"), .home], "to the start"),
      replay(.last, [.character("G"), .end], "to the end, or to what happens now"),
      replay(.reveal, [.enter], "answer a question and reveal", hint: "reveal", in: [.question]),
      replay(.openHelp, [.character("?"), .function(1)], "all keys", hint: "help"),
      replay(
        .closeHelp, [.escape, .character("q"), .character("?"), .function(1)], "close this", hint: "close",
        in: [.replayHelp]),
      replay(.leave, [.character("q"), .escape], "leave the replay", hint: "quit"),
      KeyBinding(.quit, .replay, [.replay, .question, .replayHelp], [.control("c")], "leave the program"),
      KeyBinding(
        .present(.blank), .replay, [.replay, .question], [.character("b")],
        "blank the screen, as . in presenter mode"),
    ] + tenths

  /// The digits go to tenths of the session; while a number is asked for, they are that number.
  private static let tenths: [KeyBinding] = zip(0..., "0123456789").map { tenth, digit in
    replay(
      .moment(Double(tenth) / 10), [.character(digit)], "to so many tenths of the session",
      in: [.replay])
  }

  private static func session(
    _ command: SessionCommand, _ contexts: [KeyContext], _ keys: [Key], _ help: String, hint: String? = nil
  ) -> KeyBinding {
    KeyBinding(.session(command), .session, contexts, keys, help, hint: hint)
  }

  /// Keys for marks, notes and questions, and for the list of sessions.
  static let keeping: [KeyBinding] = [
    session(.mark, KeyContext.views, [.character("'")], "set a mark with a title; twice: the list of marks and notes"),
    session(.note, KeyContext.views, [.character("\"")], "write a note, shown beside the picture"),
    session(
      .question, KeyContext.views, [.character("Q")], "ask about the marked cell; \"How much? = 0.25\" about a number"),
    session(.openList, KeyContext.views, [.character("S")], "all sessions"),
    session(.submitEntry, [.entry], [.enter], "keep what is typed", hint: "keep"),
    session(.newLine, [.entry], [.control("j")], "another line of a note; Alt-Enter too", hint: "new line"),
    session(.cancelEntry, [.entry], [.escape], "forget what is typed", hint: "cancel"),
    session(.replay, [.sessions], [.enter], "replay the marked session", hint: "replay"),
    session(.open, [.sessions], [.character("o")], "explore on in it", hint: "explore on"),
    session(.fork, [.sessions], [.character("f")], "explore from its end in a new session", hint: "fork"),
    session(.filter, [.sessions], [.character("/")], "search titles, marks, notes and sentences", hint: "search"),
    session(.rename, [.sessions], [.character("r")], "give it another title", hint: "rename"),
    session(.delete, [.sessions], [.character("d"), .delete], "delete it, into the trash", hint: "delete"),
    session(.restore, [.sessions], [.character("u")], "bring back what was deleted last", hint: "undo"),
    session(
      .closeList, [.sessions], [.escape, .character("q"), .character("S")], "close the list of sessions", hint: "close"),
    KeyBinding(.quit, .session, [.entry, .sessions], [.control("c")], "leave"),
  ]
}
