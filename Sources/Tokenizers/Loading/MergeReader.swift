import JSON

/// Reads the merges of a BPE model, in the order of their ranks.
struct MergeReader {
  /// What is wrong with a merge.
  struct Failure: Error {
    let message: String
  }

  private(set) var merges: MergeTable
  private let vocabulary: Vocabulary
  private let prefixLength: Int
  private var rank: Int32 = 0
  private var joined: [UInt8] = []

  /// - Parameter prefixLength: The length of the prefix that the second token of a merge loses.
  init(vocabulary: Vocabulary, prefixLength: Int, count: Int) {
    self.vocabulary = vocabulary
    self.prefixLength = prefixLength
    merges = MergeTable(reserving: count)
  }

  /// Adds `"a b"` or `["a", "b"]`.
  mutating func add(_ merge: JSONValue) throws(Failure) {
    switch merge {
    case .string(let line):
      // Lists that were made from a merges.txt may still have its first line.
      try line.withUTF8 { (line) throws(Failure) in if !line.starts(with: "#version".utf8) { try add(line: line) } }
    case .array(let pair):
      guard pair.count == 2, case .string(let left) = pair[0], case .string(let right) = pair[1] else {
        throw Failure(message: "expected two tokens")
      }
      try left.withUTF8 { (left) throws(Failure) in
        try right.withUTF8 { (right) throws(Failure) in try add(left, right) }
      }
    default: throw Failure(message: "expected two tokens, found \(merge.kind)")
    }
  }

  /// Adds `a b`.
  mutating func add(line: UnsafeBufferPointer<UInt8>) throws(Failure) {
    guard let space = line.firstIndex(of: 0x20), !line[(space + 1)...].contains(0x20) else {
      throw Failure(message: "expected two tokens with a space between them")
    }
    try add(
      UnsafeBufferPointer(rebasing: line[..<space]), UnsafeBufferPointer(rebasing: line[(space + 1)...]))
  }

  /// Adds `a b`.
  mutating func add(line: ArraySlice<UInt8>) throws(Failure) {
    try line.withUnsafeBufferPointer { (line) throws(Failure) in try add(line: line) }
  }

  private mutating func add(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) throws(Failure) {
    joined.removeAll(keepingCapacity: true)
    joined.append(contentsOf: left)
    joined.append(contentsOf: right.dropFirst(prefixLength))
    let result = joined.withUnsafeBufferPointer { vocabulary.id(of: $0) }
    guard let leftID = vocabulary.id(of: left), let rightID = vocabulary.id(of: right), let result else {
      let missing =
        vocabulary.id(of: left) == nil
        ? Array(left) : vocabulary.id(of: right) == nil ? Array(right) : joined
      throw Failure(message: "the token \"\(String(decoding: missing, as: UTF8.self))\" is not in the vocabulary")
    }
    merges.insert(leftID, rightID, MergeTable.Merge(rank: rank, id: result))
    rank += 1
  }
}
