import Activations
import Canvas
import Explorer
import Insights

/// What the Train view says in words: what to press first, how training goes on, and what became of the marked head.
struct TrainingDetail {
  let state: State
  let appearance: Appearance

  /// From long to short.
  var wordings: [String] {
    guard let learning = state.learning else {
      if let reason = state.taskAnswer?.reason { return [reason] }
      return [
        "Space trains, . takes one step, v: everything or only the prediction layer, t: another task, x: a sentence of the task",
        "Space trains, . one step, v what is updated, t task, x example", "Space trains, v what, t task",
        "Space trains",
      ]
    }
    if let failure = learning.failure { return [failure] }
    guard learning.snapshot != nil else { return ["reading the sentences and the weights" + signs.ellipsis] }
    if state.interventions.ablations.isEmpty == false, let off = HeadFacts(state: state, appearance: appearance).off {
      return off
    }
    if state.training.ground == .sentence, let reason = state.noHeadChanges { return [reason] }
    guard let changes = state.shownChange else { return ["comparing" + signs.ellipsis] }
    return words(changes)
  }

  private var signs: Signs { Signs(appearance) }

  private func words(_ changes: ShownChange) -> [String] {
    guard changes.changed > 0 else {
      let all = state.model.layers * state.model.heads
      return [
        "no head has changed: \(all) heads, change exactly 0"
          + (state.learning?.plan.scope == .head ? "; only the prediction layer is trained" : ""),
        "\(all) heads, change exactly 0",
      ]
    }
    let head = state.head
    guard let cosine = changes.change(of: head, by: .cosine), let largest = changes.change(of: head, by: .largest)
    else {
      return []
    }
    let place = state.name(of: head)
    let numbers = "1 - cosine \(Words.apart(cosine)), largest difference \(Words.difference(Float(largest)))"
    guard let pair = state.headChanges?.pairs.first(where: { $0.head == head }) else {
      return largest == 0
        ? ["\(place): change exactly 0", "change exactly 0"]
        : ["\(place): \(numbers)", numbers, "1 - cosine \(Words.apart(cosine))"]
    }
    let words = pairWords(pair)
    return [
      "\(place): \(numbers)\(signs.separator)\(words)\(signs.separator)Enter: before, after, difference; n: the most changed",
      "\(place): \(numbers)\(signs.separator)\(words)", "\(numbers)\(signs.separator)\(words)", words,
    ]
  }

  /// A pair of tokens with its probability before and after.
  func pairWords(_ pair: PairChange) -> String {
    let tokens = state.encoding?.input.names ?? []
    func name(_ position: Int) -> String {
      tokens.indices.contains(position) ? TokenText.plain(tokens[position], glyphs: appearance.glyphs) : "?"
    }
    return "\(name(pair.query)) \(signs.arrow) \(name(pair.key)) \(Words.fixed(Double(pair.before), 2)) to "
      + Words.fixed(Double(pair.after), 2)
  }
}

/// What a prediction layer makes of the sentence, in words.
struct LabelWords {
  let state: State

  /// From long to short; empty where there is no such layer.
  var wordings: [String] {
    guard let present = state.computation?.classification, let best = present.best else { return [] }
    func words(_ classification: Classification, most: Int) -> String {
      classification.ranked.prefix(most).map { "\(visible($0.label)) \(Words.fixed($0.probability, 2))" }
        .joined(separator: ", ")
    }
    let answer = "\(visible(best.label)) \(Words.fixed(best.probability, 2))"
    guard let before = state.results[.untrained]?.classification, state.learning?.snapshot ?? 0 > 0 else {
      return ["Prediction layer, untrained: \(words(present, most: 4))", "untrained: \(answer)"]
    }
    return [
      "Prediction layer: \(words(present, most: 4))  (before training: \(words(before, most: 4)))",
      "Prediction layer: \(words(present, most: 2)) (before: \(words(before, most: 2)))",
      "predicts \(answer) (before: \(words(before, most: 1)))", answer,
    ]
  }
}

extension Classification {
  /// Labels with their probabilities, the most probable first.
  var ranked: [(label: String, probability: Double)] {
    zip(labels, probabilities).map { ($0, $1) }.sorted { $0.1 > $1.1 }
  }

  /// The label that is predicted.
  var best: (label: String, probability: Double)? { ranked.first }
}
