import JSON

extension SentencePieceFile {
  /// A piece of a vocabulary with its score.
  typealias Scored = (text: String, score: Double)

  var scored: [Scored] { pieces.map { ($0.text, Double($0.score)) } }

  /// The pieces that are tokens of their own wherever they stand in a text: control symbols, which are special, and those that a
  /// person has asked for.
  var addedTokens: [AddedToken] {
    pieces.filter { $0.kind == .control || $0.kind == .userDefined }
      .map { AddedToken(content: $0.text, normalized: false, special: $0.kind == .control) }
  }

  /// The number of a piece that has the score 0, as special tokens have.
  func number(ofUnscored text: String) -> Int? {
    pieces.firstIndex { $0.score == 0 && $0.text.utf8.elementsEqual(text.utf8) }
  }

  /// A unigram model, as `transformers` makes it.
  func unigram(_ pieces: [Scored], unknownID: Int, usesByteFallback: Bool = false) throws(TokenizerError)
    -> TokenizerModel
  {
    guard pieces.indices.contains(unknownID) else {
      throw TokenizerError(file: path, "has \(pieces.count) pieces, fewer than its kind of tokenizer has")
    }
    var vocabulary = Vocabulary(reserving: pieces.count)
    var trie = ByteTrie(reserving: pieces.count * 2)
    for (id, piece) in pieces.enumerated() {
      let token = JSONString(piece.text)
      try vocabulary.insert(token, id: id, replacing: true, file: path)
      token.withUTF8 { trie.insert($0, value: Int32(id)) }
    }
    return .unigram(
      Unigram(
        vocabulary: vocabulary, scores: pieces.map(\.score), trie: trie, unknownID: Int32(unknownID),
        unknownScore: (pieces.map(\.score).min() ?? 0) - Unigram.unknownPenalty,
        byteTokens: usesByteFallback ? vocabulary.byteTokens : nil))
  }

  /// The pieces as a vocabulary.
  func vocabulary() throws(TokenizerError) -> Vocabulary {
    var vocabulary = Vocabulary(reserving: pieces.count)
    for (id, piece) in pieces.enumerated() { try vocabulary.insert(JSONString(piece.text), id: id, file: path) }
    return vocabulary
  }

  /// How merges are ranked that a file of pieces does not list.
  enum MergeOrder {
    /// By the id of what they give, then by the lengths of the parts. Source: `generate_merges` of `transformers`.
    case ids
    /// By the score of what they give, then by its id and the parts; only normal pieces are merged. Source:
    /// `build_tokenizer_from_spm_proto`.
    case scores
  }

  /// The merges of a BPE model: each piece is what any two others give that it can be divided into.
  func merges(_ vocabulary: Vocabulary, by order: MergeOrder) -> MergeTable {
    struct Merge {
      var left: Int32
      var right: Int32
      var leftLength: Int32
      var rightLength: Int32
      var result: Int32
    }
    func isMerged(_ id: Int32) -> Bool { order == .ids || pieces[Int(id)].kind == .normal }
    var merges: [Merge] = []
    for (id, piece) in pieces.enumerated() where isMerged(Int32(id)) {
      var text = piece.text
      text.withUTF8 { text in
        let length = Int32(text.scalarCount)
        var left = TokenHash()
        var characters: Int32 = 0
        for index in 0..<max(0, text.count - 1) {
          left.append(text[index])
          guard text[index + 1] & 0xC0 != 0x80 else { continue }
          characters += 1
          guard
            let leftID = vocabulary.id(of: UnsafeBufferPointer(rebasing: text[...index]), hash: left),
            let rightID = vocabulary.id(of: UnsafeBufferPointer(rebasing: text[(index + 1)...])),
            isMerged(leftID), isMerged(rightID)
          else { continue }
          merges.append(
            Merge(
              left: leftID, right: rightID, leftLength: characters, rightLength: length - characters,
              result: Int32(id)))
        }
      }
    }
    switch order {
    case .ids:
      merges.sort { ($0.result, $0.leftLength, $0.rightLength) < ($1.result, $1.leftLength, $1.rightLength) }
    case .scores:
      merges.sort { first, second in
        let scores = (pieces[Int(first.result)].score, pieces[Int(second.result)].score)
        if scores.0 != scores.1 { return scores.0 > scores.1 }
        if first.result != second.result { return first.result < second.result }
        // Of two divisions of one text, the shorter left part is the beginning of the longer one.
        return first.leftLength < second.leftLength
      }
    }
    var table = MergeTable(reserving: merges.count)
    for (rank, merge) in merges.enumerated() {
      table.insert(merge.left, merge.right, MergeTable.Merge(rank: Int32(rank), id: merge.result))
    }
    return table
  }
}
