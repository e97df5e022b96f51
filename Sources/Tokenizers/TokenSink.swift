/// Collects the tokens of one text, with their places in the original text.
struct TokenSink {
  /// Memory that models use again for each word.
  struct Scratch {
    var bytes: [UInt8] = []
    var hashes: [TokenHash] = []
  }

  private(set) var ids: [Int32] = []
  /// In bytes of the original text.
  private(set) var offsets: [Range<Int>] = []
  /// How many white-space characters stand at the start and the end of tokens whose text is not their vocabulary entry.
  private(set) var spaces: [Int: (leading: Int, trailing: Int)] = [:]
  var scratch = Scratch()

  private let text: NormalizedText
  private var piece = 0..<0

  init(text: NormalizedText, reserving count: Int) {
    self.text = text
    ids.reserveCapacity(count)
    offsets.reserveCapacity(count)
  }

  var count: Int { ids.count }

  /// Tokens that are added from here on lie in this part of the text.
  mutating func begin(piece range: Range<Int>) { piece = range }

  /// Adds a token. Its range is counted from the start of the piece.
  @inline(__always)
  mutating func add(_ id: Int32, _ range: Range<Int>) {
    ids.append(id)
    offsets.append(origin(of: range))
  }

  mutating func removeAll(after count: Int) {
    ids.removeLast(ids.count - count)
    offsets.removeLast(offsets.count - count)
  }

  /// Adds an added token, which is the whole piece, with the spaces that it may have swallowed.
  mutating func addAddedToken(_ id: Int32) {
    noteSpaces(0..<piece.count)
    add(id, 0..<piece.count)
  }

  /// Notes the white space at both ends of the next token, which is other text than its vocabulary entry.
  mutating func noteSpaces(_ range: Range<Int>) {
    let (leading, trailing) = text.bytes.withUnsafeBufferPointer {
      outerSpaces(
        UnsafeBufferPointer(rebasing: $0[piece.lowerBound + range.lowerBound..<piece.lowerBound + range.upperBound]))
    }
    spaces[count] = (leading, trailing)
  }

  /// The place in the original text. As in Hugging Face's `tokenizers`, a range that is empty or leaves the piece, which
  /// some settings of BPE give, is not translated.
  @inline(__always)
  private func origin(of range: Range<Int>) -> Range<Int> {
    if range.upperBound <= piece.count, !range.isEmpty {
      return text.origin(of: piece.lowerBound + range.lowerBound..<piece.lowerBound + range.upperBound)
    }
    guard range.isEmpty, !piece.isEmpty else { return range }
    let start = text.origin(of: piece).lowerBound
    return start + range.lowerBound..<start + range.upperBound
  }
}

/// How many characters at the start and at the end are white space, or a space in byte-level writing (Ġ).
func outerSpaces(_ text: UnsafeBufferPointer<UInt8>) -> (leading: Int, trailing: Int) {
  func isSpace(_ scalar: UInt32) -> Bool {
    scalar == 0x120 || CharacterClasses.shared[scalar].contains(.whitespace)
  }
  var (leading, trailing) = (0, 0)
  var offset = 0
  while offset < text.count {
    let (scalar, length) = text.scalar(at: offset)
    guard isSpace(scalar) else { break }
    leading += 1
    offset += length
  }
  offset = text.count
  while offset > 0 {
    let (scalar, length) = text.scalar(before: offset)
    guard isSpace(scalar) else { break }
    trailing += 1
    offset -= length
  }
  return (leading, trailing)
}
