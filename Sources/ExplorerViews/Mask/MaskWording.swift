import Activations
import Explorer
import Insights

/// The mask in words.
struct MaskWording {
  let steps: HeadSteps
  let state: State

  private var signs: Signs { steps.signs }

  /// A sentence about every mode, from long to short.
  static func mode(_ mode: MaskMode) -> [String] {
    switch mode {
    case .keys:
      [
        "No query attends to PAD. The standard of every encoder; the rows of PAD go on and are ignored later.",
        "No query attends to PAD: the standard.",
      ]
    case .none:
      [
        "Nothing is blocked: PAD is attended to like any word, and takes attention away from the words.",
        "PAD is attended to like any word: wrong.",
      ]
    case .full:
      [
        "The lecture's matrix: no query attends to PAD, and PAD attends to nothing. A row without keys is all 0.",
        "PAD neither is attended to nor attends.",
      ]
    case .causal:
      [
        "No query attends to what comes later, nor to PAD: a triangle, as in models that generate text.",
        "No query attends to what comes later.",
      ]
    }
  }

  /// The marked pair, from long to short.
  var detail: [String] {
    if let computation = state.computation {
      let odd = OddWords(steps: steps, computation: computation).wordings
      if !odd.isEmpty { return odd }
    }
    let name = "S(\(steps.queryName), \(steps.keyName))"
    let (score, scaled) = steps.layer.scores(steps)
    let edited = state.encoding?.isEditedByHand(query: steps.query, key: steps.key) == true ? ", changed by hand" : ""
    guard steps.layer.hasVectors else {
      let probability = Words.fixed(Double(steps.probability(steps.key)), 4)
      return steps.isVisible(steps.key)
        ? [
          "\(name) is let through (1): probability \(probability); the file holds no scores",
          "\(name) is let through (1): probability \(probability)", "\(name): probability \(probability)",
        ] : ["\(name) is blocked (0): probability 0", "\(name) is blocked"]
    }
    guard steps.isVisible(steps.key) else {
      return [
        "\(name) = \(score) is blocked (0\(edited)): scaled \(scaled), masked \(signs.minusInfinity), probability 0. \(reason)",
        "\(name) is blocked (0\(edited)). \(reason)", "\(name) is blocked",
      ]
    }
    let probability = Words.fixed(Double(steps.probability(steps.key)), 4)
    let pad = padWarning
    return [
      "\(name) = \(score) is let through (1\(edited)): scaled \(scaled), probability \(probability)\(off)\(pad)",
      "\(name) = \(score) is let through (1\(edited)): scaled \(scaled), probability \(probability)",
      "\(name) is let through (1\(edited)): probability \(probability)", "\(name): probability \(probability)",
    ]
  }

  /// PAD collecting attention, and its cause.
  private var padWarning: String {
    guard steps.input.attentionMask[steps.query] else { return "" }
    let pads = (0..<steps.positions).filter { !steps.input.attentionMask[$0] && steps.isVisible($0) }
    guard !pads.isEmpty else { return "" }
    let share = pads.reduce(0) { $0 + Double(steps.probability($1)) }
    return ". PAD takes \(Words.fixed(share, 2)) of \(steps.queryName)'s attention, because no mask blocks it"
  }

  /// Even attention comes of no score.
  private var off: String { steps.ablation == .uniformAttention ? " (head off: even)" : "" }

  private var reason: String {
    switch state.encoding.flatMap({ BlockReasons(steps, $0).reason(query: steps.query, key: steps.key) }) {
    case .neighbours: "This layer only looks at neighbours."
    case .laterOfFamily: "The key comes later, and \(state.model.family) blocks that whatever the mask."
    case .padOfFamily: "The query is PAD, and \(state.model.family) blocks those whatever the mask."
    case .byHand: "Blocked by hand."
    case .keyIsPad: "The key is PAD."
    case .queryIsPad: "The query is PAD."
    case .keyIsLater: "The key comes later."
    case nil: ""
    }
  }

