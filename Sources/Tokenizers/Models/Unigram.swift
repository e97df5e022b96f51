/// Splits a text into the pieces with the highest sum of scores.
///
/// Source: `Unigram` of Hugging Face's `tokenizers`, whose `encode_optimized` follows SentencePiece's `EncodeOptimized`.
struct Unigram: Sendable {
  let vocabulary: Vocabulary
  /// The score of each id.
  let scores: [Double]
  let trie: ByteTrie
  /// nil where there is no unknown token: a character that the vocabulary does not have then gets the id -1.
  let unknownID: Int32?
  /// The score of a character that the vocabulary does not have.
  let unknownScore: Double
  /// The tokens `<0x00>` to `<0xFF>` that unknown text is written with; nil where it is unknown, -1 where there is no token for
  /// a byte.
  let byteTokens: [Int32]?

  /// How much an unknown character is worse than the worst piece.
  static let unknownPenalty = 10.0

  /// The best way to each place of a text.
  struct Path {
    struct Node {
      var id: Int32 = 0
      /// Where the last piece starts; -1 while no way leads here.
      var start: Int32 = -1
      var score = 0.0
    }

    fileprivate var nodes: [Node] = []
    fileprivate var pieces: [(start: Int, end: Int, id: Int32)] = []
  }

  func tokenize(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    let unknownID = self.unknownID ?? -1
    findBestPath(of: text, unknownID, &tokens.scratch.path)
    for piece in tokens.scratch.path.pieces.reversed() {
      let range = piece.start..<piece.end
      if piece.id != unknownID {
        tokens.add(piece.id, range)
        continue
      }
      // Unknown characters in a row have been joined, which may give a piece after all.
      let unknown = UnsafeBufferPointer(rebasing: text[range])
      if let id = vocabulary.id(of: unknown) {
        tokens.add(id, range)
      } else if let byteTokens, unknown.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
        for byte in unknown { tokens.add(byteTokens[Int(byte)], range) }
      } else {
        tokens.add(unknownID, text: range)
      }
    }
  }

  private func findBestPath(of text: UnsafeBufferPointer<UInt8>, _ unknownID: Int32, _ path: inout Path) {
    path.nodes.removeAll(keepingCapacity: true)
    path.nodes.append(contentsOf: repeatElement(Path.Node(), count: text.count + 1))
    path.pieces.removeAll(keepingCapacity: true)
    path.nodes.withUnsafeMutableBufferPointer { nodes in
      var start = 0
      while start < text.count {
        let score = nodes[start].score
        let characterEnd = start + utf8Length(ofFirstByte: text[start])
        var hasCharacter = false
        func reach(_ end: Int, _ id: Int32, _ candidate: Double) {
          if nodes[end].start < 0 || candidate > nodes[end].score {
            nodes[end] = Path.Node(id: id, start: Int32(truncatingIfNeeded: start), score: candidate)
          }
        }
        trie.forEachMatch(in: text, at: start) { end, id in
          reach(end, id, scores[Int(id)] + score)
          if end == characterEnd { hasCharacter = true }
        }
        if !hasCharacter { reach(characterEnd, unknownID, unknownScore + score) }
        start = characterEnd
      }
    }
    var end = text.count
    while end > 0 {
      let node = path.nodes[end]
      let start = max(0, min(Int(node.start), end - 1))
      if node.id == unknownID, let last = path.pieces.last, last.id == unknownID {
        path.pieces[path.pieces.count - 1].start = start
      } else {
        path.pieces.append((start, end, node.id))
      }
      end = start
    }
  }
}
