import Activations
import Canvas

/// Works out what a command comes to in a state: an action with everything in it, or why there is none.
struct CommandResolver {
  let state: State
  let appearance: Appearance
  let size: Size

  func resolve(_ command: Command) -> Resolution {
    switch command {
    case .quit: .control(.quit)
    case .suspend: .control(.suspend)
    case .redraw: .control(.redraw)
    case .playPause: .control(.playPause)
    case .stepForward: .control(.stepForward)

    case .help: .action(.openHelp)
    case .openModels: .action(.openModels)
    case .closeOverlay: .action(.closeOverlay)
    case .chooseModel: chooseModel()

    case .moveLeft, .moveRight, .moveUp, .moveDown, .moveFirst, .moveLast, .movePageUp, .movePageDown: move(command)
    case .previousHead: step(layers: 0, heads: -1)
    case .nextHead: step(layers: 0, heads: 1)
    case .previousLayer: step(layers: -1, heads: 0)
    case .nextLayer: step(layers: 1, heads: 0)

    case .open, .showHead: .action(.show(.head))
    case .showGrid: .action(.show(.grid))
    case .back: state.view == .grid ? .refused("this is the grid; q leaves") : .action(.show(.grid))
    case .nextView: .action(.show(neighbour(of: state.view, in: ViewID.allCases, by: 1)))
    case .previousView: .action(.show(neighbour(of: state.view, in: ViewID.allCases, by: -1)))
    case .zoomIn: zoom(-1)
    case .zoomOut: zoom(1)
    case .zoomFit: .action(.zoom(.fit))

    case .typeSentence: .action(.openPrompt)
    case .nextSentence: sentence(1)
    case .previousSentence: sentence(-1)
    case .keepText: .action(.keepText)
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
    }
  }

  private func neighbour<T: Equatable>(of value: T, in all: [T], by step: Int) -> T {
    guard let index = all.firstIndex(of: value) else { return value }
    return all[(index + step + all.count) % all.count]
  }

  // MARK: Moving

  private func move(_ command: Command) -> Resolution {
    switch state.overlay {
    case .help(let scroll):
      .action(.scrollHelp(HelpView(size: size, glyphs: appearance.glyphs).scroll(from: scroll, by: command)))
    case .models(let marked): moveInModels(command, marked: marked)
    case nil: state.view == .grid ? moveInGrid(command) : moveInHead(command)
    }
  }

  private func moveInGrid(_ command: Command) -> Resolution {
    switch command {
    case .moveLeft: step(layers: 0, heads: -1)
    case .moveRight: step(layers: 0, heads: 1)
    case .moveUp: step(layers: -1, heads: 0)
    case .moveDown: step(layers: 1, heads: 0)
    case .moveFirst: step(layers: 0, heads: -state.head.head)
    case .moveLast: step(layers: 0, heads: state.model.heads - 1 - state.head.head)
    case .movePageUp: step(layers: -state.head.layer, heads: 0)
    default: step(layers: state.model.layers - 1 - state.head.layer, heads: 0)
    }
  }

  private func step(layers: Int, heads: Int) -> Resolution {
    let target = HeadIndex(
      layer: min(max(state.head.layer + layers, 0), max(state.model.layers - 1, 0)),
      head: min(max(state.head.head + heads, 0), max(state.model.heads - 1, 0)))
    return target == state.head ? .ignored : .action(.selectHead(target))
  }

  private func moveInHead(_ command: Command) -> Resolution {
    let last = max(state.positions - 1, 0)
    var query = state.query
    var key = state.key
    switch command {
    case .moveLeft: key -= 1
    case .moveRight: key += 1
    case .moveUp: query -= 1
    case .moveDown: query += 1
    case .moveFirst: key = 0
    case .moveLast: key = last
    case .movePageUp: query -= 10
    default: query += 10
    }
    query = min(max(query, 0), last)
    key = min(max(key, 0), last)
    return query == state.query && key == state.key ? .ignored : .action(.selectPair(query: query, key: key))
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

  private func zoom(_ step: Int) -> Resolution {
    let layout = HeadLayout(state: state, appearance: appearance, area: Frame(state: state, size: size).main)
    let steps = HeadLayout.steps(positions: state.positions)
    guard let index = steps.firstIndex(of: layout.cell) else { return .ignored }
    guard steps.indices.contains(index + step) else {
      return .refused(step < 0 ? "these are the largest cells" : "these are the smallest cells")
    }
    return .action(.zoom(.fixed(steps[index + step])))
  }

  // MARK: Sentences

  private func sentence(_ step: Int) -> Resolution {
    guard state.texts.count > 1 else {
      return .refused("there is one sentence only; start headscope with several for a batch")
    }
    return .action(.selectSentence(neighbour(of: state.sentence, in: Array(state.texts.indices), by: step)))
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
    guard realTokens < state.model.maximumPositions else { return .refused(noRoom) }
    // Enough PAD to be seen, where no length was chosen yet.
    let length = state.lastPadTo.flatMap { $0 > realTokens ? $0 : nil } ?? realTokens + 3
    return .action(.pad(to: min(length, state.model.maximumPositions)))
  }

  private func pad(by step: Int) -> Resolution {
    let present = max(state.padTo ?? 0, state.positions)
    let length = present + step
    guard length <= state.model.maximumPositions else { return .refused(noRoom) }
    if step < 0, state.padTo == nil { return .refused("padding is off; p or > switches it on") }
    return .action(.pad(to: length <= realTokens ? nil : length))
  }

  private var noRoom: String { "the model takes no more than \(state.model.maximumPositions) tokens" }

  // MARK: Picture and model

  private func cycleColors() -> Resolution {
    let names = appearance.scales.map(\.id)
    guard names.count > 1 else { return .refused("there is no other colour scale") }
    return .action(.colors(neighbour(of: appearance.scale(named: state.colors).id, in: names, by: 1)))
  }

  private func chooseModel() -> Resolution {
    guard case .models(let marked) = state.overlay, state.models.indices.contains(marked) else { return .ignored }
    let model = state.models[marked]
    if let obstacle = model.obstacle { return .refused(obstacle) }
    return .action(.loadModel(model.reference))
  }
}
