import Activations

/// What a person changes by hand. Tokens are named by their place in the sentence, see `MaskEdit`.
public enum LeverAction: Sendable, Equatable {
  /// One more change of the mask of the sentence on the screen.
  case editMask(MaskEdit)
  /// One of them is taken back, whatever came after it.
  case takeBack(MaskEdit)
  /// The mask is its mode's again.
  case resetMask

  /// `[MASK]` in place of a token.
  case replaceToken(Int)
  /// The token comes back.
  case putTokenBack(Int)

  /// A head is switched off, or on again where there is no kind.
  case ablate(HeadIndex, Ablation.Kind?)
  /// All heads are on again.
  case restoreHeads

  case hide(TokenKind)
  case unhide(TokenKind)
  case filter(TextFilter?)

  /// The list of all levers opens.
  case open
  /// The line of the list that is marked.
  case mark(Int)
}

extension State {
  mutating func perform(_ action: LeverAction) {
    let sentence = exploration.sentence
    switch action {
    case .editMask(let edit): exploration.levers.edit(edit, sentence: sentence)
    case .takeBack(let edit): exploration.levers.takeBack(edit, sentence: sentence)
    case .resetMask: exploration.levers.maskEdits[sentence] = nil
    case .replaceToken(let place): exploration.levers.replacedTokens[sentence, default: []].insert(place)
    case .putTokenBack(let place):
      exploration.levers.replacedTokens[sentence]?.remove(place)
      if exploration.levers.replacedTokens[sentence]?.isEmpty == true {
        exploration.levers.replacedTokens[sentence] = nil
      }
    case .ablate(let head, let kind): exploration.levers.ablations[head] = kind
    case .restoreHeads: exploration.levers.ablations = [:]
    case .hide(let kind): exploration.levers.hidden.insert(kind)
    case .unhide(let kind): exploration.levers.hidden.remove(kind)
    case .filter(let filter): exploration.levers.filter = filter
    case .open: overlay = .levers(marked: 0)
    case .mark(let line): overlay = .levers(marked: max(line, 0))
    }
  }

  /// What the levers do to the request of a sentence.
  func pull(on request: inout EncodeRequest) {
    // What names tokens means those that were kept, not those being typed.
    if shownTexts == exploration.texts, shownPair == exploration.pair {
      request.maskEdits = exploration.levers.maskEdits[request.sentence] ?? []
      request.replacedTokens = (exploration.levers.replacedTokens[request.sentence] ?? []).sorted()
    }
    request.ablations = exploration.levers.ablations
      .map { Ablation(head: $0.key, kind: $0.value) }
      .sorted { ($0.head.layer, $0.head.head) < ($1.head.layer, $1.head.head) }
  }
}
