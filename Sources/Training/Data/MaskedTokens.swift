import Activations

/// Tokens that are replaced for masked language modelling (Devlin et al. 2018): of all tokens that are not special, a share is
/// predicted; of those, 80 % become `[MASK]`, 10 % a random token, and 10 % stay.
package struct MaskedTokens: Sendable {
  /// The sentences with tokens replaced.
  package let inputs: [TokenizedInput]
  /// What is predicted, and what it was.
  package let tokens: [(sentence: Int, position: Int, id: Int)]

  /// - Parameter mask: the id of `[MASK]`; `vocabulary`: how many tokens there are.
  init(
    _ sentences: [TokenizedInput], share: Double = 0.15, mask: Int32, vocabulary: Int,
    using generator: inout SeededGenerator
  ) {
    var (inputs, tokens) = (sentences, [(sentence: Int, position: Int, id: Int)]())
    for (index, sentence) in sentences.enumerated() {
      let candidates = sentence.specialTokensMask.indices.filter { !sentence.specialTokensMask[$0] }
      var chosen = candidates.filter { _ in generator.unit() < share }
      // Short sentences would often have none.
      if chosen.isEmpty, let one = candidates.randomElement(using: &generator) { chosen = [one] }
      for position in chosen {
        tokens.append((index, position, Int(sentence.inputIDs[position])))
        let kind = generator.unit()
        if kind < 0.8 {
          inputs[index].inputIDs[position] = mask
        } else if kind < 0.9 {
          inputs[index].inputIDs[position] = Int32(Int.random(in: 0..<vocabulary, using: &generator))
        }
      }
    }
    self.inputs = inputs
    self.tokens = tokens
  }
}
