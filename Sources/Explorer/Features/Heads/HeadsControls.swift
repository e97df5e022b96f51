import Activations

/// Up and down go from head to head as they are sorted, left and right from column to column.
struct HeadsControls {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution? {
    switch TableMovement(command, screen) {
    case .lines(let step): move(step)
    case .columns(let step): sort(step)
    case .open: open
    case .back: state.withoutFilter
    case nil: nil
    }
  }

  private func move(_ step: Int) -> Resolution {
    if state.awaitsPair { return .awaiting }
    let rows = state.sorted(state.headRows)
    guard !rows.isEmpty else {
      return state.headRows.isEmpty
        ? .awaitingFindings(.statistics, in: state, "there are no numbers of heads")
        : .refused(state.filterProblem ?? "no head matches the filter; Esc shows all heads")
    }
    let marked = state.markedHead
    let place = rows.firstIndex { $0.index == marked } ?? 0
    let target = min(max(place + step, 0), rows.count - 1)
    return rows[target].index == state.head ? .ignored : .action(.selectHead(rows[target].index))
  }

  /// The head under the marker, whether it was selected or is only the first that the filter lists.
  private var open: Resolution {
    let marked = state.markedHead
    if state.sorted(state.headRows).isEmpty, !state.headRows.isEmpty {
      return .refused("no head matches the filter; Esc shows all heads")
    }
    return .action(.show(.head, marked == state.head ? nil : marked))
  }

  private func sort(_ step: Int) -> Resolution {
    let columns = [HeadColumn.place, .pattern] + state.numberColumns
    let place = (columns.firstIndex(of: state.heads.column) ?? 0) + step
    guard columns.indices.contains(place) else { return .ignored }
    return HeadsKeys.sort(by: columns[place])
  }
}
