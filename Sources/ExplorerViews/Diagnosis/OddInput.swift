import Activations
import Explorer
import Insights

/// Checks of rows and text, and of interventions.
extension OddityFinder {
  mutating func lookAtRows() {
    lookAtRowsOfLayers()
    let blocked = diagnosis.blockedQueries
    guard let first = blocked.first else {
      if diagnosis.queriesBlockedByLayers.isEmpty {
        checks.append("every query may see at least one key, in every layer")
      }
      return
    }
    let areAllPad = blocked.allSatisfy { !input.attentionMask[$0] }
    let rows =
      areAllPad ? Words.count(blocked.count, "PAD query", "PAD queries") : listed(blocked.map { names[$0] }, most: 3)
    oddities.append(
      Oddity(
        "\(rows) may see no key at all: \(blocked.count == 1 ? "its row is" : "their rows are") 0",
        cause: (encoding.pairsEditedByHand == 0
          ? "mask \(mode.rawValue) blocks every key of \(blocked.count == 1 ? "it" : "them"); 0 is by definition. "
          : "with what was changed by hand the mask blocks every key; 0 is by definition. ")
          + "Other implementations show even shares or NaN in such a row",
        remedy: encoding.pairsEditedByHand == 0
          ? "nothing, as long as these rows are not used; Steps shows what other implementations make of them"
          : "X takes the changes of the mask back",
        at: place(.mask, query: first)))
  }

  /// Queries that see keys by the mask of the screen, and none by the one that a layer applied.
  private mutating func lookAtRowsOfLayers() {
    let blocked = diagnosis.queriesBlockedByLayers
    guard let first = blocked.first, let layer = first.layers.first else { return }
    let family = FamilyWords(state.model.family)
    let areAllPad = blocked.allSatisfy { !input.attentionMask[$0.position] }
    let rows =
      areAllPad
      ? Words.count(blocked.count, "PAD query", "PAD queries") : listed(blocked.map { names[$0.position] }, most: 3)
    let layers =
      first.layers.count == encoding.trace.layers.count
      ? "in any layer"
      : "in layer" + (first.layers.count == 1 ? " " : "s ")
        + listed(
          first.layers.map { "\($0 + state.countFrom)" }, most: 8)
    // Where windows leave one query a key in a layer and another none, they are told apart.
    let isSame = blocked.allSatisfy { $0.layers == first.layers }
    oddities.append(
      Oddity(
        "\(rows) may see no key \(isSame ? layers : "in some layers"), though the mask gives \(blocked.count == 1 ? "it" : "them") some: "
          + "\(blocked.count == 1 ? "its row is" : "their rows are") 0",
        cause: areAllPad && family.blocksPadQueries
          ? "\(state.model.family) blocks PAD queries whatever the mask says; 0 is by definition"
          : encoding.trace.layers[layer].traits?.block.isCausal == true
            ? "\(state.model.family) lets no query see later keys, and none before may be seen; 0 is by definition"
            : "this layer only looks at neighbours, and none of those near enough may be seen; 0 is by definition",
        remedy: "nothing, as long as these rows are not used",
        at: place(
          .mask, HeadIndex(layer: layer, head: state.head.head), query: first.position)))
  }

  mutating func lookAtText() {
    if input.droppedTokens > 0 {
      oddities.append(
        Oddity(
          symptom:
            "The text is cut: \(Words.count(input.droppedTokens, "token")) dropped behind the first \(input.realCount)",
          cause:
            "the model has embeddings for \(state.model.maximumPositions) positions, special tokens included, and no more",
          remedy: "shorten the text, or make several sentences of it (a batch)", place: "the prompt",
          goal: .action(.openPrompt)))
    }
    let unknown = diagnosis.unknownTokens
    if let first = unknown.first {
      let words =
        input.realCount
        - input.specialTokensMask.indices.count {
          input.attentionMask[$0] && input.specialTokensMask[$0]
        }
      oddities.append(
        Oddity(
          "\(unknown.count) of the text's \(Words.count(words, "token")) \(unknown.count == 1 ? "is" : "are") "
            + TokenText.plain(input.names[first], glyphs: appearance.glyphs)
            + (words == input.realCount ? "" : " (with special tokens there are \(input.realCount))"),
          cause:
            "the vocabulary has no pieces for \(listed(unknown.map { names[$0] }, most: 3)): the model knows that there was "
            + "a word, and not which",
          remedy: "take a model for this language or script; or write it in another way (i)",
          at: place(.head, query: first, key: first)))
    }
    if input.droppedTokens == 0, unknown.isEmpty {
      checks.append("the text is whole, and every piece of it is in the vocabulary")
    }
  }

  mutating func lookAtInterventions() {
    let before = oddities.count
    let request = encoding.request
    if encoding.pairsEditedByHand > 0 {
      let pair = diagnosis.editedPair
      oddities.append(
        Oddity(
          "\(Words.count(encoding.pairsEditedByHand, "pair")) of the mask \(encoding.pairsEditedByHand == 1 ? "is" : "are") "
            + "not as mask \(mode.rawValue) makes \(encoding.pairsEditedByHand == 1 ? "it" : "them")",
          cause: "the mask was changed by hand, and everything after layer \(state.countFrom) is computed from that",
          remedy: "X takes all of it back", at: place(.mask, query: pair?.query, key: pair?.key)))
    }
    if let place = input.replacedTokens.first?.place, input.realPositions.indices.contains(place) {
      let position = input.realPositions[place]
      oddities.append(
        Oddity(
          "\(Words.count(input.replacedTokens.count, "token")) of the text \(input.replacedTokens.count == 1 ? "is" : "are") "
            + "replaced by [MASK]",
          cause: "this was done by hand; the model does not see what stood there",
          remedy: "r on the query puts the token back", at: self.place(.head, query: position)))
    }
    if let first = request.ablations.first {
      oddities.append(
        Oddity(
          "\(Words.count(request.ablations.count, "head")) switched off: \(listed(request.ablations.map(\.head)))",
          cause: "by hand (\(first.kind.words), \(first.kind.source)); all layers after it are given something else",
          remedy: "A switches all heads on", at: place(.head, first.head)))
    }
    if state.pictureFilter(input).isActive {
      oddities.append(
        Oddity(
          symptom: "Rows on the screen do not sum to 1",
          cause: "tokens are hidden from the picture, and their share with them; nothing is computed anew",
          remedy: "show them again in the list of interventions", place: "the list of interventions",
          goal: .action(.intervention(.open))))
    }
    if before == oddities.count { checks.append("nothing is changed by hand") }
  }
}
