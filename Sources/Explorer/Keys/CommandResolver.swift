import Activations

/// Works out what a command comes to in a state: an action with everything in it, or why there is none.
struct CommandResolver {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution {
    if let resolution = beside(command) { return resolution }
    if command.needsModel, let obstacle = state.model.recorded?.obstacle(to: .model) { return .refused(obstacle) }
    if let overlay = state.overlay { return moved(command, in: overlay) ?? general(command) }
    guard let resolution = state.view.feature.resolve(command, state, on: screen) else { return general(command) }
    // Where there is nothing yet to move about in, the key waits for it.
    return resolution == .ignored && state.encoding == nil && state.awaitsTokens ? .awaiting : resolution
  }

  /// What a command means in every view.
  private func general(_ command: Command) -> Resolution {
    switch command {
    case .feature(let command): command.base.resolve(state, on: screen)
    case .quit: .control(.quit)
    case .suspend: .control(.suspend)
    case .redraw: .control(.redraw)
    case .present(let command): .control(.present(command))
    case .replay(let command): .control(.replay(command))
    case .session(let command): .control(.session(command))

    case .closeOverlay: .action(.closeOverlay)

    case .moveLeft, .moveRight, .moveUp, .moveDown, .moveFirst, .moveLast, .movePageUp, .movePageDown, .open, .zoomIn,
      .zoomOut, .zoomFit:
      .ignored
    case .previousHead: state.resolution(layers: 0, heads: -1)
    case .nextHead: state.resolution(layers: 0, heads: 1)
    case .previousLayer: state.resolution(layers: -1, heads: 0)
    case .nextLayer: state.resolution(layers: 1, heads: 0)

    case .show(let view): .action(.show(view))
    case .back: .action(.show(state.viewBack))
    case .nextView: .action(.show(neighbour(of: state.view, in: ViewID.allCases, by: 1)))
    case .previousView: .action(.show(neighbour(of: state.view, in: ViewID.allCases, by: -1)))

    case .undo: state.past.isEmpty ? .refused("there is nothing to undo") : .action(.undo)
    case .redo: state.future.isEmpty ? .refused("there is nothing to redo") : .action(.redo)
    }
  }

  // MARK: Overlays

  /// Moving about in what lies over the view; nil for every other command.
  private func moved(_ command: Command, in overlay: Overlay) -> Resolution? {
    if case .interventions(let marked) = overlay {
      return InterventionControls(state: state).resolve(command, marked: marked)
    }
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
    case .interventions, .diagnosis: return nil
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
}

/// The value some steps further in a list that goes around.
func neighbour<T: Equatable>(of value: T, in all: [T], by step: Int) -> T {
  guard let index = all.firstIndex(of: value) else { return value }
  return all[(index + step + all.count) % all.count]
}
