import Activations
import Canvas
import Explorer
import Insights

/// What was changed by hand and what came of it, in words, from long to short.
struct InterventionWords {
  let state: State
  let appearance: Appearance
  let computation: Computation

  private var encoding: Encoding { computation.encoding }
  private var signs: Signs { Signs(appearance) }

  // MARK: What was changed, and how far everything moved

  var effect: [String] {
    let change = changes.joined(separator: ", ") + " (u undoes)"
    let short = shortChanges.joined(separator: ", ")
    guard let effect = computation.interventionEffect else { return ["By hand: \(change)."] }
    let attention = signs.plusMinus + Words.difference(effect.attention)
    let hidden = signs.plusMinus + Words.difference(effect.hidden)
    let most = effect.mostDifferent.map { ", most in \(state.name(of: $0))" } ?? ""
    return [
      "By hand: \(change). Compared with the same without: attention \(attention)\(most); last hidden states \(hidden).",
      "By hand: \(change). Without: attention \(attention)\(most), hidden \(hidden).",
      "By hand: \(change): attention \(attention), hidden \(hidden)",
      "\(short) (u undoes): attention \(attention)\(most), hidden \(hidden)",
      "\(short) (u undoes): attention \(attention), hidden \(hidden)", "\(short): \(attention), hidden \(hidden)",
    ]
  }

  private var changes: [String] {
    let request = encoding.request
    var changes: [String] = []
    if !request.maskEdits.isEmpty {
      let pairs = encoding.pairsEditedByHand
      changes.append(
        pairs == 0 ? "mask as its mode makes it" : "\(Words.count(pairs, "pair")) of the mask edited")
    }
    if !request.replacedTokens.isEmpty { changes.append("[MASK] for \(replacedNames)") }
    if let kind = request.ablations.last(where: { $0.head == state.head })?.kind {
      let others = request.ablations.count - 1
      changes.append(
        "this head off (\(kind.words), \(kind.source))" + (others > 0 ? " and \(Words.count(others, "other"))" : ""))
      return changes
    }
    switch request.ablations.count {
    case 0: break
    case 1...2:
      changes.append(
        request.ablations.map { "\(state.name(of: $0.head)) off (\($0.kind.words))" }.joined(separator: ", "))
    default: changes.append("\(request.ablations.count) heads off")
    }
    return changes
  }

  private var shortChanges: [String] {
    let request = encoding.request
    var changes: [String] = []
    if !request.maskEdits.isEmpty { changes.append("\(Words.count(encoding.pairsEditedByHand, "pair")) by hand") }
    if !request.replacedTokens.isEmpty { changes.append("[MASK]") }
    if !request.ablations.isEmpty { changes.append("\(Words.count(request.ablations.count, "head")) off") }
    return changes
  }

  private var replacedNames: String {
    let replaced = encoding.input.replacedTokens
    let names = replaced.prefix(3).map { TokenText.plain($0.original.content, glyphs: appearance.glyphs) }
    return names.joined(separator: ", ") + (replaced.count > 3 ? " and \(replaced.count - 3) more" : "")
  }

  // MARK: What the model expects for [MASK]

  var predictions: [String] {
    guard let predictions = encoding.predictions else {
      return state.model.predictionNotes.map { "[MASK]: \($0)" } + [
        "[MASK]: this checkpoint has no masked-LM head, so it predicts no token; bert-base-uncased and distilroberta-base "
          + "have one: headscope models pull google-bert/bert-base-uncased",
        "[MASK]: no masked-LM head, so no prediction; bert-base-uncased has one: "
          + "headscope models pull google-bert/bert-base-uncased",
        "[MASK]: no masked-LM head; models pull google-bert/bert-base-uncased has one",
        "[MASK]: this checkpoint has no masked-LM head: no predictions.", "[MASK]: no masked-LM head",
      ]
    }
    // The one under the cursor, or the first.
    guard let prediction = predictions.first(where: { $0.position == state.query }) ?? predictions.first else {
      return []
    }
    let place = "[MASK] (\(prediction.position + state.countFrom))"
    let list = list(prediction.candidates, 5)
    let original = prediction.original.map { "; \(candidate($0)) was there, rank \($0.rank + 1)" } ?? ""
    // Compared with the run without mask edits and ablations, where that has the same [MASK].
    let before = computation.predictionsBefore.first { $0.position == prediction.position }
    let without = before.map { "; without: " + self.list($0.candidates, 2) } ?? ""
    let notes = state.model.predictionNotes.map { "; \($0)" }.joined()
    return [
      "\(place) is expected to be \(list)\(original)\(without)\(notes)",
      "\(place) is expected to be \(list)\(original)\(without)",
      "\(place): \(list)\(original)\(without)", "\(place): \(list)\(before == nil ? original : without)",
      "\(place): \(list)",
      "\(place): \(self.list(prediction.candidates, 3))", self.list(prediction.candidates, 2),
    ]
  }

  private func list(_ candidates: [MaskPrediction.Candidate], _ count: Int) -> String {
    candidates.prefix(count).map(candidate).joined(separator: ", ")
  }

  private func candidate(_ candidate: MaskPrediction.Candidate) -> String {
    TokenText.plain(candidate.token, glyphs: appearance.glyphs) + " " + Words.fixed(candidate.probability, 3)
  }
}

extension Encoding {
  /// Whether the input holds `[MASK]`: what was put there by hand, or what the head has something to say about.
  var hasMaskToken: Bool { !input.replacedTokens.isEmpty || !(predictions ?? []).isEmpty }
}
