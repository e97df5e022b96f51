import UserInput

extension KeyBinding {
  private static let lists: [KeyContext] =
    KeyContext.views + [.help, .models, .levers, .diagnosis, .replayHelp, .sessions]

  /// What everybody presses first: these are hinted at before the others.
  static let first: [KeyBinding] = [
    KeyBinding(
      .typeSentence, .sentence, KeyContext.views, [.character("i")], "type a sentence; tokens and heads follow live",
      hint: "type"),
    KeyBinding(.open, .views, [.view(.grid), .view(.heads)], [.enter], "open the marked head", hint: "open head"),
    KeyBinding(.back, .views, KeyContext.views, [.escape], "back to the grid"),
    KeyBinding(.togglePadding, .padding, KeyContext.views, [.character("p")], "padding on or off", hint: "pad"),
    KeyBinding(
      .cycleMask, .padding, KeyContext.views, [.character("m")], "next mask: keys, none, full, causal", hint: "mask"),
  ]

  /// What comes after what only some views can do.
  static let padding: [KeyBinding] = [
    KeyBinding(.padLess, .padding, KeyContext.views, [.character("<")], "one PAD less", hint: "shorter"),
    KeyBinding(.padMore, .padding, KeyContext.views, [.character(">")], "one PAD more", hint: "longer"),
    KeyBinding(.switchPadSide, .padding, KeyContext.views, [.character("s")], "PAD on the right or on the left"),
  ]

  static let levers: [KeyBinding] = [
    KeyBinding(
      .blockKey, .levers, KeyContext.crosshair, [.character(" ")], "block the key, or take it back", hint: "block key"),
    KeyBinding(.blockPair, .levers, KeyContext.crosshair, [.character("x")], "block this query and key alone"),
    KeyBinding(
      .replaceToken, .levers, KeyContext.crosshair, [.character("r")], "[MASK] for the query, or the token back",
      hint: "[MASK]"),
    KeyBinding(
      .ablate, .levers, KeyContext.views, [.character("a")], "this head off: output zero, attention even; on",
      hint: "head off"),
    KeyBinding(.restoreHeads, .levers, KeyContext.views, [.character("A")], "all heads on"),
    KeyBinding(.resetMask, .levers, KeyContext.views, [.character("X")], "the mask as its mode makes it"),
    KeyBinding(
      .openLevers, .levers, KeyContext.views, [.character("e")], "all levers: bands, hiding, one text only",
      hint: "by hand"),
    KeyBinding(
      .chooseLever, .levers, [.levers], [.enter, .character(" ")], "do what is marked, or take it back", hint: "choose"),
    KeyBinding(.leverLess, .levers, [.levers], [.left, .character("h")], "a narrower band", hint: "narrower"),
    KeyBinding(.leverMore, .levers, [.levers], [.right, .character("l")], "a wider band", hint: "wider"),
    KeyBinding(.closeOverlay, .levers, [.levers], [.escape, .character("q"), .character("e")], "close", hint: "close"),
    KeyBinding(.undo, .levers, [.levers], [.character("u")], "take the last change back", hint: "undo"),
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
      KeyBinding(.nextSentence, .sentence, KeyContext.views, [.character("]")], "next sentence of the batch"),
      KeyBinding(.previousSentence, .sentence, KeyContext.views, [.character("[")], "previous sentence of the batch"),
    ]

  static let picturing: [KeyBinding] = [
    KeyBinding(
      .zoomIn, .picture, [.view(.head)], [.character("+"), .character("=")], "larger cells", hint: "zoom"),
    KeyBinding(
      .zoomOut, .picture, [.view(.head)], [.character("-")], "smaller cells; the smallest show maxima"),
    KeyBinding(.zoomFit, .picture, [.view(.head)], [.character("0")], "the largest cells that fit"),
    KeyBinding(.cycleColors, .picture, KeyContext.views, [.character("c")], "next colour scale", hint: "colours"),
    KeyBinding(
      .switchRange, .picture, KeyContext.views, [.character("g")],
      "brightest = maximum of all heads, or of each head", hint: "scale"),
    KeyBinding(
      .switchCounting, .picture, KeyContext.views, [.character("#")], "count from 0 (arrays) or from 1 (papers)"),
  ]

  static let running: [KeyBinding] = [
    KeyBinding(.undo, .program, KeyContext.views, [.character("u")], "take the last change back", hint: "undo"),
    KeyBinding(.redo, .program, KeyContext.views, [.control("r")], "bring it again"),
    KeyBinding(.openModels, .program, KeyContext.views, [.character("M")], "show and change the model", hint: "model"),
    KeyBinding(.help, .program, KeyContext.views, [.character("?"), .function(1)], "all keys", hint: "help"),
    KeyBinding(.redraw, .program, KeyContext.allCases, [.control("l")], "draw the screen anew"),
    KeyBinding(.suspend, .program, KeyContext.allCases, [.control("z")], "to the shell; fg comes back"),
    KeyBinding(.quit, .program, KeyContext.views, [.character("q"), .control("c")], "leave", hint: "quit"),
    KeyBinding(.quit, .program, [.prompt, .filter, .help, .models, .levers, .diagnosis], [.control("c")], "leave"),
    KeyBinding(.chooseModel, .program, [.models], [.enter], "load the marked model", hint: "load"),
    KeyBinding(
      .closeOverlay, .program, [.help, .models],
      [.escape, .character("q"), .character("?"), .character("M"), .function(1)], "close this", hint: "close"),
  ]

  static let typing: [KeyBinding] = [
    KeyBinding(.keepText, .typing, [.prompt], [.enter], "keep the sentence", hint: "keep"),
    KeyBinding(.restoreText, .typing, [.prompt], [.escape], "back to the sentence from before", hint: "restore"),
    KeyBinding(
      .switchText, .typing, [.prompt], [.tab, .backTab], "the second text of a pair, or back", hint: "second text"),
    KeyBinding(
      .newSentence, .typing, [.prompt], [.control("j")], "one more sentence in the batch; Alt-Enter too",
      hint: "one more"),
    KeyBinding(
      .olderSentence, .typing, [.prompt], [.up, .control("p")], "the sentence typed before this", hint: "history"),
    KeyBinding(.newerSentence, .typing, [.prompt], [.down, .control("n")], "the sentence typed after this"),
  ]
}
