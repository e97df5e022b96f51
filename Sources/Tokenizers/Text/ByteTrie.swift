/// A set of byte strings with a value each, to be found at a place of a text.
///
/// The edges of all nodes are in one open-addressing table.
struct ByteTrie: Sendable {
  /// The parent node and the byte in the upper half, the child in the lower half; 0 is a free slot, as no edge leads to the
  /// root. A power of two of them.
  private var edges: [UInt64]
  private var edgeCount = 0
  /// The value of the string that ends at each node; -1 where none does.
  private var values: [Int32] = [-1]
  /// Where one byte leads from the root; 0 where no string starts with it.
  private var firstNodes = [Int32](repeating: 0, count: 256)

  init(reserving count: Int = 0) {
    var capacity = 64
    while capacity < count * 2 { capacity *= 2 }
    edges = [UInt64](repeating: 0, count: capacity)
  }

  var isEmpty: Bool { values.count == 1 }

  /// Adds a string, or gives it another value. An empty string is left out.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>, value: Int32) {
    guard let first = string.first else { return }
    var node = firstNodes[Int(first)]
    if node == 0 {
      node = addNode()
      firstNodes[Int(first)] = node
    }
    for byte in string.dropFirst() {
      if let child = child(of: node, byte) {
        node = child
      } else {
        let child = addNode()
        addEdge(from: node, byte, to: child)
        node = child
      }
    }
    values[Int(node)] = value
  }

  /// Calls `body` with every string that starts at `start`, from the shortest to the longest.
  @inline(__always)
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, at start: Int, _ body: (_ end: Int, _ value: Int32) -> Void) {
    var node = firstNodes[Int(text[start])]
    guard node != 0 else { return }
    var offset = start + 1
    while true {
      let value = values[Int(node)]
      if value >= 0 { body(offset, value) }
      guard offset < text.count, let next = child(of: node, text[offset]) else { return }
      node = next
      offset += 1
    }
  }

  /// The first place from `offset` on where a string starts, and the longest one that starts there.
  func nextMatch(in text: UnsafeBufferPointer<UInt8>, from offset: Int) -> (range: Range<Int>, value: Int32)? {
    var start = offset
    while start < text.count {
      if firstNodes[Int(text[start])] != 0 {
        var longest: (range: Range<Int>, value: Int32)?
        forEachMatch(in: text, at: start) { longest = (start..<$0, $1) }
        if let longest { return longest }
      }
      start += 1
    }
    return nil
  }

  @inline(__always)
  private func child(of node: Int32, _ byte: UInt8) -> Int32? {
    let key = Self.key(node, byte)
    let mask = edges.count - 1
    var slot = Self.slot(key) & mask
    while edges[slot] != 0 {
      if edges[slot] >> 32 == key { return Int32(truncatingIfNeeded: edges[slot]) }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private mutating func addNode() -> Int32 {
    values.append(-1)
    return Int32(values.count - 1)
  }

  private mutating func addEdge(from node: Int32, _ byte: UInt8, to child: Int32) {
    if (edgeCount + 1) * 2 > edges.count {
      let old = edges
      edges = [UInt64](repeating: 0, count: old.count * 2)
      for edge in old where edge != 0 { place(edge) }
    }
    edgeCount += 1
    place(Self.key(node, byte) << 32 | UInt64(child))
  }

  private mutating func place(_ edge: UInt64) {
    let mask = edges.count - 1
    var slot = Self.slot(edge >> 32) & mask
    while edges[slot] != 0 { slot = (slot + 1) & mask }
    edges[slot] = edge
  }

  /// Unique for up to 2^24 nodes, more than the bytes of any vocabulary.
  @inline(__always)
  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 & 0xFFFF_FF00 | UInt64(byte) }

  @inline(__always)
  private static func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key &* 0x9E37_79B9_7F4A_7C15 >> 24) }
}
