import Activations

/// What the keys of the interventions do in a state.
struct InterventionControls {
  let state: State

  func resolve(_ command: InterventionCommand) -> Resolution {
    switch command {
    case .open: .action(.intervention(.open))
    case .blockKey: whenTokensAreKnown(blockKey)
    case .blockPair: whenTokensAreKnown(blockPair)
    case .resetMask: resetMask()
    case .replaceToken: whenTokensAreKnown(replaceToken)
    case .ablate:
      .action(.intervention(.ablate(state.head, Ablation.next(after: state.interventions.ablations[state.head]))))
    case .restoreHeads: restoreHeads()
    case .choose, .less, .more: .ignored
    }
  }

  /// Why there are no tokens to point at.
  private static let noTokens = "nothing could be computed for this sentence"

  private var edits: [MaskEdit] { state.interventions.maskEdits[state.exploration.sentence] ?? [] }

  private func whenTokensAreKnown(_ resolution: () -> Resolution) -> Resolution {
    state.awaitsTokens ? .awaiting : resolution()
  }

  /// Words cannot be changed, only the tokens that they are made of.
  private var refusalAmongWords: Resolution? {
    if let unit = state.wantedSegments, state.showsSegments {
      return .refused("tokens are changed by hand, and these are \(unit.rawValue); G goes back to tokens")
    }
    return state.computation?.joined == nil
      ? nil : .refused("tokens are changed by hand, and these are whole words; t shows tokens")
  }

  /// The key under the cursor is blocked for all queries, or what was done to it is taken back.
  private func blockKey() -> Resolution {
    if let refusal = refusalAmongWords { return refusal }
    guard let encoding = state.encoding, let place = encoding.input.place(at: state.key) else {
      return .refused(InterventionControls.noTokens)
    }
    for isAllowed in [true, false] where edits.contains(.key(place, isAllowed: isAllowed)) {
      return .action(.intervention(.takeBack(.key(place, isAllowed: isAllowed))))
    }
    let isVisible = (0..<encoding.mask.size).contains { encoding.mask[$0, state.key] }
    return .action(.intervention(.editMask(.key(place, isAllowed: !isVisible))))
  }

  private func blockPair() -> Resolution {
    if let refusal = refusalAmongWords { return refusal }
    guard let encoding = state.encoding, let key = encoding.input.place(at: state.key),
      let query = encoding.input.place(at: state.query)
    else { return .refused(InterventionControls.noTokens) }
    for isAllowed in [true, false] {
      let edit = MaskEdit.cell(query: query, key: key, isAllowed: isAllowed)
      if edits.contains(edit) { return .action(.intervention(.takeBack(edit))) }
    }
    let isAllowed = encoding.mask[state.query, state.key]
    return .action(.intervention(.editMask(.cell(query: query, key: key, isAllowed: !isAllowed))))
  }

  func resetMask() -> Resolution {
    edits.isEmpty
      ? .refused("the mask is as the mode \(state.maskMode.rawValue) makes it") : .action(.intervention(.resetMask))
  }

  /// `[MASK]` for the query under the cursor, or the token back.
  func replaceToken() -> Resolution {
    if let refusal = refusalAmongWords { return refusal }
    guard let input = state.encoding?.input, let place = input.place(at: state.query) else {
      return .refused(InterventionControls.noTokens)
    }
    if state.interventions.replacedTokens[state.exploration.sentence]?.contains(place) == true {
      return .action(.intervention(.putTokenBack(place)))
    }
    guard input.attentionMask[state.query], !input.specialTokensMask[state.query] else {
      return .refused("[MASK] stands for a token of the text; move the query to one")
    }
    return .action(.intervention(.replaceToken(place)))
  }

  /// Resolves a command in the list of interventions; nil if it has the same meaning everywhere.
  func resolve(_ command: Command, marked: Int) -> Resolution? {
    let list = InterventionList(state: state)
    let present = min(max(marked, 0), list.count - 1)
    func mark(_ line: Int) -> Resolution {
      let line = min(max(line, 0), list.count - 1)
      return line == present ? .ignored : .action(.intervention(.mark(line)))
    }
    let line = list.lines[list.line(marked: present)]
    switch command {
    case .moveUp: return mark(present - 1)
    case .moveDown: return mark(present + 1)
    case .moveFirst, .movePageUp: return mark(0)
    case .moveLast, .movePageDown: return mark(list.count - 1)
    case .intervention(.choose): return line.choose
    case .intervention(.less): return line.adjust(-1)
    case .intervention(.more): return line.adjust(1)
    default: return nil
    }
  }

  func restoreHeads() -> Resolution {
    state.interventions.ablations.isEmpty ? .refused("no head is switched off") : .action(.intervention(.restoreHeads))
  }
}

extension Ablation {
  /// On, output zero, even attention, and on again.
  static func next(after kind: Kind?) -> Kind? {
    switch kind {
    case nil: .zeroOutput
    case .zeroOutput: .uniformAttention
    case .uniformAttention: nil
    }
  }
}

extension Ablation.Kind {
  /// A sign for the grid that needs no colour.
  package var sign: Unicode.Scalar { self == .zeroOutput ? "0" : "=" }

  /// The ablation in words.
  package var words: String { self == .zeroOutput ? "output zero" : "attention even" }

  /// The paper that introduced it.
  package var source: String { self == .zeroOutput ? "Michel et al. 2019" : "Kovaleva et al. 2019" }
}
