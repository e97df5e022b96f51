import Activations
import Support

/// A token as a session names it: by its word, `it`; by word and position where the word stands twice, `the·4`; or by
/// position alone.
struct TokenName {
  private let text: String

  init(_ text: String) { self.text = text }

  /// Where it is in an input.
  ///
  /// - Throws: in words, why there is no such token, or which of several it may be.
  func position(in input: TokenizedInput) throws(QuantityFailure) -> Int {
    if let position = Int(decimal: text) {
      guard input.tokens.indices.contains(position) else {
        throw QuantityFailure("there is no token \(position): they count from 0 to \(input.count - 1)")
      }
      return position
    }
    let parts = text.split(separator: "·", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, let position = Int(decimal: parts[1]) {
      guard places(of: parts[0], in: input).contains(position) else {
        throw QuantityFailure("the token at \(position) is not '\(parts[0])'")
      }
      return position
    }
    let places = places(of: text, in: input)
    guard let first = places.first else { throw QuantityFailure("the sentence has no token '\(text)'") }
    guard places.count == 1 else {
      let names = places.map { "\(text)·\($0)" }.joined(separator: ", ")
      throw QuantityFailure("'\(text)' stands more than once: it is one of \(names)")
    }
    return first
  }

  /// Where a word stands: written the same, or where nothing is, but for capital letters and the mark of its beginning.
  private func places(of word: String, in input: TokenizedInput) -> [Int] {
    let same = input.tokens.indices.filter { input.tokens[$0].utf8.elementsEqual(word.utf8) }
    guard same.isEmpty else { return same }
    let wanted = word.lowercased()
    return input.tokens.indices.filter { position in
      let token = input.tokens[position].lowercased()
      return token == wanted || token.first.map { "ġ▁".contains($0) } == true && token.dropFirst() == wanted
    }
  }
}
