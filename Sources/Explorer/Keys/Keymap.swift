import Activations
import UserInput

/// The result of resolving an input.
public enum Resolution: Sendable, Equatable {
  case action(Action)
  case control(Control)
  /// The key is known but can do nothing now: why.
  case refused(String)
  /// What the key means depends on tokens that are still being computed: to be asked again with the next result.
  case awaiting
  case ignored
}

extension Resolution {
  /// For a key that points at what an analysis finds: it waits as long as that is being worked out, and is refused where
  /// nothing will come of it.
  static func awaitingFindings(_ analysis: Analysis, in state: State, _ refusal: String) -> Resolution {
    state.awaits(analysis) ? .awaiting : .refused(refusal)
  }
}

/// A command for the program, not the exploration. It is not recorded.
public enum Control: Sendable, Equatable {
  case quit, suspend, redraw
  /// What the screen waits for is not wanted any more.
  case stopComputing
  case present(PresenterCommand)
  case replay(PlayerCommand)
  case session(SessionCommand)
  case training(TrainingControl)
  case survey(SurveyControl)
  /// The text beside the exploration changes.
  case edit(LineEntry)
  /// A line of a list was chosen: the list closes, and this is done.
  indirect case run(Resolution)
  /// A text goes to the clipboard of the terminal.
  case copy(String)
  /// A question is answered with this cell, or with this number as it is typed.
  case choose(query: Int, key: Int)
  case typeNumber(String)
  /// The list of a replay's keys is scrolled.
  case scrollHelp(Int)
  /// A line of the list of sessions is marked.
  case markSession(Int)
}

