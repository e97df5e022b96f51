/// A part of a text that becomes tokens by itself.
struct Piece {
  /// In bytes of the normalized text. Never empty.
  var range: Range<Int>
  /// The id, if the piece is an added token.
  var addedToken: Int32?
}

/// A normalized text and the pieces it has been split into, in order.
///
/// It follows `PreTokenizedString` of Hugging Face's `tokenizers`.
struct PreTokenizedText {
  var text: NormalizedText
  var pieces: [Piece]

  /// Splits every piece that is not an added token. `body` gets the bytes of one piece and adds the parts, places counted
  /// from the piece's start.
  mutating func split(_ body: (UnsafeBufferPointer<UInt8>, inout Parts) -> Void) {
    var parts = Parts(reserving: pieces.count)
    text.bytes.withUnsafeBufferPointer { bytes in
      for piece in pieces {
        if piece.addedToken != nil {
          parts.pieces.append(piece)
        } else {
          parts.start = piece.range.lowerBound
          body(UnsafeBufferPointer(rebasing: bytes[piece.range]), &parts)
        }
      }
    }
    pieces = parts.pieces
  }

  /// Rewrites every piece that is not an added token.
  mutating func rewrite(_ body: (inout NormalizedText) -> Void) {
    if pieces.count == 1, pieces[0].addedToken == nil, pieces[0].range == 0..<text.count {
      body(&text)
      pieces = text.count > 0 ? [Piece(range: 0..<text.count)] : []
      return
    }
    var result = NormalizedText(bytes: [], alignments: nil, shift: text.shift)
    var newPieces: [Piece] = []
    for piece in pieces {
      var part = text.slice(piece.range)
      if piece.addedToken == nil { body(&part) }
      guard part.count > 0 else { continue }
      newPieces.append(Piece(range: result.count..<result.count + part.count, addedToken: piece.addedToken))
      result.append(part)
    }
    text = result
    pieces = newPieces
  }

  /// Collects the parts of pieces.
  struct Parts {
    fileprivate(set) var pieces: [Piece] = []
    fileprivate var start = 0

    fileprivate init(reserving count: Int) { pieces.reserveCapacity(count) }

    /// Adds a part; an empty one is left out.
    @inline(__always)
    mutating func add(_ range: Range<Int>, addedToken: Int32? = nil) {
      if range.isEmpty { return }
      pieces.append(
        Piece(range: start + range.lowerBound..<start + range.upperBound, addedToken: addedToken))
    }
  }
}
