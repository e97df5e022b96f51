import Activations

/// Works out what a command comes to in a state: an action with everything in it, or why there is none.
struct CommandResolver {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution {
    if let resolution = beside(command) { return resolution }
    if let overlay = state.overlay { return moved(command, in: overlay) ?? general(command) }
    guard let resolution = state.view.feature.resolve(command, state, on: screen) else { return general(command) }
    // Where there is nothing yet to move about in, the key waits for it.
    return resolution == .ignored && state.encoding == nil && state.awaitsTokens ? .awaiting : resolution
  }

  /// What a command means in every view.
  private func general(_ command: Command) -> Resolution {
    if let resolution = LeverControls(state: state).resolve(command) { return resolution }
    return switch command {
    case .quit: .control(.quit)
    case .suspend: .control(.suspend)
    case .redraw: .control(.redraw)
    case .present(let command): .control(.present(command))
    case .replay(let command): .control(.replay(command))
    case .session(let command): .control(.session(command))

    case .help: .action(.openHelp)
    case .openModels: .action(.openModels)
    case .closeOverlay: .action(.closeOverlay)
    case .chooseModel: chooseModel()

    case .moveLeft, .moveRight, .moveUp, .moveDown, .moveFirst, .moveLast, .movePageUp, .movePageDown, .open, .zoomIn,
      .zoomOut, .zoomFit, .openLevers, .blockKey, .blockPair, .resetMask, .replaceToken, .ablate, .restoreHeads,
      .chooseLever, .leverLess, .leverMore, .steps, .maskView:
      .ignored
    case .previousHead: state.resolution(layers: 0, heads: -1)
    case .nextHead: state.resolution(layers: 0, heads: 1)
    case .previousLayer: state.resolution(layers: -1, heads: 0)
    case .nextLayer: state.resolution(layers: 1, heads: 0)

    case .show(let view): .action(.show(view))
    case .back: .action(.show(.grid))
    case .nextView: .action(.show(neighbour(of: state.view, in: ViewID.allCases, by: 1)))
    case .previousView: .action(.show(neighbour(of: state.view, in: ViewID.allCases, by: -1)))

    case .typeSentence: .action(.openPrompt)
    case .nextSentence: sentence(1)
    case .previousSentence: sentence(-1)
    case .keepText: .action(.keepText)
    case .switchText: .action(.switchText)
    case .newSentence: newSentence()
    case .restoreText: .action(.restoreText)
    case .olderSentence: recall(-1)
    case .newerSentence: recall(1)

    case .togglePadding: togglePadding()
    case .padMore: pad(by: 1)
    case .padLess: pad(by: -1)
    case .switchPadSide: .action(.padSide(state.padSide == .right ? .left : .right))
    case .cycleMask: .action(.mask(neighbour(of: state.maskMode, in: MaskMode.allCases, by: 1)))
    case .cycleColors: cycleColors()
    case .switchRange: .action(.range(state.range == .all ? .head : .all))
    case .switchCounting: .action(.countFrom(1 - state.countFrom))

    case .heads(let command): HeadsKeys(state: state).resolve(command)
    case .compare(let command): CompareKeys(state: state).resolve(command)
    case .flow(let command): FlowKeys(state: state).resolve(command)
    case .diagnosis: .action(.diagnosis(.open))

    case .undo: state.past.isEmpty ? .refused("there is nothing to undo") : .action(.undo)
    case .redo: state.future.isEmpty ? .refused("there is nothing to redo") : .action(.redo)
    }
  }

  // MARK: Overlays

  /// Moving about in what lies over the view; nil for every other command.
  private func moved(_ command: Command, in overlay: Overlay) -> Resolution? {
    if case .levers(let marked) = overlay { return LeverControls(state: state).resolve(command, marked: marked) }
    if case .diagnosis(let marked) = overlay {
      return DiagnosisKeys(state: state, screen: screen, marked: marked).resolve(command)
    }
    switch command {
    case .moveUp, .moveDown, .moveFirst, .moveLast, .movePageUp, .movePageDown: break
    default: return nil
    }
    switch overlay {
    case .help(let scroll):
      return .action(.scrollHelp(screen.helpScroll(from: scroll, by: command)))
    case .models(let marked):
      return state.awaitsModels ? .awaiting : moveInModels(command, marked: state.markedModel(marked))
    case .levers, .diagnosis: return nil
    }
  }

