/// A set of byte strings with a value each, in which the longest one that starts at a place of a text is found quickly.
struct ByteTrie: Sendable {
  private struct Node {
    var firstEdge: Int32 = 0
    var edgeCount: Int32 = 0
    /// -1 where no string ends.
    var value: Int32 = -1
  }

  private struct Edge {
    var byte: UInt8
    var node: Int32
  }

  private var nodes: [Node] = []
  private var edges: [Edge] = []
  /// Whether a string starts with this byte.
  private var firstBytes = [Bool](repeating: false, count: 256)

  /// Of equal strings the first one counts; empty strings are left out.
  init(_ strings: [(bytes: [UInt8], value: Int32)]) {
    var sorted: [(bytes: [UInt8], value: Int32)] = []
    let inOrder = strings.enumerated().sorted { left, right in
      if left.element.bytes == right.element.bytes { return left.offset < right.offset }
      return left.element.bytes.lexicographicallyPrecedes(right.element.bytes)
    }
    for (_, string) in inOrder where !string.bytes.isEmpty && sorted.last?.bytes != string.bytes {
      sorted.append(string)
    }
    nodes.append(Node())
    // The strings below each node that is still to be built, and how many of their bytes lead to it.
    var open: [(node: Int, strings: Range<Int>, depth: Int)] = [(0, 0..<sorted.count, 0)]
    while let (node, strings, depth) = open.popLast() {
      var start = strings.lowerBound
      if start < strings.upperBound, sorted[start].bytes.count == depth {
        nodes[node].value = sorted[start].value
        start += 1
      }
      nodes[node].firstEdge = Int32(edges.count)
      while start < strings.upperBound {
        let byte = sorted[start].bytes[depth]
        var end = start + 1
        while end < strings.upperBound, sorted[end].bytes[depth] == byte { end += 1 }
        edges.append(Edge(byte: byte, node: Int32(nodes.count)))
        open.append((nodes.count, start..<end, depth + 1))
        nodes.append(Node())
        nodes[node].edgeCount += 1
        start = end
      }
    }
    for string in sorted { firstBytes[Int(string.bytes[0])] = true }
  }

  var isEmpty: Bool { edges.isEmpty }

  /// The first place from `offset` on where a string starts, and the longest one that starts there.
  func nextMatch(in text: UnsafeBufferPointer<UInt8>, from offset: Int) -> (range: Range<Int>, value: Int32)? {
    var start = offset
    while start < text.count {
      if firstBytes[Int(text[start])], let (end, value) = longestMatch(in: text, at: start) {
        return (start..<end, value)
      }
      start += 1
    }
    return nil
  }

  private func longestMatch(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> (end: Int, value: Int32)? {
    var node = nodes[0]
    var offset = start
    var best: (end: Int, value: Int32)?
    while offset < text.count, let next = child(of: node, text[offset]) {
      node = nodes[next]
      offset += 1
      if node.value >= 0 { best = (offset, node.value) }
    }
    return best
  }

  private func child(of node: Node, _ byte: UInt8) -> Int? {
    var low = Int(node.firstEdge)
    var high = low + Int(node.edgeCount)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle].byte == byte { return Int(edges[middle].node) }
      if edges[middle].byte < byte {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return nil
  }
}