/// Turns keys, pastes and the mouse into actions; there is no other way in.
public enum Keymap {
  /// Where keys have their meaning in this state.
  public static func context(of state: State) -> KeyContext {
    if let entry = state.entry { return entry.isPalette ? .palette : .entry }
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
    case .interventions: return .interventions
    case .diagnosis: return .diagnosis
    case nil: break
    }
    return .view(state.view)
  }

  /// What a key means in a context, whatever the state is; nil where it is bound to nothing.
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

  /// What an input means in a state, as it is shown on a screen.
  public static func resolve(_ input: Input, state: State, on screen: any ScreenLayout) -> Resolution {
    resolve([input][...], state: state, on: screen).resolution
  }

  /// What the first of some inputs means, together with those after it that it is one thing with: keys that are typed into a
  /// line make one change of it.
  ///
  /// - Returns: what they come to, and how many they are.
  public static func resolve(
    _ inputs: ArraySlice<Input>, state: State, on screen: any ScreenLayout
  ) -> (resolution: Resolution, count: Int) {
    if let typing = typing(inputs, state: state) { return (typing.resolution.possible(in: state), typing.count) }
    let resolution: Resolution =
      switch inputs.first {
      case .key(let key) where stops(key, state): .control(.stopComputing)
      case .key(let key): state.amongTokens(resolve(key, state: state, on: screen))
      case .paste: state.playback == nil ? .refused("press i first, then paste the sentence") : .ignored
      case .mouse(let event): MouseTargets(state: state, screen: screen).resolve(event)
      case .resized, .wake, .end, nil: .ignored
      }
    return (resolution.possible(in: state), 1)
  }

  /// The meaning of a key that never has to wait, because it is the same everywhere; nil for all other keys.
  public static func resolveAtOnce(_ input: Input, state: State? = nil) -> Control? {
    if input == .key(.escape), let state, stops(.escape, state) { return .stopComputing }
    // Where letters are typed, only such keys are commands.
    guard case .key(let key) = input, let command = command(for: key, in: .prompt) else { return nil }
    return switch command {
    case .quit: .quit
    case .suspend: .suspend
    case .redraw: .redraw
    default: nil
    }
  }

  /// While the screen waits for a long computation, Escape stops that, where it has no other meaning.
  private static func stops(_ key: Key, _ state: State) -> Bool {
    key == .escape && state.waiting != nil && KeyContext.views.contains(context(of: state))
  }

  /// What a key means in a context: where there are no lines to break, Ctrl-J is what it was on every terminal, Enter.
  private static func meant(by key: Key, in context: KeyContext) -> Key {
    key == .control("j") && context != .prompt && context != .entry ? .enter : key
  }

  // MARK: Typing

  /// What a change of the field that is typed into comes to: typing in the exploration is an action.
  private static func change(of state: State, to field: TextField) -> Resolution {
    if let entry = state.entry { return .control(.edit(entry.with(field))) }
    if let prompt = state.prompt { return .action(.typing(from: prompt.field, to: field)) }
    return .action(.heads(.typeFilter(field.text, cursor: field.cursor)))
  }

  /// What a row of inputs makes of the field that is typed into; nil where the first is not for a field.
  private static func typing(_ inputs: ArraySlice<Input>, state: State) -> (resolution: Resolution, count: Int)? {
    let context = context(of: state)
    guard [.entry, .palette, .prompt, .filter].contains(context), var field = state.textField else { return nil }
    if let control = switching(inputs.first, state.entry) { return (.control(control), 1) }
    if state.prompt?.isUntouched == true, context == .prompt, inputs.first?.isText == true { field = field.withoutLine }
    var count = 0
    edits: for input in inputs {
      switch input {
      case .key(let key):
        let key = meant(by: key, in: context)
        guard command(for: key, in: context) == nil, field.apply(key) else { break edits }
      case .paste(let text): field.paste(text)
      case .mouse, .resized, .wake, .end: break edits
      }
      count += 1
    }
    return count == 0 ? nil : (change(of: state, to: field), count)
  }

  /// The key that opened an empty line, pressed once more: the list of marks instead of a mark, or back from the list of keys.
  private static func switching(_ input: Input?, _ entry: LineEntry?) -> Control? {
    guard let entry, entry.text.isEmpty, case .key(let key) = input else { return nil }
    switch (entry.kind, key) {
    case (.mark, .character("'")): return .session(.openPlaces)
    case (.command, .character("?")), (.command, .character(":")), (.place, .character("'")):
      return .session(.cancelEntry)
    default: return nil
    }
  }

  // MARK: Keys

  private static func resolve(_ key: Key, state: State, on screen: any ScreenLayout) -> Resolution {
    let context = context(of: state)
    let key = meant(by: key, in: context)
    if screen.isPresented, KeyContext.presentable.contains(context) {
      // A number that has been begun goes on with a dot; any other dot blanks the screen, as clickers mean it.
      let isTyping = state.playback?.question.map { $0.asksForNumber && !$0.number.isEmpty } ?? false
      if let command = command(for: key, in: .presenter), case .present = command,
        !(context == .question && isTyping && command == .present(.blank))
      {
        return CommandResolver(state: state, screen: screen).resolve(command)
      }
      if screen.isBlank, command(for: key, in: context) != .quit { return .control(.present(.blank)) }
    }
    if screen.isPresented, let resolution = keepsPresenting(key, in: context, screen) { return resolution }
    if let command = command(for: key, in: context) {
      if command == .present(.blank), !screen.isPresented { return .refused(KeyContext.presenter.only(key)) }
      return CommandResolver(state: state, screen: screen).resolve(command)
    }
    if context == .question { return answer(key, state: state) }
    if let home = home(of: key) { return .refused(home.only(key)) }
    return unknown(key, in: context)
  }

  /// A key that means nothing here says so, and where it does mean something.
  private static func unknown(_ key: Key, in context: KeyContext) -> Resolution {
    guard ![.entry, .palette, .prompt, .filter].contains(context) else { return .ignored }
    let views = ViewID.allCases.filter { command(for: key, in: .view($0)) != nil }
    guard case .view = context, !views.isEmpty else {
      let help = KeyContext.views.contains(context) || context == .replay ? "; ? lists the keys" : ""
      return .refused("\(key.name) means nothing here\(help)")
    }
    return .refused(
      "\(key.name) is a key of \(views.map(\.title).joined(separator: ", ")); ? lists the keys of this view")
  }

  /// A lecture does not end by accident. Escape, which clickers send to end a presentation, leaves no replay, and q has to be
  /// pressed twice; Ctrl-C leaves at once. Nil for all other keys.
  private static func keepsPresenting(_ key: Key, in context: KeyContext, _ screen: any ScreenLayout) -> Resolution? {
    guard let command = command(for: key, in: context), command == .quit || command == .replay(.leave) else {
      return nil
    }
    if key == .escape { return .refused("q, pressed twice, leaves") }
    return key == .character("q") && !screen.isAboutToLeave ? .control(.present(.askToLeave)) : nil
  }

  /// Where a key has its only meaning, if that is no view; nil for keys that mean something in a view, or nowhere.
  private static func home(of key: Key) -> KeyContext? {
    let isKeyOfView = KeyContext.views.contains { command(for: key, in: $0) != nil }
    return KeyContext.homes.first { (!isKeyOfView || $0 == .presenter) && command(for: key, in: $0) != nil }
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
}

extension Input {
  /// Whether it puts characters into a text field.
  fileprivate var isText: Bool {
    switch self {
    case .key(.character), .paste: true
    case .key, .mouse, .resized, .wake, .end: false
    }
  }
}
