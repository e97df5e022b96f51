import Activations
import Canvas
import TestSupport
import Testing
import UserInput

@testable import Explorer
@testable import ExplorerViews

struct KeymapTests {
  private let size = Size(columns: 120, rows: 40)

  private func resolve(_ key: Key, _ state: State) -> Resolution {
    Keymap.resolve(.key(key), state: state, appearance: Synthetic.truecolor, size: size)
  }

  @Test(arguments: KeyContext.allCases) func noKeyMeansTwoThings(context: KeyContext) {
    var commands: [Key: Command] = [:]
    for binding in KeyBinding.all where binding.contexts.contains(context) {
      for key in binding.keys {
        #expect(commands[key] == nil || commands[key] == binding.command, "\(key) in \(context)")
        commands[key] = binding.command
      }
    }
  }

  @Test func everyLineOfTheTableHasAKeyAndAHelpText() {
    for binding in KeyBinding.all {
      #expect(!binding.keys.isEmpty && !binding.help.isEmpty && !binding.contexts.isEmpty, "\(binding.command)")
    }
  }

  @Test func everyViewHasItsDigit() {
    for (index, view) in ViewID.allCases.enumerated() {
      for digit in "\(index + 1)" { #expect(resolve(.character(digit), Synthetic.state()) == .action(.show(view))) }
    }
  }

  @Test func keysThatPointAtTokensWaitForThem() {
    var state = State(model: Synthetic.state().model)
    let effects = start(&state)
    let pointing: [Key] = [.character("p"), .character(">"), .character("<")]
    for key in pointing { #expect(resolve(key, state) == .awaiting, "\(key)") }
    #expect(resolve(.character("m"), state) == .action(.mask(.none)))
    #expect(resolve(.right, state) == .action(.selectHead(HeadIndex(layer: 0, head: 1))))
    #expect(resolve(.character("q"), state) == .control(.quit))
    state.view = .head
    for key in pointing + [.character(" "), .character("x"), .character("r"), .down, .end] {
      #expect(resolve(key, state) == .awaiting, "\(key)")
    }
    #expect(resolve(.escape, state) == .action(.show(.grid)))

    // Nothing is waited for that will not come.
    for case .encode(let id, _, _) in effects {
      _ = reduce(&state, .computationFailed(id: id, reason: "no memory"))
    }
    for key in pointing { #expect(resolve(key, state) != .awaiting, "\(key)") }
  }

  /// `M j Enter`, typed in one go.
  @Test func keysInTheListOfModelsWaitForIt() {
    var state = Synthetic.state()
    let pointing: [Key] = [.down, .character("j"), .enter, .end]
    for _ in 0..<2 {
      _ = reduce(&state, .action(.openModels))
      for key in pointing { #expect(resolve(key, state) == .awaiting, "\(key)") }
      #expect(resolve(.escape, state) == .action(.closeOverlay))
      let models = ["a", "b", "c"].map {
        ModelChoice(reference: $0, name: $0, origin: .modelsFolder, summary: "", place: "", obstacle: nil)
      }
      _ = reduce(&state, .modelsListed(models))
      #expect(resolve(.down, state) == .action(.markModel(1)))
      #expect(resolve(.enter, state) == .action(.loadModel("a")))
      _ = reduce(&state, .action(.closeOverlay))
    }
  }

  @Test func keysThatPointAtFindingsWaitForThem() {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.show(.heads)))
    for key in [Key.down, .character("f"), .character("F")] { #expect(resolve(key, state) == .awaiting, "\(key)") }
    _ = reduce(&state, .action(.heads(.selectLike(state.head, of: state.head))))
    #expect(resolve(.character("n"), state) == .awaiting)
    _ = reduce(&state, .action(.diagnosis(.open)))
    for key in [Key.enter, .character("1"), .down] { #expect(resolve(key, state) == .awaiting, "\(key)") }
  }

  @Test(arguments: [Key.character("O"), .character("W"), .character("."), .delete])
  func keysOfOtherPlacesSayWhereTheyBelong(key: Key) {
    // Training has a use for the dot.
    for view in ViewID.allCases where view != .train || key != .character(".") {
      var state = Synthetic.state()
      _ = reduce(&state, .action(.show(view)))
      guard case .refused(let words) = resolve(key, state) else {
        Issue.record("\(key) says nothing in \(view)")
        continue
      }
      #expect(words.contains(key == .delete ? "the list of sessions only: S" : "presenter mode only: P"))
    }
  }

  @Test func keysThatCameTogetherAreOneChangeOfALine() {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.openPrompt))
    let keys: [Key] = [
      .control("u"), .character("a"), .character("x"), .backspace, .character("猫"), .left, .enter, .up,
    ]
    let (resolution, count) = Keymap.resolve(
      keys.map(Input.key)[...], state: state, appearance: Synthetic.truecolor, size: size)
    #expect(resolution == .action(.type("a猫", cursor: 1)))
    #expect(count == 6)
  }

  @Test func escapeStopsALongComputationAndThePictureStays() {
    var state = Synthetic.state()
    let before = state.computation
    _ = reduce(&state, .action(.pad(to: 8)))
    #expect(Keymap.resolveAtOnce(.key(.escape), state: state) == nil, "nothing is known of it, so it takes no time")
    _ = reduce(&state, .progress(Synthetic.progress(id: 2, share: 0.34)))
    #expect(resolve(.escape, state) == .control(.stopComputing))
    #expect(Keymap.resolveAtOnce(.key(.escape), state: state) == .stopComputing)
    // What a lower number is about was overtaken.
    _ = reduce(&state, .progress(Synthetic.progress(id: 1, share: 0.5)))
    #expect(resolve(.escape, state) != .control(.stopComputing))
    _ = reduce(&state, .progress(Synthetic.progress(id: 2, share: 0.5)))

    // Escape has its own meaning where something is typed.
    var typing = state
    _ = reduce(&typing, .action(.openPrompt))
    #expect(resolve(.escape, typing) == .action(.restoreText))

    let effect = Effect.encode(id: 2, .shown, Subject(model: state.loadedModel, request: state.request))
    #expect(state.wantedWork.contains(effect))
    #expect(reduce(&state, .stopComputing).isEmpty)
    #expect(!state.wantedWork.contains(effect) && !state.isComputing)
    #expect(state.computation == before)
    #expect(state.failure?.hasPrefix("stopped after 50 %") == true)
    // Taken back and done again, it is computed.
    #expect(reduce(&state, .action(.undo)).count == 1)
    #expect(reduce(&state, .action(.redo)).count == 1)
  }

  @Test func onlyKeysThatMeanTheSameEverywhereNeedNotWait() {
    #expect(Keymap.resolveAtOnce(.key(.control("c"))) == .quit)
    #expect(Keymap.resolveAtOnce(.key(.control("z"))) == .suspend)
    #expect(Keymap.resolveAtOnce(.key(.control("l"))) == .redraw)
    for key in [Key.character("q"), .escape, .enter, .control("r"), .control("p")] {
      #expect(Keymap.resolveAtOnce(.key(key)) == nil, "\(key)")
    }
    for context in KeyContext.allCases where context != .presenter {
      #expect(Keymap.command(for: .control("c"), in: context) == .quit, "\(context)")
    }
  }

  @Test func tokensOfTheSentenceBeforeAreNotPointedAt() {
    var state = Synthetic.state()
    #expect(!state.awaitsTokens)
    _ = reduce(&state, .action(.mask(.full)))
    #expect(!state.awaitsTokens, "the tokens are the same under every mask")
    _ = reduce(&state, .action(.pad(to: 9)))
    #expect(!state.awaitsTokens && resolve(.character(">"), state) == .action(.pad(to: 10)))
    _ = reduce(&state, .action(.texts(["Another sentence that is longer"], pair: nil)))
    #expect(state.awaitsTokens && resolve(.character(">"), state) == .awaiting)
  }

  @Test func theseKeysAreTheOnesThatPeopleKnow() {
    var state = Synthetic.state()
    #expect(resolve(.character("i"), state) == .action(.openPrompt))
    #expect(resolve(.right, state) == .action(.selectHead(HeadIndex(layer: 0, head: 1))))
    #expect(resolve(.character("j"), state) == .action(.selectHead(HeadIndex(layer: 1, head: 0))))
    #expect(resolve(.character("h"), state) == .ignored)
    #expect(resolve(.enter, state) == .action(.show(.head)))
    #expect(resolve(.character("p"), state) == .action(.pad(to: 8)))
    #expect(resolve(.character(">"), state) == .action(.pad(to: 6)))
    #expect(resolve(.character("m"), state) == .action(.mask(.none)))
    #expect(resolve(.character("g"), state) == .action(.range(.head)))
    #expect(resolve(.character("#"), state) == .action(.countFrom(1)))
    #expect(resolve(.character("M"), state) == .action(.openModels))
    #expect(resolve(.function(1), state) == .control(.edit(LineEntry(.command))))
    #expect(resolve(.tab, state) == .action(.show(.head)))
    #expect(resolve(.character("2"), state) == .action(.show(.head)))
    #expect(resolve(.character("q"), state) == .control(.quit))
    #expect(resolve(.control("c"), state) == .control(.quit))
    #expect(resolve(.control("z"), state) == .control(.suspend))
    #expect(resolve(.control("l"), state) == .control(.redraw))
    state.view = .head
    #expect(resolve(.escape, state) == .action(.show(.grid)))
    #expect(resolve(.down, state) == .action(.selectPair(query: 1, key: 0)))
    #expect(resolve(.end, state) == .action(.selectPair(query: 0, key: 4)))
  }

  @Test func escapeGoesOneLevelBack() {
    var state = Synthetic.state()
    Synthetic.perform([.show(.heads), .show(.head), .show(.steps)], on: &state)
    for view in [ViewID.head, .heads, .grid] {
      #expect(resolve(.escape, state) == .action(.show(view)))
      Synthetic.perform([.show(view)], on: &state)
    }
    Synthetic.perform([.show(.mask), .show(.steps)], on: &state)
    #expect(resolve(.escape, state) == .action(.show(.mask)))
  }

  @Test func aKeyThatMeansNothingSaysSo() {
    let state = Synthetic.state()
    for (key, words) in [
      ("T", "T is a key of Head, Train"), ("E", "E means nothing here; ? lists"),
      ("f", "f is a key of Heads, Compare, Train"),
    ] {
      guard case .refused(let reason) = resolve(.character(Character(key)), state) else {
        Issue.record("\(key) says nothing")
        continue
      }
      #expect(reason.contains(words), "\(reason)")
    }
  }

  @Test func disabledKeysSayWhy() {
    let state = Synthetic.state()
    for key: Key in [.character("<"), .character("]"), .escape, .character("c")] {
      guard case .refused(let reason) = resolve(key, state) else {
        Issue.record("\(key) is not refused")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test func paddingGrowsAndShrinksByOne() {
    let state = Synthetic.state(pad: 3)
    #expect(resolve(.character(">"), state) == .action(.pad(to: 9)))
    #expect(resolve(.character("<"), state) == .action(.pad(to: 7)))
    #expect(resolve(.character("p"), state) == .action(.pad(to: nil)))
    #expect(resolve(.character("<"), Synthetic.state(pad: 1)) == .action(.pad(to: nil)))
  }

  @Test func inThePromptLettersAreText() {
    var state = Synthetic.state()
    _ = reduce(&state, .action(.openPrompt))
    // Typing replaces the sentence; whatever else is done first keeps it.
    #expect(resolve(.character("q"), state) == .action(.type("q", cursor: 1)))
    _ = reduce(&state, .action(.type("the cat ran", cursor: 11)))
    #expect(resolve(.character("q"), state) == .action(.type("the cat ranq", cursor: 12)))
    #expect(resolve(.control("u"), state) == .action(.type("", cursor: 0)))
    #expect(resolve(.enter, state) == .action(.keepText))
    #expect(resolve(.escape, state) == .action(.restoreText))
    #expect(resolve(.control("c"), state) == .control(.quit))
  }

  @Test func historyGoesBackAndForth() {
    var state = Synthetic.state()
    for text in ["one", "two"] {
      _ = reduce(&state, .action(.openPrompt))
      _ = reduce(&state, .action(.type(text, cursor: 3)))
      _ = reduce(&state, .action(.keepText))
    }
    _ = reduce(&state, .action(.openPrompt))
    #expect(resolve(.up, state) == .action(.type("one", cursor: 3)))
    _ = reduce(&state, .action(.type("one", cursor: 3)))
    #expect(resolve(.down, state) == .action(.type("two", cursor: 3)))
    // What the first of them replaced.
    #expect(resolve(.up, state) == .action(.type("the cat ran", cursor: 11)))
    _ = reduce(&state, .action(.type("the cat ran", cursor: 11)))
    guard case .refused = resolve(.up, state) else {
      Issue.record("there is nothing older")
      return
    }
  }

  @Test func zoomEndsWhereAllIsOnTheScreenInTheSmallestCells() {
    var state = Synthetic.state()
    (state.view, state.zoom) = (.head, .fixed(.dot))
    #expect(resolve(.character("-"), state) == .refused("these are the smallest cells"))
    #expect(resolve(.character("+"), state) == .action(.zoom(.fixed(.block))))
    state.zoom = .fixed(.number)
    #expect(resolve(.character("="), state) == .refused("these are the largest cells"))
  }
}
