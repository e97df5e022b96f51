/// One change made by hand to the mask that a mode gives. Edits are applied in order; no edits, and the mode's mask is back.
///
/// Tokens are named by their *place*: how many of the sentence's tokens come before them, special tokens included; the PAD
/// tokens come after all others, wherever they stand. So an edit means the same token with padding on either side and
/// without. An edit of a PAD that is not there has no effect, and takes effect when it comes back.
public enum MaskEdit: Sendable, Hashable {
  /// Whether any query may attend to the key in this place.
  case key(Int, isAllowed: Bool)
  /// Whether one query may attend to one key.
  case cell(query: Int, key: Int, isAllowed: Bool)
  /// Blocks all keys of the second text, with the special tokens that belong to it: what is left of a pair is its first
  /// text. No query attends to the second text any more, its own tokens included.
  case firstTextOnly
  /// Blocks keys further than this from the query, in positions. It allows nothing that was blocked before.
  case band(width: Int)

  /// Only the pair of each query with itself.
  public static let diagonal = MaskEdit.band(width: 0)

  /// The places that the edit names.
  public var places: [Int] {
    switch self {
    case .key(let key, _): [key]
    case .cell(let query, let key, _): [query, key]
    case .firstTextOnly, .band: []
    }
  }
}

extension AttentionMask {
  /// The mask of a mode, with changes made by hand.
  public init(_ mode: MaskMode, edits: [MaskEdit], for input: TokenizedInput) {
    self.init(mode, attentionMask: input.attentionMask)
    guard !edits.isEmpty else { return }
    let positions = input.positionsByPlace
    for edit in edits { apply(edit, to: input, positions) }
  }

  private mutating func apply(_ edit: MaskEdit, to input: TokenizedInput, _ positions: [Int]) {
    switch edit {
    case .key(let place, let isAllowed):
      guard positions.indices.contains(place) else { return }
      for query in 0..<size { self[query, positions[place]] = isAllowed }
    case .cell(let query, let key, let isAllowed):
      guard positions.indices.contains(query), positions.indices.contains(key) else { return }
      self[positions[query], positions[key]] = isAllowed
    case .firstTextOnly:
      for (key, segment) in input.segments.enumerated() where segment == 1 {
        for query in 0..<size { self[query, key] = false }
      }
    case .band(let width):
      for query in 0..<size {
        for key in 0..<size where abs(query - key) > width { self[query, key] = false }
      }
    }
  }
}

extension TokenizedInput {
  /// The position of the token in every place: first the tokens that are not PAD, in order, then PAD.
  public var positionsByPlace: [Int] { realPositions + attentionMask.indices.filter { !attentionMask[$0] } }

  /// The place of the token at a position; nil outside the input.
  public func place(at position: Int) -> Int? {
    guard attentionMask.indices.contains(position) else { return nil }
    let isReal = attentionMask[position]
    let before = attentionMask[..<position].count { $0 == isReal }
    return isReal ? before : realCount + before
  }

  /// Which text every token belongs to: 0 the first, 1 the second; a special token belongs to the text before it, the first
  /// one to the first text. Nil for PAD.
  public var segments: [Int?] {
    var segment = 0
    return attentionMask.indices.map { position in
      guard attentionMask[position] else { return nil }
      segment = sequenceIDs[position] ?? segment
      return segment
    }
  }
}
