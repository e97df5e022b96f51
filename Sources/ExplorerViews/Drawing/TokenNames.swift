import Activations
import Canvas
import Explorer

/// What tokens are called where a sentence is explained: as they stand in the text, so that `The` stays `The` where the
/// tokenizer made `the` of it. Pieces of words keep the mark that says so, PAD is `PAD` whatever the vocabulary calls it,
/// and what was put by hand or by the tokenizer keeps its own name.
struct TokenNames {
  /// One name a position, safe for a terminal.
  let names: [String]

  init(_ encoding: Encoding, glyphs: GlyphSet) {
    let input = encoding.input
    let request = encoding.request
    let first = request.texts.indices.contains(request.sentence) ? request.texts[request.sentence] : ""
    let ends = zip(input.offsets, input.sequenceIDs)
    let texts = [first, request.pair ?? ""].enumerated().map { index, text in
      // Only as far as tokens reach: a text may be much longer than what the model takes.
      Array(text.unicodeScalars.prefix(ends.filter { $0.1 == index }.map(\.0.upperBound).max() ?? 0))
    }
    let replaced = Set(input.replacedTokens.map(\.place))
    var place = -1
    names = input.tokens.indices.map { position in
      guard input.attentionMask[position] else { return "PAD" }
      place += 1
      let token = input.tokens[position]
      guard let sequence = input.sequenceIDs[position], texts.indices.contains(sequence), !replaced.contains(place),
        let text = TokenNames.text(input.offsets[position], of: texts[sequence])
      else { return TokenText.plain(token, glyphs: glyphs) }
      return visible((token.hasPrefix("##") ? "##" : "") + text, glyphs: glyphs)
    }
  }

  /// What stands there in the text; nil where that is nothing.
  private static func text(_ range: Range<Int>, of scalars: [Unicode.Scalar]) -> String? {
    guard range.lowerBound >= 0, range.upperBound <= scalars.count, !range.isEmpty else { return nil }
    var result = String.UnicodeScalarView()
    for scalar in scalars[range] where !scalar.properties.isWhitespace { result.append(scalar) }
    return result.isEmpty ? nil : String(result)
  }

  subscript(position: Int) -> String { names.indices.contains(position) ? names[position] : "" }
}
