import Activations
import Explorer
import Insights

/// Checks of the numbers: NaN and infinity in weights and results, PAD that takes attention, uniform heads.
extension OddityFinder {
  mutating func lookAtNumbers() {
    let damaged = state.model.damagedTensors
    if let first = damaged.first {
      oddities.append(
        Oddity(
          symptom: "Weights that are no numbers: \(first)"
            + (damaged.count > 1 ? ", and \(damaged.count - 1) more" : ""),
          cause:
            "the file is damaged, or training diverged and was saved; whatever such a weight touches becomes NaN, too",
          remedy: "fetch the checkpoint again, or take an earlier one of the training", place: "the list of models",
          goal: .action(.openModels)))
    }
    if let odd = diagnosis.oddNumber {
      let seen = OddPlace(odd: odd, names: names, countFrom: state.countFrom)
      oddities.append(
        Oddity(
          "\(seen.kind == "NaN" ? "NaN" : "Infinity") among the numbers, first in \(seen.place)",
          cause: "\(seen.cause); everything after it only passes it on"
            + (damaged.isEmpty ? "" : ". The weights named above are in it"),
          remedy: damaged.isEmpty
            ? "look at what this step is given, not at the end, where it shows"
            : "repair the weights; then this disappears",
          at: place(
            .steps, HeadIndex(layer: min(seen.visibleInLayer, encoding.trace.layers.count - 1), head: seen.head),
            query: seen.position, stage: seen.stage),
          stageName: StepWording.name(seen.stage, signs)))
    } else {
      checks.append(
        "every number of \(Words.count(encoding.trace.layers.count, "layer")) is finite: no NaN, no infinity")
    }
    if damaged.isEmpty {
      checks.append(
        "the checkpoint has every tensor of the encoder"
          + (state.model.ignoredTensors.isEmpty
            ? "" : "; not used: \(listed(state.model.ignoredTensors, most: 2))"))
    }
  }

  mutating func lookAtPadding() {
    guard let padding = diagnosis.padding else {
      if input.count == input.realCount { checks.append("there is no PAD") }
      return
    }
    if padding.shareIfEven > 0 {
      let byHand = mode != .none
      oddities.append(
        Oddity(
          "PAD collects attention: \(fixed(padding.share)) of what the tokens give, in \(name(padding.head)) "
            + fixed(padding.shareOfHead),
          cause: byHand
            ? "keys of PAD were allowed by hand, so they take part in the softmax like words"
            : "mask none adds 0 to the scores of PAD instead of \(signs.minusInfinity), so PAD takes part in every softmax "
              + "like a word; even attention would give it \(fixed(padding.shareIfEven))",
          remedy: byHand ? "X takes the changes of the mask back" : "m chooses another mask: keys blocks PAD",
          at: place(.mask, padding.head, query: padding.query, key: padding.key)))
      return
    }
    checks.append("PAD gets no attention: mask \(mode.rawValue) blocks its keys")
    guard let effect = computation.paddingEffect, effect.attention >= 1e-3 else { return }
    let isLeft = encoding.request.padSide == .left
    oddities.append(
      Oddity(
        "Padding changes the real tokens by \(signs.plusMinus)\(Words.difference(effect.attention)), though PAD is masked",
        cause: isLeft
          ? "PAD on the left moves every token to a later position, and this model adds an embedding for each position"
          : "something beside attention reaches over PAD here: a convolution, or positions that count it",
        remedy: isLeft ? "s puts PAD on the right" : "compare without padding: p",
        at: place(.mask, query: padding.query, key: padding.key)))
  }

  mutating func lookAtEvenness() {
    guard diagnosis.oddNumber == nil, let evenness = diagnosis.evenness else { return }
    let means =
      "mean entropy \(fixed(evenness.entropy)) of at most \(fixed(evenness.ceiling)) nats (ln of the visible keys)"
    guard evenness.isEverywhere else {
      checks.append(
        "heads are not even: \(means); sharpest \(name(evenness.sharpest)), \(fixed(evenness.sharpestEntropy))")
      return
    }
    let unused = state.model.ignoredTensors
    oddities.append(
      Oddity(
        "Every head is near even: \(means)",
        cause:
          "all scores are near 0, as weights make them that were never trained or not loaded. Missing tensors: none "
          + "(without one a checkpoint is not opened); not used: "
          + (unused.isEmpty ? "none" : listed(unused, most: 3)),
        remedy: "see whether this is the trained checkpoint (M: its files), and whether what is not used should be",
        at: place(.steps, evenness.sharpest, stage: .scale), stageName: StepWording.name(.scale, signs)))
  }
}
