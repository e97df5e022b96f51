import Canvas
import Explorer
import Insights

/// What is said in words of the chosen token's vector: contextual or not.
struct WordsDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    guard let input = state.encoding?.input, let history = state.wordHistory, state.query < input.count else {
      return []
    }
    let token = TokenText.plain(input.names[state.query], glyphs: appearance.glyphs)
    if let other = state.otherSentence, let same = state.sameWord { return sameWordings(token, same, other) }
    guard history.nearest.indices.contains(state.hiddenState) else { return ["\(token) has no other token beside it"] }
    let nearest = history.nearest[state.hiddenState]
    let name = TokenText.plain(input.names[nearest.position], glyphs: appearance.glyphs)
    // Among the tokens that are not PAD.
    let leftOut = input.realCount < input.count ? ", PAD left out" : ""
    let words = "\(token) is nearest to \(name) (cosine \(Words.signed(nearest.cosine, 3))\(leftOut))"
    return [
      "\(words) in \(state.name(ofHiddenState: state.hiddenState)); with two sentences, the same word in both is compared",
      "\(words) in \(state.name(ofHiddenState: state.hiddenState))", words,
    ]
  }

  /// The same word in two sentences: how alike it begins, and what the context makes of it.
  private func sameWordings(_ token: String, _ same: SameWord, _ other: Int) -> [String] {
    guard let position = same.position, let first = same.similarities.first, let last = same.similarities.last else {
      if let input = state.encoding?.input, input.specialTokensMask[state.query] {
        return [
          "\(token) is no word of the sentence: choose one that stands in sentence \(other + state.countFrom), too",
          "\(token) is no word: choose one that both have",
        ]
      }
      return [
        "sentence \(other + state.countFrom) of the batch has no \(token): choose a word that both have",
        "\(token) stands in this sentence only",
      ]
    }
    let numbers = "cosine \(Words.signed(first, 3)) going in, \(Words.signed(last, 3)) coming out"
    let place = "\(token) here and in sentence \(other + state.countFrom) (\(position + state.countFrom))"
    return [
      "\(place): \(numbers). The vector of a word is made from its context; a lookup table would give 1 throughout.",
      "\(place): \(numbers): made from context", "\(token) in both: \(numbers)", numbers,
    ]
  }
}
