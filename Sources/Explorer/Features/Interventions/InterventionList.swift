import Activations

/// All interventions, as a list to choose from.
package struct InterventionList {
  package struct Line {
    /// A heading cannot be marked.
    package var isHeading = false
    /// Whether it is in effect; nil if it cannot be switched on or off.
    package var isOn: Bool?
    package var text: String
    /// What choosing it does.
    var choose = Resolution.ignored
    /// What Left and Right do.
    var adjust: (_ step: Int) -> Resolution = { _ in .ignored }
  }

  let state: State
  package let lines: [Line]

  package init(state: State) {
    self.state = state
    lines =
      InterventionList.mask(state) + InterventionList.tokens(state) + InterventionList.heads(state)
      + InterventionList.picture(state)
  }

  /// The lines that can be marked.
  private var choices: [Int] { lines.indices.filter { !lines[$0].isHeading } }

  package var count: Int { choices.count }

  /// The line that is marked, counted among those that can be.
  package func line(marked: Int) -> Int { choices[min(max(marked, 0), choices.count - 1)] }

  // MARK: The mask: the computation changes

  /// The width that a band has when it is first chosen.
  private static let firstWidth = 1

  private static func mask(_ state: State) -> [Line] {
    let edits = state.interventions.maskEdits[state.exploration.sentence] ?? []
    let width = edits.compactMap { if case .band(let width) = $0 { width } else { nil } }.last
    let controls = InterventionControls(state: state)
    let isPair = state.exploration.pair != nil
    func setBand(_ width: Int) -> Resolution { .action(.intervention(.editMask(.band(width: width)))) }
    func takeBack(_ edit: MaskEdit) -> Resolution { .action(.intervention(.takeBack(edit))) }
    let band = width.map { max($0, 1) } ?? firstWidth
    return [
      Line(isHeading: true, text: "Attention mask (changes what is computed)"),
      Line(
        isOn: edits.contains(.firstTextOnly), text: "first text only",
        choose: edits.contains(.firstTextOnly)
          ? takeBack(.firstTextOnly)
          : isPair ? .action(.intervention(.editMask(.firstTextOnly))) : .refused("there is no second text to block")),
      Line(
        isOn: width.map { $0 > 0 } ?? false, text: "band: at most \(Words.count(band, "position")) away",
        choose: width.map { $0 > 0 ? takeBack(.band(width: $0)) : setBand(firstWidth) } ?? setBand(firstWidth),
        adjust: { step in
          let wanted = (width ?? 0) + step
          return wanted < 1 ? .refused("the diagonal is the narrowest; it has a line of its own") : setBand(wanted)
        }),
      Line(
        isOn: width == 0, text: "diagonal: each query sees itself only",
        choose: width == 0 ? takeBack(.diagonal) : setBand(0)),
      Line(text: "nothing by hand: mask \(state.maskMode.rawValue) again", choose: controls.resetMask()),
    ]
  }

  // MARK: Tokens and heads

  private static func tokens(_ state: State) -> [Line] {
    let replaced = state.interventions.replacedTokens[state.exploration.sentence] ?? []
    let place = state.computation?.joined == nil ? state.encoding?.input.place(at: state.query) : nil
    return [
      Line(isHeading: true, text: "[MASK] (changes the text)"),
      Line(
        isOn: place.map(replaced.contains) ?? false,
        text: "[MASK] for the query (\(state.query + state.countFrom))",
        choose: InterventionControls(state: state).replaceToken()),
    ]
  }

  private static func heads(_ state: State) -> [Line] {
    let kind = state.interventions.ablations[state.head]
    let name = state.name(of: state.head)
    func set(_ wanted: Ablation.Kind) -> Resolution {
      .action(.intervention(.ablate(state.head, kind == wanted ? nil : wanted)))
    }
    return [
      Line(isHeading: true, text: "Heads switched off (\(name))"),
      Line(isOn: kind == .zeroOutput, text: "output zero (Michel et al. 2019)", choose: set(.zeroOutput)),
      Line(
        isOn: kind == .uniformAttention, text: "attention even (Kovaleva et al. 2019)", choose: set(.uniformAttention)),
      Line(
        text: "all heads on (\(state.interventions.ablations.count) off)",
        choose: InterventionControls(state: state).restoreHeads()),
    ]
  }

  // MARK: The picture: nothing is computed anew

  private static func picture(_ state: State) -> [Line] {
    let hiding = TokenKind.allCases.map { kind in
      let isHidden = state.interventions.hidden.contains(kind)
      return Line(
        isOn: isHidden, text: "hide \(kind.words)",
        choose: .action(.intervention(isHidden ? .unhide(kind) : .hide(kind))))
    }
    let filters = ([nil] + TextFilter.all.map(Optional.some)).map { filter in
      Line(
        isOn: state.interventions.filter == filter, text: filter.map { "show \($0.words) only" } ?? "show both texts",
        choose: state.exploration.pair == nil && filter != nil
          ? .refused("there is no second text; i, then Tab, types one") : .action(.intervention(.filter(filter))))
    }
    return [Line(isHeading: true, text: "Hidden from the picture (changes nothing)")] + hiding + filters
  }
}

extension TokenKind {
  package var words: String {
    switch self {
    case .first: "[CLS]"
    case .separators: "[SEP]"
    case .pad: "PAD"
    case .punctuation: "punctuation"
    }
  }
}
