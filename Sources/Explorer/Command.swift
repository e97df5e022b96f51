import Canvas

/// What a key can mean. What it comes to in the present state is worked out by `Keymap.resolve`.
public enum Command: Sendable, CaseIterable {
  case moveLeft, moveRight, moveUp, moveDown, moveFirst, moveLast, movePageUp, movePageDown
  case previousHead, nextHead, previousLayer, nextLayer
  case open, back, nextView, previousView, showGrid, showHead
  case zoomIn, zoomOut, zoomFit
  case typeSentence, nextSentence, previousSentence
  case togglePadding, padMore, padLess, switchPadSide, cycleMask
  case cycleColors, switchRange, switchCounting
  case openModels, help, redraw, suspend, quit

  case keepText, restoreText, olderSentence, newerSentence
  case closeOverlay, chooseModel

  case playPause, stepForward
}

/// Where keys have their meaning.
public enum KeyContext: Sendable, Hashable, CaseIterable {
  case grid, head, prompt, help, models, replay
}

/// One line of the table that the keymap, the help screen and the hints are made from.
public struct KeyBinding: Sendable {
  public enum Group: String, Sendable, CaseIterable {
    case move = "Move about"
    case views = "Views"
    case sentence = "Sentence"
    case padding = "Padding and mask"
    case picture = "Picture"
    case program = "Program"
    case typing = "While typing"
    case replay = "In a replay"
  }

  public let command: Command
  public let group: Group
  public let contexts: Set<KeyContext>
  public let keys: [Key]
  /// What it does, for the help screen.
  public let help: String
  /// A word or two for the line of hints; nil keeps it out of there.
  public let hint: String?
}

