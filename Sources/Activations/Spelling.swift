extension TokenizedInput {
  /// Notes how the texts write the tokens, so that `The` stays `The` where the tokenizer made `the` of it. Pieces of words and words
  /// after a space keep the mark that the vocabulary has for that (`##`, `▁`). What was put by hand or by the tokenizer has no spelling
  /// but its own.
  ///
  /// - Parameter texts: the text, and the second one of a pair.
  public mutating func spell(as texts: [String]) {
    let ends = zip(offsets, sequenceIDs)
    let scalars = texts.enumerated().map { index, text in
      // Only as far as tokens reach: a text may be much longer than what the model takes.
      Array(text.unicodeScalars.prefix(ends.filter { $0.1 == index }.map(\.0.upperBound).max() ?? 0))
    }
    let replaced = Set(replacedTokens.map(\.place))
    var place = -1
    let others = namesInVocabulary
    namesInText = tokens.indices.map { position in
      let other = others[position]
      // Byte-level writing keeps the case of the text already, and what it does not show of a character says which piece it is.
      guard attentionMask[position], !isByteLevel else { return other }
      place += 1
      guard let sequence = sequenceIDs[position], scalars.indices.contains(sequence), !replaced.contains(place) else {
        return other
      }
      let (token, range, text) = (tokens[position], offsets[position], scalars[sequence])
      guard range.lowerBound >= 0, range.upperBound <= text.count, !range.isEmpty, !token.isInBrackets else {
        return other
      }
      var written = String.UnicodeScalarView()
      for scalar in text[range] where !scalar.properties.isWhitespace { written.append(scalar) }
      guard !written.isEmpty else { return other }
      return (token.hasPrefix("##") ? "##" : token.unicodeScalars.first == "\u{2581}" ? "\u{2581}" : "")
        + String(written)
    }
  }

  /// What each token is called, the same in all views: as the text writes it where that is known, PAD as `PAD` whatever the vocabulary
  /// calls it, and what was put by hand or by the tokenizer as the vocabulary has it. Where the vocabulary is written in bytes (GPT-2's
  /// byte-level writing), the text of these bytes: a space before a word stays the `Ġ` that it is in the vocabulary, and of a character
  /// that several tokens are pieces of, each shows the character and which piece of it: `東₁`, `東₂`. Untrusted text.
  public var names: [String] { namesInText.count == count ? namesInText : namesInVocabulary }

  /// What tokens are called where nothing is known of their texts.
  private var namesInVocabulary: [String] {
    let entries = isByteLevel ? ByteLevelText.spelled(tokens) : tokens
    guard attentionMask.contains(false) else { return entries }
    return zip(entries, attentionMask).map { $1 ? $0 : "PAD" }
  }
}

extension String {
  /// Whether it is written as tokens are that stand for something: `[UNK]`, `<unk>`, `<0xE6>`.
  fileprivate var isInBrackets: Bool {
    utf8.count > 2 && (hasPrefix("[") && hasSuffix("]") || hasPrefix("<") && hasSuffix(">"))
  }
}