  /// What the layer or a hand has changed in the mask that its mode gives; nil where nothing.
  var additions: [String] {
    var lines: [String] = []
    if let encoding = state.encoding {
      let edited = encoding.pairsEditedByHand
      if edited > 0 { lines.append("\(Words.count(edited, "pair")) changed by hand (marked *).") }
      let blocked = BlockReasons(steps, encoding).ofFamily(state.layerMasks)
      if blocked.pad > 0 {
        lines.append(
          "\(state.model.family) blocks PAD queries whatever the mask says: \(Words.count(blocked.pad, "pair")) more are blocked."
        )
      }
      if blocked.later > 0 {
        lines.append(
          "\(state.model.family) is causal by nature: no query sees later keys, whatever the mask says: \(Words.count(blocked.later, "pair")) more \(blocked.later == 1 ? "is" : "are") blocked."
        )
      }
      if blocked.neighbours > 0 { lines.append(neighbours(encoding, pairs: blocked.neighbours)) }
      if encoding.input.realCount == encoding.input.count, state.model.recorded == nil {
        lines.append("There is no PAD here: press p to fill up with PAD, and see what the mask does with it.")
      }
    }
    if steps.layer.scoreBias != nil {
      lines.append(
        "\(state.model.family) adds to each scaled score \(steps.family.addition); the mask comes after it.")
    }
    if state.maskView.showsWordsOnly {
      lines.append("Special tokens are hidden from this picture only (w): the encoder still sees them.")
    }
    return lines
  }

  /// Which layers look at neighbours only.
  private func neighbours(_ encoding: Encoding, pairs: Int) -> String {
    let layers = encoding.trace.layers
    let block = steps.layer.traits?.block
    let masks = state.layerMasks
    let local = layers.indices.filter { layer in
      if let block { return layers[layer].traits?.block == block }
      return masks?.areSame(layer, steps.index.layer) ?? (layers[layer].mask == steps.layer.mask)
    }.map { "\($0 + steps.countFrom)" }
    let others = layers.count - local.count
    let which =
      local.count == 1
      ? "Layer \(local[0]) of \(state.model.family) only looks at neighbours"
      : "Layers \(local.dropLast().joined(separator: ", ")) and \(local.last ?? "") of \(state.model.family) only look at neighbours"
    let rest =
      others == 0
      ? ""
      : " The other \(Words.count(others, "layer")) \(others == 1 ? "looks" : "look") at all that the mask lets through."
    return "\(which): \(Words.count(pairs, "pair")) more \(pairs == 1 ? "is" : "are") blocked.\(rest)"
  }

  /// A query that may see no key at all: the marked one, or the first; nil where there is none.
  var blockedQuery: Int? {
    // What implementations make of it follows from scores.
    guard steps.layer.hasVectors else { return nil }
    let mask = steps.layer.mask
    if mask.visibleKeys(query: steps.query) == 0 { return steps.query }
    if let runs = state.layerMasks?[steps.index.layer] { return state.positionsInMask.first { runs[$0].isEmpty } }
    return state.positionsInMask.first { mask.visibleKeys(query: $0) == 0 }
  }

  /// What implementations make of a row without keys, on this very row.
  func blockedRow(_ query: Int, keys: [Int], columns: Int) -> [String] {
    let softmax = SoftmaxSteps(layer: steps.layer, head: steps.index.head, query: query)
    let lines = BlockingMethod.allCases.map { method -> String in
      let probabilities = softmax.probabilities(method)
      let name = methodName(method)
      let padded = name + String(repeating: " ", count: max(26 - name.count, 1))
      let room = max((columns - padded.count) / 6, 1)
      let numbers = keys.prefix(room).map { Words.fixed(Double(probabilities[$0]), 2) }
      return padded + numbers.map { String(repeating: " ", count: max(5 - $0.count, 0)) + $0 }.joined(separator: " ")
        + (keys.count > room ? signs.ellipsis : "")
    }
    return ["\(steps.names[query]) may see no key. What implementations make of this row, the cause of many a NaN:"]
      + lines
  }

  private func methodName(_ method: BlockingMethod) -> String {
    switch method {
    case .zero: "0 by definition (here)"
    case .addedNumber: "-10000 added: unmasked"
    case .lowestNumber: "lowest number: even"
    case .minusInfinity: "\(signs.minusInfinity): NaN"
    }
  }
}

extension LayerTrace {
  /// q · k of the marked pair, and scaled, with what the family adds.
  fileprivate func scores(_ steps: HeadSteps) -> (score: String, scaled: String) {
    let (head, query, key) = (steps.index.head, steps.query, steps.key)
    return (
      Words.fixed(Double(attentionScore(head: head, query: query, key: key)), 3),
      Words.fixed(Double(scaledScore(head: head, query: query, key: key)), 3)
    )
  }
}
