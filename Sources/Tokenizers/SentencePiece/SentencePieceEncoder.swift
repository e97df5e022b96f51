/// SentencePiece's own segmentation of a normalized text, for tokenizers that call its library: unigram or BPE, with the ids of a
/// vocabulary beside it.
///
/// Source: `unigram::Model::EncodeOptimized`, `bpe::Model::SampleEncode` and `PopulateSentencePieceText` of google/sentencepiece.
/// Scores and their sums are of single precision there.
struct SentencePieceEncoder: Sendable {
  /// The pieces, by their numbers in the model.
  private let pieces: Vocabulary
  private let trie: ByteTrie
  private let kinds: [SentencePieceFile.Kind]
  private let scores: [Float]
  /// For BPE: which piece is made first.
  private let ranks: [Int32]
  private let isBPE: Bool
  private let lowestScore: Float
  private let highestScore: Float
  /// The pieces `<0x00>` to `<0xFF>`; nil where unknown characters are not written with them.
  private let bytePieces: [Int32]?
  /// The ids that tokens get, and their names.
  let vocabulary: Vocabulary
  let unknownID: Int32
  /// The id of each piece.
  private let ids: [Int32]
  /// How many tokens at the start of a text are those of a prefix, and left out.
  var skipped = 0

  init(_ file: SentencePieceFile, vocabulary: Vocabulary, unknownID: Int32) throws(TokenizerError) {
    let pieces = try file.vocabulary()
    self.pieces = pieces
    self.vocabulary = vocabulary
    self.unknownID = unknownID
    isBPE = file.algorithm == .bpe
    kinds = file.pieces.map(\.kind)
    scores = file.pieces.map(\.score)
    let normal = file.pieces.lazy.filter { $0.kind == .normal }.map(\.score)
    lowestScore = normal.min() ?? .greatestFiniteMagnitude
    highestScore = max(normal.max() ?? .leastNormalMagnitude, .leastNormalMagnitude)
    bytePieces = file.usesByteFallback ? pieces.byteTokens : nil
    var trie = ByteTrie(reserving: file.pieces.count * 2)
    var ids: [Int32] = []
    for (number, piece) in file.pieces.enumerated() {
      var text = piece.text
      let isFound = piece.kind == .normal || piece.kind == .userDefined || piece.kind == .unused && !file.usesBPE
      text.withUTF8 { if isFound { trie.insert($0, value: Int32(number)) } }
      ids.append(number == file.unknownID ? unknownID : vocabulary.id(of: piece.text) ?? unknownID)
    }
    self.trie = trie
    self.ids = ids
    var ranks = [Int32](repeating: 0, count: scores.count)
    let order = scores.indices.sorted { [scores] in scores[$0] > scores[$1] }
    for (place, number) in order.enumerated() {
      // Pieces of one score are of one rank.
      let isSame = place > 0 && scores[order[place - 1]] == scores[number]
      ranks[number] = isSame ? ranks[order[place - 1]] : Int32(place)
    }
    self.ranks = ranks
  }

  func tokenize(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    var found: [(range: Range<Int>, piece: Int32?)] = isBPE ? pairs(of: text) : path(of: text)
    if let bytePieces {
      found = found.flatMap { part -> [(Range<Int>, Int32?)] in
        if part.piece != nil { return [part] }
        return text[part.range].map { (part.range, bytePieces[Int($0)] < 0 ? nil : bytePieces[Int($0)]) }
      }
    }
    var number = 0
    var unknown: Range<Int>?
    func finishUnknown(_ tokens: inout TokenSink) {
      guard let range = unknown else { return }
      unknown = nil
      number += 1
      // Unknown pieces in a row are one, which the vocabulary beside the model may have.
      if number > skipped {
        tokens.add(vocabulary.id(of: UnsafeBufferPointer(rebasing: text[range])) ?? unknownID, text: range)
      }
    }
    for (range, piece) in found {
      guard let piece else {
        unknown = (unknown?.lowerBound ?? range.lowerBound)..<range.upperBound
        continue
      }
      finishUnknown(&tokens)
      number += 1
      if number > skipped { tokens.add(ids[Int(piece)], range) }
    }
    finishUnknown(&tokens)
  }

  /// How many pieces a text has.
  func count(of text: UnsafeBufferPointer<UInt8>) -> Int {
    var sink = TokenSink(text: NormalizedText(original: Array(text)), reserving: text.count)
    sink.begin(piece: 0..<text.count)
    tokenize(text, into: &sink)
    return sink.count
  }

  // MARK: - Unigram

