/// An open-addressing table from the keys of an object to their positions.
struct KeyIndex: Sendable {
  /// Objects up to this size are searched without a table.
  static let threshold = 12

  /// Drawn anew in each run, so that no file can be made whose keys all collide.
  private static let seed = UInt64.random(in: .min ... .max)

  /// The upper half of the hash, and the position plus one; 0 is a free slot. A power of two of them.
  private var slots: [UInt64]

  init(of members: [JSONObject.Member]) throws(DuplicateKey) {
    slots = []
    try fill(from: members)
  }

  func position(of key: UnsafeBufferPointer<UInt8>, in members: [JSONObject.Member]) -> Int? {
    let hash = Self.hash(key)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let position = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if members[position].key.isEqual(to: key) { return position }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds the last member, whose key is not in the table.
  mutating func insertLast(of members: [JSONObject.Member]) {
    if members.count * 2 > slots.count {
      // The keys are known to be unique.
      try? fill(from: members)
    } else {
      insert(hash: members[members.count - 1].key.withUTF8(Self.hash), position: members.count - 1)
    }
  }

  private mutating func fill(from members: [JSONObject.Member]) throws(DuplicateKey) {
    var capacity = 64
    while capacity < members.count * 2 { capacity *= 2 }
    slots = [UInt64](repeating: 0, count: capacity)
    let mask = capacity - 1
    for position in members.indices {
      let key = members[position].key
      let hash = key.withUTF8(Self.hash)
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 {
        if slots[slot] >> 32 == hash >> 32, members[Int(slots[slot] & 0xFFFF_FFFF) - 1].key == key {
          throw DuplicateKey(position: position)
        }
        slot = (slot + 1) & mask
      }
      slots[slot] = hash & ~0xFFFF_FFFF | UInt64(position + 1)
    }
  }

  private mutating func insert(hash: UInt64, position: Int) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = hash & ~0xFFFF_FFFF | UInt64(position + 1)
  }

  /// Eight bytes at a time, each folded in by a full-width multiplication.
  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(key)
    var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
    func fold(_ chunk: UInt64) {
      let product = (state ^ chunk).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      state = product.high ^ product.low &+ seed
    }
    var offset = 0
    while bytes.count - offset >= 8 {
      fold(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    fold(rest)
    fold(0x2545_F491_4F6C_DD1D)
    return state
  }
}
