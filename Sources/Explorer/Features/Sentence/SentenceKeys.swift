import UserInput

/// What a key can mean to the sentences of the batch, and to the prompt.
enum SentenceCommand: FeatureCommand {
  case type, next, previous
  case switchText, newSentence
  case keep, restore, older, newer

  var needsModel: Bool { self == .type }

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution {
    let keys = SentenceKeys(state: state)
    return switch self {
    case .type: .action(.openPrompt)
    case .next: keys.sentence(1)
    case .previous: keys.sentence(-1)
    case .switchText: .action(.switchText)
    case .newSentence: keys.newSentence()
    case .keep: .action(.keepText)
    case .restore: .action(.restoreText)
    case .older: keys.recall(-1)
    case .newer: keys.recall(1)
    }
  }
}

extension Command {
  static func sentence(_ command: SentenceCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let sentences: [KeyBinding] = [
    KeyBinding(
      .sentence(.next), .sentence, KeyContext.views, [.character("]")], "next sentence of the batch"),
    KeyBinding(
      .sentence(.previous), .sentence, KeyContext.views, [.character("[")], "previous sentence of the batch"),
  ]

  static let typing: [KeyBinding] = [
    KeyBinding(.sentence(.keep), .typing, [.prompt], [.enter], "keep the sentence", hint: "keep"),
    KeyBinding(.sentence(.restore), .typing, [.prompt], [.escape], "back to the sentence from before", hint: "restore"),
    KeyBinding(
      .sentence(.switchText), .typing, [.prompt], [.tab, .backTab], "the second text of a pair, or back",
      hint: "second text"),
    KeyBinding(
      .sentence(.newSentence), .typing, [.prompt], [.control("j")], "one more sentence in the batch; Alt-Enter too",
      hint: "one more"),
    KeyBinding(
      .sentence(.older), .typing, [.prompt], [.up, .control("p")], "the sentence typed before this", hint: "history"),
    KeyBinding(.sentence(.newer), .typing, [.prompt], [.down, .control("n")], "the sentence typed after this"),
  ]
}

private struct SentenceKeys {
  let state: State

  func sentence(_ step: Int) -> Resolution {
    guard state.texts.count > 1 else {
      return .refused("there is one sentence only; in the prompt, Ctrl-J begins another one")
    }
    return .action(.selectSentence(neighbour(of: state.sentence, in: Array(state.texts.indices), by: step)))
  }

  /// A line break where the cursor is: what follows is another sentence of the batch.
  func newSentence() -> Resolution {
    guard let prompt = state.prompt else { return .ignored }
    guard prompt.field.hasLines else { return .refused("the second text is one line, and goes with every sentence") }
    return .action(.typing(from: prompt.field, to: prompt.field.withLineBreak))
  }

  func recall(_ step: Int) -> Resolution {
    guard let prompt = state.prompt, !state.history.isEmpty else { return .refused("no sentence was typed before") }
    let place = state.history.lastIndex(of: prompt.text) ?? state.history.count
    guard place + step >= 0 else { return .refused("this is the oldest sentence") }
    let text = place + step < state.history.count ? state.history[place + step] : prompt.original
    return text == prompt.text ? .ignored : .action(.type(text, cursor: text.count))
  }
}
