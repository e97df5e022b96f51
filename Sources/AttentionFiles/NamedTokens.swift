import Activations

/// Makes an input of tokens of which only the names are known.
///
/// A space mark (`Ġ`, `▁`) or the absence of `##` says where words begin, so that pieces can be joined; a vocabulary without marks has a
/// word a token. Tokens that are written as tokenizers write those that they add (`[CLS]`, `</s>`, `<|endoftext|>`) are such.
struct NamedTokens {
  let input: TokenizedInput
  /// The text that the tokens seem to be made of.
  let text: String

  /// - Parameters:
  ///   - names: one a position that is known; behind them, up to `count`, is PAD.
  ///   - attentionMask: false for PAD; nil where that is not known.
  init(_ names: [String], count: Int, attentionMask: [Bool]?) {
    let tokens = names.prefix(count) + Array(repeating: "[PAD]", count: max(count - names.count, 0))
    let mask = attentionMask ?? tokens.indices.map { $0 < names.count }
    let marks = Marks(tokens)
    var text = String.UnicodeScalarView()
    var offsets: [Range<Int>] = []
    var isSpecial: [Bool] = []
    var ids: [String: Int32] = [:]
    var inputIDs: [Int32] = []
    for (token, isReal) in zip(tokens, mask) {
      let id = ids[token] ?? Int32(ids.count)
      ids[token] = id
      inputIDs.append(id)
      let isAdded = !isReal || NamedTokens.isAdded(token)
      isSpecial.append(isAdded)
      guard !isAdded else {
        offsets.append(0..<0)
        continue
      }
      let (written, begins) = marks.read(token)
      if begins, !text.isEmpty { text.append(" ") }
      let start = text.count
      text.append(contentsOf: written)
      offsets.append(start..<text.count)
    }
    input = TokenizedInput(
      inputIDs: inputIDs, tokenTypeIDs: inputIDs.map { _ in 0 }, tokens: Array(tokens), offsets: offsets,
      specialTokensMask: isSpecial, sequenceIDs: isSpecial.map { $0 ? nil : 0 }, attentionMask: mask,
      isByteLevel: marks.isByteLevel)
    self.text = String(text)
  }

  /// Whether a token is written as those are that stand for nothing in the text: `[CLS]`, `<s>`, `<|endoftext|>`. `[MASK]` and `[UNK]`
  /// stand for something.
  static func isAdded(_ token: String) -> Bool {
    let known: Set<String> = [
      "[CLS]", "[SEP]", "[PAD]", "[BOS]", "[EOS]", "<s>", "</s>", "<pad>", "<cls>", "<sep>", "<bos>", "<eos>",
      "<|endoftext|>",
      "<|startoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>",
    ]
    return known.contains(token)
  }

  /// How a vocabulary marks where words begin.
  private struct Marks {
    let isByteLevel: Bool
    private let isSentencePiece: Bool
    private let isWordPiece: Bool

    init(_ tokens: some Sequence<String>) {
      isByteLevel = tokens.contains { $0.unicodeScalars.first == "\u{120}" }
      isSentencePiece = tokens.contains { $0.unicodeScalars.first == "\u{2581}" }
      isWordPiece = tokens.contains { $0.hasPrefix("##") && $0.utf8.count > 2 }
    }

    /// What a token writes, and whether a word begins with it.
    func read(_ token: String) -> (String.UnicodeScalarView, begins: Bool) {
      let scalars = token.unicodeScalars
      func rest(_ count: Int) -> String.UnicodeScalarView {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars.dropFirst(count))
        return view
      }
      if isWordPiece, token.hasPrefix("##"), scalars.count > 2 { return (rest(2), false) }
      if isByteLevel { return scalars.first == "\u{120}" ? (rest(1), true) : (scalars, false) }
      if isSentencePiece { return scalars.first == "\u{2581}" ? (rest(1), true) : (scalars, false) }
      return (scalars, true)
    }
  }
}
