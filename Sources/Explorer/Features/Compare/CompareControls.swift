import Activations

/// Token by token, arrows move the crosshair of B; among all heads, up and down go through the list.
struct CompareControls {
  let state: State
  let screen: any ScreenLayout

  func resolve(_ command: Command) -> Resolution? {
    guard state.hasPictureA else { return nil }
    return state.compareMode == .tokens ? amongTokens(command) : amongHeads(command)
  }

  private func amongTokens(_ command: Command) -> Resolution? {
    switch command {
    case .moveLeft: move(keys: -1)
    case .moveRight: move(keys: 1)
    case .moveUp: move(queries: -1)
    case .moveDown: move(queries: 1)
    case .moveFirst: move(keys: -(1 << 20))
    case .moveLast: move(keys: 1 << 20)
    case .movePageUp: move(queries: -10)
    case .movePageDown: move(queries: 10)
    case .open: largest
    default: nil
    }
  }

  private func move(queries: Int = 0, keys: Int = 0) -> Resolution { state.resolution(queries: queries, keys: keys) }

  /// The crosshair goes to the pair that changed most.
  private var largest: Resolution {
    guard let comparison = state.headComparison, let pair = comparison.pairs.first else {
      let refusal = state.incomparable ?? "the rows of the real tokens are the same in A and B"
      guard state.headComparison == nil, let heads = state.comparedHeads else { return .refused(refusal) }
      return .awaitingFindings(.headComparison(a: heads.a, b: heads.b), in: state, refusal)
    }
    return .action(
      .selectPair(query: comparison.positionsB[pair.query], key: comparison.positionsB[pair.key]))
  }

  private func amongHeads(_ command: Command) -> Resolution? {
    switch command {
    case .moveUp: move(heads: -1)
    case .moveDown: move(heads: 1)
    case .movePageUp: move(heads: 1 - screen.viewRows)
    case .movePageDown: move(heads: screen.viewRows - 1)
    case .moveFirst: move(heads: -(1 << 20))
    case .moveLast: move(heads: 1 << 20)
    case .open: .action(.compare(.mode(.tokens)))
    case .back: .action(.compare(.mode(.tokens)))
    default: nil
    }
  }

  private func move(heads step: Int) -> Resolution {
    let rows = state.comparedHeadRows
    guard !rows.isEmpty else {
      let refusal = state.incomparable ?? "there is no head to compare"
      return state.awaitedComparison.map { .awaitingFindings($0, in: state, refusal) } ?? .refused(refusal)
    }
    let place = rows.firstIndex { $0.head == state.head }
    let head = rows[place.map { min(max($0 + step, 0), rows.count - 1) } ?? 0].head
    return head == state.head ? .ignored : .action(.selectHead(head))
  }
}
