import Activations
import Canvas

/// What an input comes to.
public enum Resolution: Sendable, Equatable {
  case action(Action)
  case control(Control)
  /// The key is known but can do nothing now: why.
  case refused(String)
  /// What the key means depends on tokens that are still being computed: to be asked again with the next result.
  case awaiting
  case ignored
}

/// What concerns the program and not the exploration, so that it is not recorded.
public enum Control: Sendable, Equatable {
  case quit, suspend, redraw
  case present(PresenterCommand)
  case replay(PlayerCommand)
  case session(SessionCommand)
  /// The text beside the exploration changes.
  case edit(Entry)
  /// A question is answered with this cell, or with this number as it is typed.
  case choose(query: Int, key: Int)
  case typeNumber(String)
  /// The list of a replay's keys is scrolled.
  case scrollHelp(Int)
  /// A line of the list of sessions is marked.
  case markSession(Int)
}

/// The one door through which keys, pastes and the mouse become actions.
public enum Keymap {
  /// Where keys have their meaning in this state.
  public static func context(of state: State) -> KeyContext {
    if state.entry != nil { return .entry }
    if state.browser != nil { return .sessions }
    if let playback = state.playback {
      if playback.help != nil { return .replayHelp }
      return playback.question.map { $0.isRevealed ? .replay : .question } ?? .replay
    }
    if state.prompt != nil { return .prompt }
    if state.filterPrompt != nil { return .filter }
    switch state.overlay {
    case .help: return .help
    case .models: return .models
    case .levers: return .levers
    case .diagnosis: return .diagnosis
    case nil: break
    }
    return .view(state.view)
  }

  public static func command(for key: Key, in context: KeyContext) -> Command? {
    table[context]?[key]
  }

  private static let table: [KeyContext: [Key: Command]] = {
    var table: [KeyContext: [Key: Command]] = [:]
    for binding in KeyBinding.all {
      for context in binding.contexts {
        for key in binding.keys { table[context, default: [:]][key] = binding.command }
      }
    }
    return table
  }()

  /// What an input means in a state, shown in an appearance on a screen of a size.
  public static func resolve(_ input: Input, state: State, appearance: Appearance, size: Size) -> Resolution {
    switch input {
    case .key(let key): resolve(key, state: state, appearance: appearance, size: size)
    case .paste(let text): paste(text, state: state)
    case .mouse(let event): MouseTargets(state: state, appearance: appearance, size: size).resolve(event)
    case .resized, .wake, .end: .ignored
    }
  }

  private static func resolve(_ key: Key, state: State, appearance: Appearance, size: Size) -> Resolution {
    let context = context(of: state)
    // Where there are no lines to break, Ctrl-J is what it was on every terminal: Enter.
    let key = key == .control("j") && context != .prompt && context != .entry ? .enter : key
    if let presentation = appearance.presentation, KeyContext.presentable.contains(context) {
      // A number that has been begun goes on with a dot; any other dot blanks the screen, as clickers mean it.
      let isTyping = state.playback?.question.map { $0.asksForNumber && !$0.number.isEmpty } ?? false
      if let command = command(for: key, in: .presenter), case .present = command,
        !(context == .question && isTyping && command == .present(.blank))
      {
        return CommandResolver(state: state, appearance: appearance, size: size).resolve(command)
      }
      if presentation.isBlank, command(for: key, in: context) != .quit { return .control(.present(.blank)) }
    }
    if let command = command(for: key, in: context) {
      if command == .present(.blank), appearance.presentation == nil {
        return .refused("b blanks the screen in presenter mode only: P begins it")
      }
      return CommandResolver(state: state, appearance: appearance, size: size).resolve(command)
    }
    if let entry = state.entry {
      var editor = LineEditor(text: entry.text, cursor: entry.cursor, hasLines: entry.kind == .note)
      return editor.apply(key) ? .control(.edit(entry.with(editor))) : .ignored
    }
    if context == .question { return answer(key, state: state) }
    if context == .filter, let prompt = state.filterPrompt {
      var editor = LineEditor(prompt)
      return editor.apply(key) ? .action(.heads(.typeFilter(editor.text, cursor: editor.cursor))) : .ignored
    }
    guard context == .prompt, let prompt = state.prompt else { return .ignored }
    var editor = LineEditor(prompt, hasLines: !prompt.isPair)
    return editor.apply(key) ? .action(.type(editor.text, cursor: editor.cursor)) : .ignored
  }

  /// What a key without a name means to a question: a number is typed, and a clicker's dot goes on.
  private static func answer(_ key: Key, state: State) -> Resolution {
    guard let question = state.playback?.question, question.asksForNumber else {
      return key == .character(".") ? .control(.replay(.stepForward)) : .ignored
    }
    switch key {
    case .character(let character) where "0123456789.-".contains(character) && question.number.count < 12:
      return .control(.typeNumber(question.number + String(character)))
    case .backspace: return .control(.typeNumber(String(question.number.dropLast())))
    default: return .ignored
    }
  }

  private static func paste(_ text: String, state: State) -> Resolution {
    if let entry = state.entry {
      var editor = LineEditor(text: entry.text, cursor: entry.cursor, hasLines: entry.kind == .note)
      editor.paste(text)
      return .control(.edit(entry.with(editor)))
    }
    guard state.playback == nil else { return .ignored }
    guard let prompt = state.prompt else { return .refused("press i first, then paste the sentence") }
    var editor = LineEditor(prompt, hasLines: !prompt.isPair)
    editor.paste(text)
    return .action(.type(editor.text, cursor: editor.cursor))
  }
}
