/// Byte pair encoding: starts from single characters and joins neighbours, the pair with the lowest rank first.
///
/// Source: `BPE` and `Word` of Hugging Face's `tokenizers`.
struct BPE: Sendable {
  let vocabulary: Vocabulary
  let merges: MergeTable
  /// nil leaves out characters that the vocabulary does not have.
  var unknownID: Int32?
  /// Unknown characters in a row become one token.
  var fuseUnknown = false
  /// The tokens `<0x00>` to `<0xFF>` that unknown characters are written with; nil where they are unknown, -1 where there is
  /// no token for a byte.
  var byteTokens: [Int32]?
  /// What the vocabulary puts before characters that do not start a word.
  var continuingSubwordPrefix: [UInt8] = []
  /// What it puts after the character that ends a word.
  var endOfWordSuffix: [UInt8] = []
  /// A word that is in the vocabulary is one token, whatever the merges say.
  var ignoreMerges = false

  func tokenize(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout TokenSink) {
    if ignoreMerges, let id = vocabulary.id(of: word) {
      tokens.add(id, 0..<word.count)
      return
    }
    tokens.scratch.word.removeAll()
    addCharacters(of: word, to: &tokens.scratch)
    tokens.scratch.word.mergeAll(merges)
    var start = 0
    for (id, length) in tokens.scratch.word.tokens {
      tokens.add(id, start..<start + length)
      start += length
    }
  }

  private func addCharacters(of word: UnsafeBufferPointer<UInt8>, to scratch: inout TokenSink.Scratch) {
    var unknownLength = 0
    var offset = 0
    while offset < word.count {
      let length = utf8Length(ofFirstByte: word[offset])
      let end = offset + length
      let needsPrefix = offset > 0 && !continuingSubwordPrefix.isEmpty
      let needsSuffix = end == word.count && !endOfWordSuffix.isEmpty
      let character = UnsafeBufferPointer(rebasing: word[offset..<end])
      if needsPrefix || needsSuffix {
        scratch.bytes.removeAll(keepingCapacity: true)
        if needsPrefix { scratch.bytes.append(contentsOf: continuingSubwordPrefix) }
        scratch.bytes.append(contentsOf: character)
        if needsSuffix { scratch.bytes.append(contentsOf: endOfWordSuffix) }
        let bytes = scratch.bytes
        bytes.withUnsafeBufferPointer { add($0, length: length, to: &scratch.word, &unknownLength) }
      } else {
        add(character, length: length, to: &scratch.word, &unknownLength)
      }
      offset = end
    }
    if unknownLength > 0, let unknownID { scratch.word.add(unknownID, length: unknownLength) }
  }

  /// Adds one character, or what stands for it. The unknown token before it has waited to be joined with it.
  private func add(
    _ character: UnsafeBufferPointer<UInt8>, length: Int, to word: inout Word, _ unknownLength: inout Int
  ) {
    if let id = vocabulary.id(of: character) {
      if unknownLength > 0, let unknownID { word.add(unknownID, length: unknownLength) }
      unknownLength = 0
      word.add(id, length: length)
      return
    }
    if let byteTokens, character.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
      for byte in character { word.add(byteTokens[Int(byte)], length: 1) }
      return
    }
    guard let unknownID else { return }
    if unknownLength > 0, !fuseUnknown {
      word.add(unknownID, length: unknownLength)
      unknownLength = 0
    }
    unknownLength += length
  }

  /// The symbols of a word while they are joined.
  struct Word {
    private struct Symbol {
      var id: Int32
      /// In bytes; 0 once the symbol has become part of the one before.
      var length: Int32
      var previous: Int32
      var next: Int32
    }

    private var symbols: [Symbol] = []
    private var queue = MergeQueue()

    mutating func removeAll() { symbols.removeAll(keepingCapacity: true) }

    mutating func add(_ id: Int32, length: Int) {
      let place = Int32(symbols.count)
      if place > 0 { symbols[Int(place) - 1].next = place }
      symbols.append(Symbol(id: id, length: Int32(length), previous: place - 1, next: -1))
    }

    /// The ids, and their lengths in bytes.
    var tokens: some Sequence<(id: Int32, length: Int)> {
      symbols.lazy.filter { $0.length > 0 }.map { ($0.id, Int($0.length)) }
    }

    /// Joins pairs until there is none left to join.
    mutating func mergeAll(_ merges: MergeTable) {
      guard symbols.count > 1 else { return }
      for place in 1..<symbols.count { push(Int32(place - 1), Int32(place), merges) }
      while let top = queue.pop() {
        let left = symbols[Int(top.place)]
        if left.length == 0 || left.next < 0 { continue }
        let right = symbols[Int(left.next)]
        // Of a pair that has changed since, only the result counts.
        guard merges[left.id, right.id]?.id == top.id else { continue }
        symbols[Int(top.place)].id = top.id
        symbols[Int(top.place)].length += right.length
        symbols[Int(top.place)].next = right.next
        symbols[Int(left.next)].length = 0
        if right.next >= 0 {
          symbols[Int(right.next)].previous = top.place
          push(top.place, right.next, merges)
        }
        if left.previous >= 0 { push(left.previous, top.place, merges) }
      }
    }

    private mutating func push(_ left: Int32, _ right: Int32, _ merges: MergeTable) {
      if let merge = merges[symbols[Int(left)].id, symbols[Int(right)].id] {
        queue.push(MergeQueue.Item(rank: merge.rank, place: left, id: merge.id))
      }
    }
  }
}

/// Which pairs are joined, in which order, and to what.
struct MergeTable: Sendable {
  struct Merge: Sendable {
    var rank: Int32
    var id: Int32
  }

  /// The two ids; `free` is a free slot. A power of two of them.
  private var keys: [UInt64]
  private var merges: [Merge]

  private static let free = UInt64.max

  init(reserving count: Int) {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    keys = [UInt64](repeating: Self.free, count: capacity)
    merges = [Merge](repeating: Merge(rank: 0, id: 0), count: capacity)
  }

  /// Adds a pair; there must not be more than were reserved. Of equal pairs the last one counts.
  mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
    let key = Self.key(left, right)
    var slot = Self.slot(key) & (keys.count - 1)
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    merges[slot] = merge
  }

  @inline(__always)
  subscript(_ left: Int32, _ right: Int32) -> Merge? {
    let key = Self.key(left, right)
    let mask = keys.count - 1
    var slot = Self.slot(key) & mask
    while keys[slot] != Self.free {
      if keys[slot] == key { return merges[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private static func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) }
}

/// A heap of possible merges: the lowest rank first, of equal ranks the one to the left.
struct MergeQueue {
  struct Item {
    var rank: Int32
    var place: Int32
    var id: Int32

    @inline(__always)
    func precedes(_ other: Item) -> Bool { rank != other.rank ? rank < other.rank : place < other.place }
  }

  private var items: [Item] = []

  mutating func push(_ item: Item) {
    var child = items.count
    items.append(item)
    while child > 0 {
      let parent = (child - 1) / 2
      guard item.precedes(items[parent]) else { break }
      items[child] = items[parent]
      child = parent
    }
    items[child] = item
  }

  mutating func pop() -> Item? {
    guard let top = items.first, let last = items.popLast() else { return nil }
    if items.isEmpty { return top }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= items.count { break }
      if child + 1 < items.count, items[child + 1].precedes(items[child]) { child += 1 }
      guard items[child].precedes(last) else { break }
      items[parent] = items[child]
      parent = child
    }
    items[parent] = last
    return top
  }
}