  private struct Node {
    var piece: Int32 = -1
    var start: Int32 = -1
    var score: Float = 0
  }

  private func path(of text: UnsafeBufferPointer<UInt8>) -> [(range: Range<Int>, piece: Int32?)] {
    var nodes = [Node](repeating: Node(), count: text.count + 1)
    let unknownScore = lowestScore - Float(Unigram.unknownPenalty)
    var start = 0
    while start < text.count {
      let score = nodes[start].score
      let characterEnd = start + utf8Length(ofFirstByte: text[start])
      var hasCharacter = false
      func reach(_ end: Int, _ piece: Int32, _ candidate: Float) {
        guard nodes[end].start < 0 || candidate > nodes[end].score else { return }
        nodes[end] = Node(piece: piece, start: Int32(truncatingIfNeeded: start), score: candidate)
      }
      trie.forEachMatch(in: text, at: start) { end, piece in
        let kind = kinds[Int(piece)]
        if kind == .unused { return }
        let own =
          kind == .userDefined ? Float(Double(Float(end - start) * highestScore) - 0.1) : scores[Int(piece)]
        reach(end, piece, own + score)
        if end == characterEnd { hasCharacter = true }
      }
      if !hasCharacter { reach(characterEnd, -1, unknownScore + score) }
      start = characterEnd
    }
    var parts: [(range: Range<Int>, piece: Int32?)] = []
    var end = text.count
    while end > 0 {
      let node = nodes[end]
      let start = max(0, min(Int(node.start), end - 1))
      parts.append((start..<end, node.piece < 0 ? nil : node.piece))
      end = start
    }
    return parts.reversed()
  }

  // MARK: - BPE

  private struct Symbol {
    var start: Int32
    /// 0 once it has become part of the one before.
    var length: Int32
    var previous: Int32
    var next: Int32
    /// A piece that was asked for is never joined.
    var isFixed: Bool
  }

  private func pairs(of text: UnsafeBufferPointer<UInt8>) -> [(range: Range<Int>, piece: Int32?)] {
    var symbols: [Symbol] = []
    var offset = 0
    while offset < text.count {
      var length = utf8Length(ofFirstByte: text[offset])
      var isFixed = false
      trie.forEachMatch(in: text, at: offset) { end, piece in
        if kinds[Int(piece)] == .userDefined { (length, isFixed) = (end - offset, true) }
      }
      let place = Int32(symbols.count)
      symbols.append(
        Symbol(start: Int32(offset), length: Int32(length), previous: place - 1, next: place + 1, isFixed: isFixed))
      offset += length
    }
    if !symbols.isEmpty { symbols[symbols.count - 1].next = -1 }
    func bytes(_ symbol: Symbol) -> Range<Int> { Int(symbol.start)..<Int(symbol.start + symbol.length) }
    var queue = MergeQueue()
    func push(_ left: Int32, _ right: Int32) {
      guard left >= 0, right >= 0 else { return }
      let (first, second) = (symbols[Int(left)], symbols[Int(right)])
      guard !first.isFixed, !second.isFixed else { return }
      let both = UnsafeBufferPointer(rebasing: text[Int(first.start)..<Int(second.start + second.length)])
      guard let piece = pieces.id(of: both), kinds[Int(piece)] != .control, kinds[Int(piece)] != .unknown,
        kinds[Int(piece)] != .byte
      else { return }
      queue.push(MergeQueue.Item(rank: ranks[Int(piece)], place: left, id: piece))
    }
    for place in symbols.indices.dropFirst() { push(Int32(place - 1), Int32(place)) }
    while let top = queue.pop() {
      let left = symbols[Int(top.place)]
      guard left.length > 0, left.next >= 0 else { continue }
      let right = symbols[Int(left.next)]
      let length = pieces.withToken(top.id) { Int32($0.count) } ?? 0
      guard left.length + right.length == length else { continue }
      symbols[Int(top.place)].length = length
      symbols[Int(top.place)].next = right.next
      symbols[Int(left.next)].length = 0
      if right.next >= 0 { symbols[Int(right.next)].previous = top.place }
      push(left.previous, top.place)
      push(top.place, right.next)
    }
    return symbols.filter { $0.length > 0 }.map { symbol in
      let piece = pieces.id(of: UnsafeBufferPointer(rebasing: text[bytes(symbol)]))
      return (bytes(symbol), piece.flatMap { kinds[Int($0)] == .unknown ? nil : $0 })
    }
  }
}

extension SentencePieceFile {
  fileprivate var usesBPE: Bool { algorithm == .bpe }
}
