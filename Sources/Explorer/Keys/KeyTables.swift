import UserInput

extension KeyBinding {
  private static let lists: [KeyContext] =
    KeyContext.views + [.help, .models, .interventions, .diagnosis, .replayHelp, .sessions]

  /// The views of one head. In the grid, arrows go from head to head.
  private static let beyondGrid = KeyContext.views.filter { ![.view(.grid), .view(.heads)].contains($0) }

  /// The keys that most people need first: hints list them before the others.
  static let first: [KeyBinding] = [
    KeyBinding(
      .sentence(.type), .sentence, KeyContext.views, [.character("i")], "type a sentence; tokens and heads follow live",
      hint: "type"),
    KeyBinding(.open, .views, [.view(.grid), .view(.heads)], [.enter], "open the marked head", hint: "open head"),
    KeyBinding(
      .back, .views, KeyContext.views, [.escape],
      "one level back: from Steps to Head, from Head to Grid or Heads; while a long text is computed: stop that"),
    KeyBinding(
      .nextHead, .move, beyondGrid, [.character("L")], "next head, in every view", hint: "head"),
    KeyBinding(
      .nextLayer, .move, beyondGrid, [.character("J")], "next layer, in every view", hint: "layer"),
    KeyBinding(
      .picture(.switchRange), .picture, KeyContext.views, [.character("g")],
      "brightest = maximum of all heads, or of each head", hint: "scale"),
    KeyBinding(.padding(.toggle), .padding, KeyContext.views, [.character("p")], "padding on or off", hint: "pad"),
    KeyBinding(
      .padding(.cycleMask), .padding, KeyContext.views, [.character("m")], "next mask: keys, none, full, causal",
      hint: "mask"),
  ]

  static let moving: [KeyBinding] = [
    KeyBinding(
      .moveLeft, .move, KeyContext.views + [.question], [.left, .character("h")], "head, or key, to the left"),
    KeyBinding(.moveDown, .move, lists + [.question], [.down, .character("j")], "layer, query or line below"),
    KeyBinding(.moveUp, .move, lists + [.question], [.up, .character("k")], "layer, query or line above"),
    KeyBinding(
      .moveRight, .move, KeyContext.views + [.question], [.right, .character("l")], "head, or key, to the right"),
    KeyBinding(.moveFirst, .move, lists, [.home], "first head, key or line"),
    KeyBinding(.moveLast, .move, lists, [.end], "last head, key or line"),
    KeyBinding(.movePageUp, .move, lists, [.pageUp], "first layer; ten queries or a page up"),
    KeyBinding(.movePageDown, .move, lists, [.pageDown], "last layer; ten queries or a page down"),
    KeyBinding(.previousHead, .move, KeyContext.views, [.character("H")], "previous head, in every view"),
    KeyBinding(.nextHead, .move, KeyContext.views, [.character("L")], "next head, in every view"),
    KeyBinding(.nextLayer, .move, KeyContext.views, [.character("J")], "next layer, in every view"),
    KeyBinding(.previousLayer, .move, KeyContext.views, [.character("K")], "previous layer, in every view"),
  ]

  /// The views by their digits.
  private static let digits: [KeyBinding] = ViewID.allCases.enumerated().map { index, view in
    KeyBinding(
      .show(view), .views, KeyContext.views, "\(index + 1)".map(Key.character),
      "\(view.title): \(view.feature.summary)")
  }

  static let viewing: [KeyBinding] =
    digits + [
      KeyBinding(.nextView, .views, KeyContext.views, [.tab], "next view"),
      KeyBinding(.previousView, .views, KeyContext.views, [.backTab], "previous view"),
    ] + sentences

  static let running: [KeyBinding] = [
    KeyBinding(.undo, .program, KeyContext.views, [.character("u")], "take the last change back", hint: "undo"),
    KeyBinding(.redo, .program, KeyContext.views, [.control("r")], "bring it again"),
    KeyBinding(
      .models(.open), .program, KeyContext.views, [.character("M")], "show and change the model", hint: "model"),
    KeyBinding(
      .palette(.open), .program, KeyContext.views, [.character("?"), .character(":"), .function(1)],
      "all keys: type to search them, Enter does what is marked; 3.7 goes to layer 3 head 7", hint: "help"),
    KeyBinding(.redraw, .program, KeyContext.allCases, [.control("l")], "draw the screen anew"),
    KeyBinding(.suspend, .program, KeyContext.allCases, [.control("z")], "to the shell; fg comes back"),
    KeyBinding(.quit, .program, KeyContext.views, [.character("q"), .control("c")], "leave", hint: "quit"),
    KeyBinding(
      .quit, .program, [.prompt, .filter, .help, .models, .interventions, .diagnosis], [.control("c")], "leave"),
    KeyBinding(.models(.choose), .program, [.models], [.enter], "load the marked model", hint: "load"),
    KeyBinding(
      .closeOverlay, .program, [.help, .models],
      [.escape, .character("q"), .character("?"), .character("M"), .function(1)], "close this", hint: "close"),
  ]

}
