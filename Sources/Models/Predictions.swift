import Activations
import Glibc

extension Model {
  /// What the masked-LM head expects for every `[MASK]` of an input; nil where the model has no such head.
  func predictions(_ input: TokenizedInput, _ trace: AttentionTrace) throws -> [MaskPrediction]? {
    guard description.hasMaskedLMHead, let mask = tokenizer.maskToken, let last = trace.hiddenStates.last
    else { return nil }
    let positions = input.inputIDs.indices.filter { input.inputIDs[$0] == mask.id && input.attentionMask[$0] }
    var result: [MaskPrediction] = []
    // A few at a time: the logits of a large vocabulary take a megabyte each.
    for start in stride(from: 0, to: positions.count, by: 16) {
      let part = Array(positions[start..<min(start + 16, positions.count)])
      guard let logits = try encoder.vocabularyLogits(of: last, at: part) else { return nil }
      for (row, position) in part.enumerated() {
        let original = input.replacedTokens.first { $0.place == input.place(at: position) }?.original
        result.append(prediction(logits.row(row), at: position, original: original))
      }
    }
    return result
  }

  private func prediction(_ logits: [Float], at position: Int, original: SpecialToken?) -> MaskPrediction {
    let largest = logits.reduce(-Float.infinity, max)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1 - largest)) }
    func candidate(_ id: Int, rank: Int) -> MaskPrediction.Candidate {
      MaskPrediction.Candidate(
        id: Int32(id), token: tokenizer.token(id: Int32(id)) ?? "#\(id)",
        probability: exp(Double(logits[id] - largest)) / sum, rank: rank)
    }
    let best = mostProbable(logits)
    return MaskPrediction(
      position: position, candidates: best.enumerated().map { candidate($1, rank: $0) },
      original: original.flatMap { original in
        let id = Int(original.id)
        guard logits.indices.contains(id) else { return nil }
        return candidate(id, rank: logits.count { $0 > logits[id] })
      })
  }

  /// The ids of the largest logits, in order.
  private func mostProbable(_ logits: [Float]) -> [Int] {
    var best: [Int] = []
    for id in logits.indices {
      if best.count == MaskPrediction.most, let last = best.last, logits[id] <= logits[last] { continue }
      let place = best.firstIndex { logits[id] > logits[$0] } ?? best.count
      best.insert(id, at: place)
      if best.count > MaskPrediction.most { best.removeLast() }
    }
    return best
  }
}