  private func moveInModels(_ command: Command, marked: Int) -> Resolution {
    let last = max(state.models.count - 1, 0)
    let target =
      switch command {
      case .moveUp: marked - 1
      case .moveDown: marked + 1
      case .moveFirst: 0
      case .moveLast: last
      case .movePageUp: marked - 10
      default: marked + 10
      }
    let line = min(max(target, 0), last)
    return line == marked ? .ignored : .action(.markModel(line))
  }

  // MARK: Sentences

  private func sentence(_ step: Int) -> Resolution {
    guard state.texts.count > 1 else {
      return .refused("there is one sentence only; in the prompt, Ctrl-J begins another one")
    }
    return .action(.selectSentence(neighbour(of: state.sentence, in: Array(state.texts.indices), by: step)))
  }

  /// A line break where the cursor is: what follows is another sentence of the batch.
  private func newSentence() -> Resolution {
    guard let prompt = state.prompt else { return .ignored }
    guard !prompt.isPair else { return .refused("the second text is one line, and goes with every sentence") }
    var editor = LineEditor(prompt.typed, hasLines: true)
    editor.breakLine()
    return .action(.typing(from: prompt.typed, to: editor.edited))
  }

  private func recall(_ step: Int) -> Resolution {
    guard let prompt = state.prompt, !state.history.isEmpty else { return .refused("no sentence was typed before") }
    let place = state.history.lastIndex(of: prompt.text) ?? state.history.count
    guard place + step >= 0 else { return .refused("this is the oldest sentence") }
    let text = place + step < state.history.count ? state.history[place + step] : prompt.original
    return text == prompt.text ? .ignored : .action(.type(text, cursor: text.count))
  }

  // MARK: Padding

  private var realTokens: Int { state.encoding?.input.realCount ?? 0 }

  private func togglePadding() -> Resolution {
    if state.padTo != nil { return .action(.pad(to: nil)) }
    guard !state.awaitsTokens else { return .awaiting }
    guard realTokens < state.model.maximumPositions else { return .refused(noRoom) }
    // Enough PAD to be seen, where no length was chosen yet.
    let length = state.lastPadTo.flatMap { $0 > realTokens ? $0 : nil } ?? realTokens + 3
    return .action(.pad(to: min(length, state.model.maximumPositions)))
  }

  private func pad(by step: Int) -> Resolution {
    guard !state.awaitsTokens else { return .awaiting }
    let present = max(state.padTo ?? 0, state.positions)
    let length = present + step
    guard length <= state.model.maximumPositions else { return .refused(noRoom) }
    if step < 0, state.padTo == nil { return .refused("padding is off; p or > switches it on") }
    return .action(.pad(to: length <= realTokens ? nil : length))
  }

  private var noRoom: String { "the model takes no more than \(state.model.maximumPositions) tokens" }

  // MARK: Picture and model

  private func cycleColors() -> Resolution {
    let scales = screen.colorScales
    guard scales.all.count > 1 else { return .refused("there is no other colour scale") }
    return .action(.colors(neighbour(of: scales.present, in: scales.all, by: 1)))
  }

  private func chooseModel() -> Resolution {
    if state.awaitsModels { return .awaiting }
    guard case .models(let marked) = state.overlay, !state.models.isEmpty else { return .ignored }
    let model = state.models[state.markedModel(marked)]
    if let obstacle = model.obstacle { return .refused(obstacle) }
    return .action(.loadModel(model.reference))
  }
}

/// The value some steps further in a list that goes around.
func neighbour<T: Equatable>(of value: T, in all: [T], by step: Int) -> T {
  guard let index = all.firstIndex(of: value) else { return value }
  return all[(index + step + all.count) % all.count]
}
