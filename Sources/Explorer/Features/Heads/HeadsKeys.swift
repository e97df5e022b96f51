import Activations
import Insights
import UserInput

/// What a key can mean to the numbers of heads.
package enum HeadsCommand: FeatureCommand {
  case reverse, editFilter, nextPattern, previousPattern
  case nextLike, previousLike
  case nextGridColumn, previousGridColumn, sortGrid
  case keepFilter, restoreFilter

  func resolve(_ state: State, on screen: any ScreenLayout) -> Resolution { HeadsKeys(state: state).resolve(self) }
}

extension Command {
  static func heads(_ command: HeadsCommand) -> Command { .feature(command) }
}

extension KeyBinding {
  static let heads: [KeyBinding] = [
    KeyBinding(
      .heads(.nextLike), .heads, [.view(.heads), .view(.grid), .view(.head)], [.character("n")],
      "the head most like this one, then the next (Jensen-Shannon distance)", hint: "like this"),
    KeyBinding(
      .heads(.previousLike), .heads, [.view(.heads), .view(.grid), .view(.head)], [.character("N")],
      "back on that way"),
    KeyBinding(
      .moveRight, .heads, [.view(.heads)], [.right], "sort by the column to the right: pair is the marked pair's",
      hint: "sort"),
    KeyBinding(.moveLeft, .heads, [.view(.heads)], [.left], "sort by the column to the left"),
    KeyBinding(
      .heads(.reverse), .heads, [.view(.heads)], [.character("r")], "smallest or largest first", hint: "reverse"),
    KeyBinding(
      .heads(.editFilter), .heads, [.view(.heads)], [.character("/")],
      "filter: part of a pattern's name, L3, layer=3, entropy<1, pair>0.3", hint: "filter"),
    KeyBinding(
      .heads(.nextPattern), .heads, [.view(.heads)], [.character("f")], "only heads of the next pattern",
      hint: "pattern"),
    KeyBinding(
      .heads(.previousPattern), .heads, [.view(.heads)], [.character("F")], "only heads of the pattern before"),
    KeyBinding(
      .heads(.nextGridColumn), .heads, [.view(.grid)], [.character("v")],
      "the grid shows a number of every head: the marked pair, entropy ...", hint: "numbers"),
    KeyBinding(.heads(.previousGridColumn), .heads, [.view(.grid)], [.character("V")], "the number before"),
    KeyBinding(.heads(.sortGrid), .heads, [.view(.grid)], [.character("o")], "that grid by layers, or largest first"),
    KeyBinding(.heads(.keepFilter), .heads, [.filter], [.enter], "keep the filter", hint: "keep"),
    KeyBinding(.heads(.restoreFilter), .heads, [.filter], [.escape], "back to the filter from before", hint: "restore"),
  ]
}

