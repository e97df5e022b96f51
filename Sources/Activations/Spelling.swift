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
    spellings = tokens.indices.map { position in
      guard attentionMask[position] else { return nil }
      place += 1
      guard let sequence = sequenceIDs[position], scalars.indices.contains(sequence), !replaced.contains(place) else {
        return nil
      }
      let (token, range, text) = (tokens[position], offsets[position], scalars[sequence])
      guard range.lowerBound >= 0, range.upperBound <= text.count, !range.isEmpty else { return nil }
      var written = String.UnicodeScalarView()
      for scalar in text[range] where !scalar.properties.isWhitespace { written.append(scalar) }
      guard !written.isEmpty else { return nil }
      return (token.hasPrefix("##") ? "##" : token.unicodeScalars.first == "\u{2581}" ? "\u{2581}" : "")
        + String(written)
    }
  }

  /// What each token is called, the same in all views: as the text writes it where that is known, PAD as `PAD` whatever the vocabulary
  /// calls it, and what was put by hand or by the tokenizer as the vocabulary has it. Untrusted text.
  ///
  /// - Parameter others: what tokens are called that the text does not write; their entries in the vocabulary where it is nil.
  public func names(others: [String]? = nil) -> [String] {
    let others = others ?? tokens
    return tokens.indices.map { position in
      guard attentionMask[position] else { return "PAD" }
      return (spellings.indices.contains(position) ? spellings[position] : nil) ?? others[position]
    }
  }
}
