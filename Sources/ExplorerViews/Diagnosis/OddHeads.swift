import Activations
import Explorer
import Insights

/// Checks of heads: the same for every query, the same in every sentence.
extension OddityFinder {
  mutating func lookAtConstantHeads() {
    guard diagnosis.looksAtConstantHeads, diagnosis.oddNumber == nil else { return }
    let heads = diagnosis.constantHeads
    if heads.isEmpty, diagnosis.evenness?.isEverywhere != true {
      checks.append("no head attends alike whatever the query is")
    }
    for cause in [ConstantHead.Cause.sameQueries, .sameKeys, .even, .keysAlone, .resting] {
      // If all heads are uniform, another entry says so already.
      if cause == .even, diagnosis.evenness?.isEverywhere == true { continue }
      let those = heads.filter { $0.cause == cause }
      guard let first = those.first else { continue }
      oddities.append(
        Oddity(
          "\(Words.count(those.count, "head")) never \(those.count == 1 ? "varies" : "vary"), whatever the query is: "
            + listed(those.map(\.index)),
          cause: words(cause, first), remedy: remedy(cause),
          at: place(
            cause == .sameQueries || cause == .sameKeys ? .steps : .head, first.index, key: first.topKey,
            stage: cause == .sameQueries || cause == .sameKeys ? .vectors : nil)))
    }
  }

  private func words(_ cause: ConstantHead.Cause, _ head: ConstantHead) -> String {
    switch cause {
    case .sameQueries:
      "all query vectors are the same: W_Q gives nothing and only b_Q is left, so every row is the same"
    case .sameKeys: "all key vectors are the same: W_K gives nothing and only b_K is left, so no key beats another"
    case .resting:
      "\(fixed(head.topKeyShare)) goes to \(names[head.topKey]): heads rest there when they find nothing to do (Clark et al. "
        + "2019). This is learned, and no fault"
    case .even: "the scores are nearly equal for all keys: small weights in W_Q or W_K"
    case .keysAlone:
      "the scores depend on the key much more than on the query; most goes to \(names[head.topKey]), "
        + fixed(head.topKeyShare)
    }
  }

  private func remedy(_ cause: ConstantHead.Cause) -> String {
    switch cause {
    case .sameQueries, .sameKeys:
      "look whether these weights of the checkpoint are all 0, and whether it is the right one"
    case .resting: "w shows the length of what is carried: a value near 0 moves nothing"
    case .even, .keysAlone: "try another sentence; a head that never varies can be switched off (a) with little harm"
    }
  }

  mutating func lookAtSentences() {
    if let reason = state.reason(against: Analysis(VariabilityTask())) {
      remarks.append("Not looked at: whether heads differ between the sentences of the batch; \(reason).")
    }
    guard let variability, diagnosis.oddNumber == nil else { return }
    let heads = variability.enumerated().flatMap { layer, row in
      row.enumerated().filter { $0.element < 0.01 }.map { HeadIndex(layer: layer, head: $0.offset) }
    }
    guard let first = heads.first else {
      checks.append("every head differs between the sentences of the batch")
      return
    }
    let texts = state.shownTexts
    let isSame = texts[min(state.shownSentence, texts.count - 1)] == texts[state.otherSentence ?? 0]
    oddities.append(
      Oddity(
        "\(Words.count(heads.count, "head")) \(heads.count == 1 ? "attends" : "attend") alike in two sentences of the batch: "
          + listed(heads),
        cause: isSame
          ? "the two sentences are the same"
          : "such a head goes by positions, not by words: previous, next or first token; or it rests",
        remedy: isSame ? "give the batch sentences that differ (i)" : "its pattern stands in the Heads view (6)",
        at: place(.head, first)))
  }
}