extension KeyBinding {
  /// All keys of the program.
  public static let all: [KeyBinding] = {
    let views: Set<KeyContext> = [.grid, .head]
    let lists: Set<KeyContext> = [.grid, .head, .help, .models]
    func row(
      _ command: Command, _ group: Group, _ contexts: Set<KeyContext>, _ keys: [Key], _ help: String,
      hint: String? = nil
    ) -> KeyBinding {
      KeyBinding(command: command, group: group, contexts: contexts, keys: keys, help: help, hint: hint)
    }
    return [
      row(
        .typeSentence, .sentence, views, [.character("i")], "type a sentence; tokens and heads follow live",
        hint: "type"),
      row(.open, .views, [.grid], [.enter], "open the marked head", hint: "open head"),
      row(.back, .views, [.grid, .head], [.escape], "back to the grid", hint: nil),
      row(.togglePadding, .padding, views, [.character("p")], "padding on or off", hint: "pad"),
      row(.cycleMask, .padding, views, [.character("m")], "next mask: keys, none, full, causal", hint: "mask"),
      row(.padLess, .padding, views, [.character("<")], "one PAD less", hint: "shorter"),
      row(.padMore, .padding, views, [.character(">")], "one PAD more", hint: "longer"),
      row(.switchPadSide, .padding, views, [.character("s")], "PAD on the right or on the left"),

      row(.moveLeft, .move, views, [.left, .character("h")], "head, or key, to the left"),
      row(.moveDown, .move, lists, [.down, .character("j")], "layer, query or line below"),
      row(.moveUp, .move, lists, [.up, .character("k")], "layer, query or line above"),
      row(.moveRight, .move, views, [.right, .character("l")], "head, or key, to the right"),
      row(.moveFirst, .move, lists, [.home], "first head, key or line"),
      row(.moveLast, .move, lists, [.end], "last head, key or line"),
      row(.movePageUp, .move, lists, [.pageUp], "first layer; ten queries or a page up"),
      row(.movePageDown, .move, lists, [.pageDown], "last layer; ten queries or a page down"),
      row(.previousHead, .move, views, [.character("H")], "previous head, in every view"),
      row(.nextHead, .move, views, [.character("L")], "next head, in every view"),
      row(.nextLayer, .move, views, [.character("J")], "next layer, in every view"),
      row(.previousLayer, .move, views, [.character("K")], "previous layer, in every view"),

      row(.nextView, .views, views, [.tab], "next view"),
      row(.previousView, .views, views, [.backTab], "previous view"),
      row(.showGrid, .views, views, [.character("1")], "Grid: all layers and heads"),
      row(.showHead, .views, views, [.character("2")], "Head: one head, token by token"),

      row(.nextSentence, .sentence, views, [.character("]")], "next sentence of the batch"),
      row(.previousSentence, .sentence, views, [.character("[")], "previous sentence of the batch"),

      row(.zoomIn, .picture, [.head], [.character("+"), .character("=")], "larger cells", hint: "zoom"),
      row(.zoomOut, .picture, [.head], [.character("-")], "smaller cells; the smallest show maxima"),
      row(.zoomFit, .picture, [.head], [.character("0")], "the largest cells that fit"),
      row(.cycleColors, .picture, views, [.character("c")], "next colour scale", hint: "colours"),
      row(
        .switchRange, .picture, views, [.character("g")], "brightest = maximum of all heads, or of each head",
        hint: "scale"),
      row(.switchCounting, .picture, views, [.character("#")], "count from 0 (arrays) or from 1 (papers)"),

      row(.openModels, .program, views, [.character("M")], "show and change the model", hint: "model"),
      row(.help, .program, views, [.character("?"), .function(1)], "all keys", hint: "help"),
      row(.redraw, .program, Set(KeyContext.allCases), [.control("l")], "draw the screen anew"),
      row(.suspend, .program, Set(KeyContext.allCases), [.control("z")], "to the shell; fg comes back"),
      row(.quit, .program, views, [.character("q"), .control("c")], "leave", hint: "quit"),
      row(.quit, .program, [.prompt, .help, .models], [.control("c")], "leave"),

      row(.keepText, .typing, [.prompt], [.enter], "keep the sentence", hint: "keep"),
      row(.restoreText, .typing, [.prompt], [.escape], "back to the sentence from before", hint: "restore"),
      row(.olderSentence, .typing, [.prompt], [.up, .control("p")], "the sentence typed before this", hint: "history"),
      row(.newerSentence, .typing, [.prompt], [.down, .control("n")], "the sentence typed after this"),

      row(.chooseModel, .program, [.models], [.enter], "load the marked model", hint: "load"),
      row(
        .closeOverlay, .program, [.help, .models],
        [.escape, .character("q"), .character("?"), .character("M"), .function(1)],
        "close this", hint: "close"),

      row(.playPause, .replay, [.replay], [.character(" ")], "play or pause", hint: "play/pause"),
      row(.stepForward, .replay, [.replay], [.character(".")], "one action forward", hint: "step"),
      row(.quit, .replay, [.replay], [.character("q"), .control("c")], "leave the replay", hint: "quit"),
    ]
  }()

  /// The keys of a line editor, which are its own: help only.
  public static let editing: [(keys: String, help: String)] = [
    ("Left Right Ctrl-B Ctrl-F", "one character"), ("Ctrl-Left Ctrl-Right Alt-B Alt-F", "one word"),
    ("Home End Ctrl-A Ctrl-E", "start and end"), ("Ctrl-U Ctrl-K", "delete to the start, to the end"),
    ("Ctrl-W Alt-D", "delete the word before, after"),
  ]
}

extension Key {
  /// How the key is written in hints and help.
  public func name(_ glyphs: GlyphSet) -> String {
    let unicode = glyphs == .unicode
    return switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "Ctrl-" + character.uppercased()
    case .alt(let character): "Alt-" + character.uppercased()
    case .up: unicode ? "↑" : "Up"
    case .down: unicode ? "↓" : "Down"
    case .left: unicode ? "←" : "Left"
    case .right: unicode ? "→" : "Right"
    case .controlLeft: unicode ? "Ctrl-←" : "Ctrl-Left"
    case .controlRight: unicode ? "Ctrl-→" : "Ctrl-Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .insert: "Ins"
    case .function(let number): "F\(number)"
    }
  }
}
