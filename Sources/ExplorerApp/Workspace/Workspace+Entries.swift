import Explorer
import Sessions

/// Marks, notes and questions, and the line in which they are typed.
extension Workspace {
  mutating func perform(_ command: SessionCommand) {
    switch command {
    case .mark: open(.mark)
    case .note: open(.note)
    case .question: open(.question)
    case .openPlaces:
      tell(.entry(state.places.isEmpty ? nil : LineEntry(.place)))
      if state.places.isEmpty { tell(.notice("no mark is set yet: ' sets one, \" writes a note")) }
    case .returnToLesson: returnToLesson()
    case .submitEntry: submit()
    case .cancelEntry: tell(.entry(nil))
    case .newLine: break
    case .openList: openList()
    case .closeList: closeList()
    case .filter: tell(.entry(LineEntry(.filter, text: state.browser?.filter ?? "")))
    case .rename: changeOwn { $0.tell(.entry(LineEntry(.title, text: $1.title))) }
    case .delete: changeOwn { $0.change(.delete(path: $1.path, title: $1.title)) }
    case .restore: change(.restore)
    case .replay: openMarked(.replay)
    case .open: changeOwn { workspace, _ in workspace.openMarked(.goOn(recording: workspace.number())) }
    case .fork: openMarked(.fork)
    }
  }

  /// Opens the line for something that goes into the session.
  private mutating func open(_ kind: LineEntry.Kind) {
    guard (replay == nil ? recording : fork?.recording) != nil else {
      tell(.notice("nothing is recorded, so there is nowhere to put it: start without --no-record"))
      return
    }
    tell(.entry(LineEntry(kind)))
  }

  mutating func edit(_ entry: LineEntry) {
    tell(.entry(entry))
    // What was said before belongs to what lies under the list.
    if entry.isPalette { tell(.notice(nil)) }
    if entry.kind == .filter { filter(entry.text) }
  }

  private mutating func submit() {
    guard let entry = state.entry else { return }
    tell(.entry(nil))
    switch entry.kind {
    case .mark where !entry.text.isEmpty:
      record(.mark(entry.text))
      keep(title: entry.text, note: "")
      tell(.notice("mark: \(entry.text)"))
    case .note:
      record(.note(entry.text))
      if !entry.text.isEmpty { keep(title: "", note: entry.text) }
      tell(.notice(entry.text.isEmpty ? "the note ends here" : "noted"))
    case .question where !entry.text.isEmpty:
      record(.question(Question(typed: entry.text, cell: state.markedCell)))
      tell(.notice("asked: viewers answer, then see the picture"))
    case .search: search(entry.text)
    case .file where !entry.text.isEmpty: effects.append(.display(.save(entry.text)))
    case .token where !entry.text.isEmpty: run(TokenSearch(entry.text, in: state).resolution)
    case .title where !entry.text.isEmpty:
      if let path = state.browser?.choice?.path { change(.rename(path: path, to: entry.text)) }
    case .sentences where !entry.text.isEmpty: effects.append(.training(.open(entry)))
    case .survey where !entry.text.isEmpty, .secondSurvey where !entry.text.isEmpty:
      effects.append(.openSurvey(entry))
    case .trainedModel where !entry.text.isEmpty:
      guard let run = state.learning?.id else { break }
      effects.append(.training(.keep(run: run, entry)))
    case .mark, .question, .filter, .title, .sentences, .trainedModel, .token, .file, .command, .place, .survey,
      .secondSurvey, .number:
      break
    }
  }

  /// Keeps what is on the screen in the list of marks and notes.
  private mutating func keep(title: String, note: String) {
    let action = Action.places(.keep(title: title, note: note))
    record(.action(action))
    tell(.action(action))
  }

  /// Does what was chosen in a list, or found.
  mutating func run(_ resolution: Resolution) {
    tell(.entry(nil))
    switch resolution {
    case .action(let action):
      record(.action(action))
      tell(.action(action))
    case .control(let control): perform(control)
    case .refused(let reason): tell(.notice(reason))
    case .awaiting, .ignored: break
    }
  }
}
