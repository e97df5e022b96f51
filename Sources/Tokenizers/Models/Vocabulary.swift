import JSON
import Support

/// Tokens and their ids, found by bytes: an open-addressing table over one arena of all tokens.
///
/// Never keyed by `String`, which compares by canonical equivalence: vocabularies hold composed and decomposed letters as
/// different tokens.
struct Vocabulary: Sendable {
  /// The bytes of all tokens, one after the other.
  private var arena: [UInt8] = []
  /// Where each entry starts in the arena, and where the last one ends.
  private var starts: [UInt32] = [0]
  private var ids: [Int32] = []
  /// The entry of each id plus one; 0 for an id that no token has.
  private var entryOfID: [Int32] = []
  /// The upper half of a token's hash, and its entry plus one; 0 is a free slot. A power of two of them.
  private var slots: [UInt64] = []
  /// The length of the longest token, in bytes.
  private(set) var longestToken = 0

  /// An id that no vocabulary of a model can have. It keeps a damaged file from taking all memory.
  static let idLimit = 1 << 24

  init(reserving count: Int = 0) {
    starts.reserveCapacity(count + 1)
    ids.reserveCapacity(count)
    entryOfID.reserveCapacity(count)
    arena.reserveCapacity(count * 8)
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    slots = [UInt64](repeating: 0, count: capacity)
  }

  /// How many tokens there are.
  var count: Int { ids.count }

  /// The highest id plus one.
  var idBound: Int { entryOfID.count }

  /// Why a token could not be added.
  enum Conflict: Error {
    /// The token is there already, with this id.
    case token(id: Int32)
    /// Another token has the id.
    case id(token: String)
    case idOutOfRange
  }

  /// Adds a token. A token that is there already is a conflict, unless the new id is to be the one that is found: both ids
  /// then stand for it.
  mutating func insert(_ token: UnsafeBufferPointer<UInt8>, id: Int, replacing: Bool = false) throws(Conflict) {
    guard (0..<Self.idLimit).contains(id) else { throw .idOutOfRange }
    if id < entryOfID.count, entryOfID[id] != 0 { throw .id(token: self.token(Int32(id)) ?? "") }
    let hash = TokenHash(of: token)
    if let slot = slot(of: token, hash: hash) {
      if !replacing { throw .token(id: ids[Int(slots[slot] & 0xFFFF_FFFF) - 1]) }
      slots[slot] = hash.tag << 32 | UInt64(count + 1)
      append(token, id: id)
      return
    }
    if (count + 1) * 2 > slots.count { grow() }
    append(token, id: id)
    place(hash, entry: count - 1)
  }

  private mutating func append(_ token: UnsafeBufferPointer<UInt8>, id: Int) {
    arena.append(contentsOf: token)
    starts.append(UInt32(arena.count))
    ids.append(Int32(id))
    while entryOfID.count <= id { entryOfID.append(0) }
    entryOfID[id] = Int32(count)
    longestToken = max(longestToken, token.count)
  }

  /// The id of a token.
  func id(of token: UnsafeBufferPointer<UInt8>) -> Int32? {
    id(of: token, hash: TokenHash(of: token))
  }

  /// The id of a token whose hash is known.
  @inline(__always)
  func id(of token: UnsafeBufferPointer<UInt8>, hash: TokenHash) -> Int32? {
    slot(of: token, hash: hash).map { ids[Int(slots[$0] & 0xFFFF_FFFF) - 1] }
  }

  func id(of token: String) -> Int32? {
    var token = token
    return token.withUTF8 { id(of: $0) }
  }

  /// The token of an id.
  func token(_ id: Int32) -> String? {
    withToken(id) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with the bytes of an id's token; nil if no token has the id.
  @inline(__always)
  func withToken<R>(_ id: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
    guard id >= 0, id < entryOfID.count, entryOfID[Int(id)] > 0 else { return nil }
    let entry = Int(entryOfID[Int(id)]) - 1
    return arena.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[Int(starts[entry])..<Int(starts[entry + 1])]))
    }
  }

  @inline(__always)
  private func slot(of token: UnsafeBufferPointer<UInt8>, hash: TokenHash) -> Int? {
    let mask = slots.count - 1
    var slot = hash.slot & mask
    while true {
      let value = slots[slot]
      if value == 0 { return nil }
      if value >> 32 == hash.tag {
        let entry = Int(value & 0xFFFF_FFFF) - 1
        let start = Int(starts[entry])
        if Int(starts[entry + 1]) - start == token.count, isEqual(token, at: start) { return slot }
      }
      slot = (slot + 1) & mask
    }
  }

  @inline(__always)
  private func isEqual(_ token: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    arena.withUnsafeBufferPointer { arena in
      for index in 0..<token.count where arena[start + index] != token[index] { return false }
      return true
    }
  }

  private mutating func place(_ hash: TokenHash, entry: Int) {
    let mask = slots.count - 1
    var slot = hash.slot & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = hash.tag << 32 | UInt64(entry + 1)
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    for entry in 0..<count {
      let hash = arena.withUnsafeBufferPointer {
        TokenHash(of: UnsafeBufferPointer(rebasing: $0[Int(starts[entry])..<Int(starts[entry + 1])]))
      }
      place(hash, entry: entry)
    }
  }
}

/// A hash that grows byte by byte, so that one pass over a word gives the hashes of all its beginnings.
struct TokenHash {
  private var hash = FNV1a()

  init() {}

  init(of bytes: UnsafeBufferPointer<UInt8>) {
    self.init()
    for byte in bytes { append(byte) }
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) { hash.add(byte) }

  private var mixed: UInt64 { (hash.value ^ hash.value >> 29) &* 0x9E37_79B9_7F4A_7C15 }

  /// Where to start looking.
  @inline(__always)
  var slot: Int { Int(truncatingIfNeeded: mixed >> 32) }
  /// What tells most tokens in neighbouring slots apart.
  @inline(__always)
  var tag: UInt64 { mixed & 0xFFFF_FFFF }
}
