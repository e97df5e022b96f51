import Insights

/// What commands mean beside the exploration: in a replay, in a question, and in the list of sessions.
extension CommandResolver {
  /// Moving about in questions and in lists that are no part of the exploration; nil for every other command.
  func beside(_ command: Command) -> Resolution? {
    if command == .back, state.lesson != nil, state.overlay == nil { return .control(.session(.returnToLesson)) }
    if command == .session(.newLine), let entry = state.entry {
      guard entry.kind == .note else { return .refused("only a note has several lines") }
      return .control(.edit(entry.with(entry.field.withLineBreak)))
    }
    if let moved = PaletteKeys(state: state, screen: screen).moved(command) { return moved }
    guard let step = lineStep(command) else { return nil }
    if let browser = state.browser {
      let last = max((browser.sessions?.count ?? 0) - 1, 0)
      let line = min(max(browser.marked.addingReportingOverflow(step).partialValue, 0), last)
      return line == browser.marked ? .ignored : .control(.markSession(line))
    }
    guard let playback = state.playback else { return nil }
    if let scroll = playback.help {
      return .control(.scrollHelp(screen.helpScroll(from: scroll, by: command)))
    }
    guard let question = playback.question, !question.asksForNumber else { return .ignored }
    return choose(command, from: question)
  }

  /// How many lines a command moves; nil for one that does not move.
  private func lineStep(_ command: Command) -> Int? {
    switch command {
    case .moveUp: -1
    case .moveDown: 1
    case .movePageUp: -10
    case .movePageDown: 10
    case .moveFirst: -1 << 40
    case .moveLast: 1 << 40
    case .moveLeft, .moveRight: 0
    default: nil
    }
  }

  private func choose(_ command: Command, from question: QuestionStatus) -> Resolution {
    let (lastQuery, lastKey) = (max(state.queryPositions - 1, 0), max(state.positions - 1, 0))
    let question = question.among(state.computation?.joined)
    let query = question.query + (command == .moveDown ? 1 : command == .moveUp ? -1 : 0)
    let key = question.key + (command == .moveRight ? 1 : command == .moveLeft ? -1 : 0)
    return .control(.choose(query: min(max(query, 0), lastQuery), key: min(max(key, 0), lastKey)))
  }
}

extension QuestionStatus {
  /// With the words that its cell lies in, where pieces are joined.
  fileprivate func among(_ joined: WordGroups?) -> QuestionStatus {
    guard let joined else { return self }
    var other = self
    (other.query, other.key) = (joined.index(at: query), joined.index(at: key))
    return other
  }
}