/// Resolves these commands in a state.
package struct HeadsKeys {
  let state: State

  package init(state: State) { self.state = state }

  package func resolve(_ command: HeadsCommand) -> Resolution {
    if let resolution = ofSurvey(command) { return resolution }
    return switch command {
    case .reverse:
      .action(.heads(.sort(state.heads.column, isDescending: !state.heads.isDescending)))
    case .editFilter: .action(.heads(.openFilter))
    case .keepFilter: .action(.heads(.keepFilter(marking: state.firstListed(state.headFilter))))
    case .restoreFilter: .action(.heads(.restoreFilter))
    case .nextPattern: pattern(1)
    case .previousPattern: pattern(-1)
    case .nextLike: like(1)
    case .previousLike: like(-1)
    case .nextGridColumn: gridColumn(1)
    case .previousGridColumn: gridColumn(-1)
    case .sortGrid:
      state.heads.gridColumn == nil
        ? .refused("the grid shows attention; v chooses a number to sort by")
        : .action(.heads(.sortGrid(!state.heads.isGridSorted)))
    }
  }

  /// What a command means where numbers of a corpus are shown; nil where it means the same.
  private func ofSurvey(_ command: HeadsCommand) -> Resolution? {
    guard [.heads, .grid].contains(state.view), let survey = state.shownSurvey else { return nil }
    let keys = SurveyKeys(state: state)
    return switch command {
    case .reverse:
      .action(.survey(.sort(state.exploration.survey.column, isDescending: !state.exploration.survey.isDescending)))
    case .nextPattern: keys.pattern(1, of: survey)
    case .previousPattern: keys.pattern(-1, of: survey)
    case .nextLike: keys.like(1, of: survey)
    case .previousLike: keys.like(-1, of: survey)
    case .nextGridColumn: keys.gridNumber(1)
    case .previousGridColumn: keys.gridNumber(-1)
    case .sortGrid:
      state.gridSurvey == nil
        ? .refused("the grid shows attention; v chooses a number to sort by")
        : .action(.heads(.sortGrid(!state.heads.isGridSorted)))
    case .editFilter, .keepFilter, .restoreFilter: nil
    }
  }

  /// Sorting by another column: numbers with the largest first, places, names and ranks from the beginning.
  package static func sort(by column: HeadColumn) -> Resolution {
    .action(.heads(.sort(column, isDescending: !column.isSmallestFirst)))
  }

  /// Through the patterns that there are, and back to all heads.
  private func pattern(_ step: Int) -> Resolution {
    let names = Set(state.headRows.map(\.pattern.name)).sorted()
    // A name with a space is found by its first word.
    let filters = [""] + names.map { String($0.split(separator: " ").first ?? "") }.uniqued
    guard filters.count > 1 else { return .awaitingFindings(.statistics, in: state, "the patterns are not known") }
    let place = filters.firstIndex(of: state.heads.filter) ?? 0
    let filter = filters[(place + step + filters.count) % filters.count]
    return .action(.heads(.filter(filter, marking: state.firstListed(filter))))
  }

  private func like(_ step: Int) -> Resolution {
    let (anchor, marked) = (state.likenessAnchor, state.markedHead)
    guard let neighbours = state.found(NeighboursTask(of: anchor)) else {
      return state.heads.likeness?.reached == marked
        ? .awaitingFindings(.neighbours(of: anchor), in: state, "the heads could not be compared")
        : .action(.heads(.selectLike(marked, of: marked)))
    }
    let heads = [anchor] + neighbours.heads.map(\.head)
    let place = (heads.firstIndex(of: marked) ?? 0) + step
    guard heads.indices.contains(place) else {
      return .refused(
        step > 0 ? "no head is less like it than this one" : "this is the head that others are compared with")
    }
    return .action(.heads(.selectLike(heads[place], of: anchor)))
  }

  private func gridColumn(_ step: Int) -> Resolution {
    let columns = [nil] + state.numberColumns.map(Optional.some)
    let place = columns.firstIndex(of: state.heads.gridColumn) ?? 0
    return .action(.heads(.gridColumn(columns[(place + step + columns.count) % columns.count])))
  }
}

extension State {
  /// The head that others are compared with: where `n` came from, or the marked one.
  package var likenessAnchor: HeadIndex {
    let marked = markedHead
    guard let likeness = exploration.heads.likeness, likeness.reached == marked else { return marked }
    return HeadIndex(
      layer: min(likeness.anchor.layer, max(model.layers - 1, 0)),
      head: min(likeness.anchor.head, max(model.heads - 1, 0)))
  }

  /// What a search for heads like one needs, in views that work it out only when it is asked for.
  var likenessAnalyses: [Analysis] {
    exploration.heads.likeness.map { _ in [.neighbours(of: likenessAnchor)] } ?? []
  }

  /// The columns with a number; variability needs a second sentence, importance a number y that is attributed.
  package var numberColumns: [HeadColumn] {
    HeadColumn.numbers.filter { exploration.texts.count > 1 || $0 != .variability }
      + (exploration.showsAttribution
        ? HeadColumn.ofAttribution.filter { learning?.snapshot != nil || $0 != .taskImportance } : [])
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of the first ones.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
